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
    Float,
    ForeignKey,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    create_engine,
    event,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from sjedd_video.case_server import open_server
from sjedd_video.place import is_server


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


class Item(Base):
    """A place in the list of the desktop app. What runs is stored as queued: after a crash it is."""

    __tablename__ = "items"

    job: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int]
    path: Mapped[bytes] = mapped_column(LargeBinary)
    options: Mapped[str | None] = mapped_column(Text)
    """JSON; None for those of the app."""
    state: Mapped[str] = mapped_column(String(16))
    probability: Mapped[float | None] = mapped_column(Float)
    tone: Mapped[str] = mapped_column(String(32))
    error: Mapped[str] = mapped_column(Text)
    advice: Mapped[str] = mapped_column(Text)
    details: Mapped[str] = mapped_column(Text)
    exhibit: Mapped[str] = mapped_column(Text)
    """How the examiner calls the exhibit."""
    result_id: Mapped[int | None] = mapped_column(ForeignKey("results.id"))


class Remark(Base):
    """A note of the examiner on an item."""

    __tablename__ = "notes"

    number: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[int] = mapped_column(index=True)
    text: Mapped[str] = mapped_column(Text)
    pts: Mapped[int | None] = mapped_column(BigInteger)
    time_base: Mapped[str | None] = mapped_column(String(48))
    person: Mapped[int]
    written: Mapped[str] = mapped_column(String(32))


class Name(Base):
    """The name that the examiner gave to a person of an item."""

    __tablename__ = "names"

    job: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)


class Detail(Base):
    """A particular of the case, see ``sjedd_video.notes.CaseDetails``."""

    __tablename__ = "details"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class Picture(Base):
    """A picture of a result, see ``sjedd_video.report.pictures.StoredPicture``."""

    __tablename__ = "exhibits"

    result_id: Mapped[int] = mapped_column(ForeignKey("results.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[int]
    pts: Mapped[int] = mapped_column(BigInteger)
    time_base: Mapped[str] = mapped_column(String(48))
    scale: Mapped[float] = mapped_column(Float)
    matrix: Mapped[str] = mapped_column(Text)
    frame: Mapped[bytes] = mapped_column(LargeBinary)
    crop: Mapped[bytes] = mapped_column(LargeBinary)
    heat: Mapped[bytes | None] = mapped_column(LargeBinary)


def open_engine(url: str | Path, readonly: bool) -> Engine:
    """The engine for a URL or the path of a SQLite file; nothing is opened yet."""
    if not isinstance(url, Path):
        return open_server(url, readonly) if is_server(url) else create_engine(url)
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
