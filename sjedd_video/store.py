"""The case database: which files were analysed with which options, and the result documents.

SQLite by default, any SQLAlchemy URL. A result is keyed by the content of the file (SHA-256) and by everything that
could change the answer (options, model, version), so that a scan can go on where it stopped, and a copy of a file
under another name is not analysed twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import URL, ForeignKey, String, Text, UniqueConstraint, create_engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from sjedd_video.errors import OutputError
from sjedd_video.options import AnalysisOptions


class _Base(DeclarativeBase):
    pass


class _Result(_Base):
    __tablename__ = "results"
    __table_args__ = (UniqueConstraint("sha256", "options_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    options_key: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(32), index=True)
    finished: Mapped[str] = mapped_column(String(32))
    document: Mapped[str] = mapped_column(Text)


class _File(_Base):
    __tablename__ = "files"

    path: Mapped[str] = mapped_column(String(4096), primary_key=True)
    size: Mapped[int]
    result_id: Mapped[int] = mapped_column(ForeignKey("results.id"))


def options_key(options: AnalysisOptions, model_sha256: str, detector_sha256: str, version: str) -> str:
    """SHA-256 over all that may change the answer for a file: options, weights and program version."""
    parts = [options.model_dump(mode="json"), model_sha256, detector_sha256, version]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


class CaseStore:
    """The database of one case; a context manager.

    Args:
        url: SQLAlchemy URL, or the path of a SQLite file that is created when missing.

    Raises:
        OutputError: The database cannot be opened.
    """

    def __init__(self, url: str | Path) -> None:
        # A path is no URL: a question mark in it would end the name of the file.
        target = URL.create("sqlite", database=str(url)) if isinstance(url, Path) else url
        try:
            self._engine = create_engine(target)
            _Base.metadata.create_all(self._engine)
        except (SQLAlchemyError, ImportError) as error:
            raise OutputError(f"The case database {url} cannot be opened: {error}.") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._engine.dispose()

    def find(self, sha256: str, key: str) -> dict[str, Any] | None:
        """The stored document of a file with this content under these options, or None."""
        with self._session() as session:
            row = session.scalar(select(_Result).where(_Result.sha256 == sha256, _Result.options_key == key))
            return None if row is None else dict(json.loads(row.document))

    def save(self, path: str, size: int, sha256: str, key: str, outcome: str, document: dict[str, Any]) -> None:
        """Store the document of a file, replacing an earlier one of the same content and options.

        Raises:
            OutputError: The database does not take it.
        """
        with self._session() as session:
            row = session.scalar(select(_Result).where(_Result.sha256 == sha256, _Result.options_key == key))
            row = row or _Result(sha256=sha256, options_key=key)
            row.outcome, row.document = outcome, json.dumps(document, allow_nan=False)
            row.finished = datetime.now(UTC).isoformat(timespec="seconds")
            session.add(row)
            session.flush()
            session.merge(_File(path=path, size=size, result_id=row.id))

    def link(self, path: str, size: int, sha256: str, key: str) -> None:
        """Note that ``path`` has the content of a stored result.

        Raises:
            OutputError: The database does not take it.
            KeyError: There is no such result.
        """
        with self._session() as session:
            row = session.scalar(select(_Result).where(_Result.sha256 == sha256, _Result.options_key == key))
            if row is None:
                raise KeyError(sha256)
            session.merge(_File(path=path, size=size, result_id=row.id))

    def files(self) -> dict[str, tuple[str, str]]:
        """Path -> (SHA-256, outcome) of every file of the case."""
        query = select(_File.path, _Result.sha256, _Result.outcome).join(_Result, _File.result_id == _Result.id)
        with self._session() as session:
            return {path: (sha256, outcome) for path, sha256, outcome in session.execute(query.order_by(_File.path))}

    @contextmanager
    def _session(self) -> Iterator[Session]:
        try:
            with Session(self._engine) as session, session.begin():
                yield session
        except SQLAlchemyError as error:
            raise OutputError(f"The case database failed: {error}.", "Check the disk, or use a new case.") from error
