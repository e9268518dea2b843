"""The tables of the case database, and how it is opened."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import (
    URL,
    BigInteger,
    Engine,
    ForeignKey,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    create_engine,
    event,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """All tables."""


class Result(Base):
    """What was found in one content under one set of options."""

    __tablename__ = "results"
    __table_args__ = (UniqueConstraint("sha256", "options_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    """None for a result that speaks of no content; unique constraints leave such rows alone."""
    options_key: Mapped[str] = mapped_column(String(64))
    path: Mapped[bytes] = mapped_column(LargeBinary)
    outcome: Mapped[str] = mapped_column(String(32), index=True)
    finished: Mapped[str] = mapped_column(String(32))
    summary: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(Text, deferred=True)
    thumbnail: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    document_digest: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    """Over everything above but the thumbnail."""


class File(Base):
    """A path and the result it stands for."""

    __tablename__ = "files"

    path: Mapped[bytes] = mapped_column(LargeBinary(4096), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    result_id: Mapped[int] = mapped_column(ForeignKey("results.id"))


class Skipped(Base):
    """A path that was left out."""

    __tablename__ = "skipped"

    path: Mapped[bytes] = mapped_column(LargeBinary(4096), primary_key=True)
    why: Mapped[str] = mapped_column(Text)


class Run(Base):
    """One run over the case."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    record: Mapped[str] = mapped_column(Text)


def open_engine(url: str | Path, readonly: bool) -> Engine:
    """The engine for a URL or the path of a SQLite file; nothing is opened yet."""
    if not isinstance(url, Path):
        return create_engine(url)
    if readonly:
        database = f"file:{quote(os.fsencode(url.absolute()))}?mode=ro"
        return create_engine(URL.create("sqlite", database=database, query={"uri": "true"}))
    # A path is no URL: a question mark in it would end the name of the file.
    engine = create_engine(URL.create("sqlite", database=str(url)))
    event.listen(engine, "connect", _durable)
    return engine


def _durable(connection: sqlite3.Connection, _: object) -> None:
    """Write-ahead log, synced at every commit: neither a killed process nor a power cut loses a stored result."""
    for setting in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}")
