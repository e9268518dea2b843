"""A case database from its opening to its end: whole, not from the future, and every change a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from sjedd_video.case_server import is_claimed, require_case
from sjedd_video.case_tables import Base, open_engine
from sjedd_video.errors import OutputError
from sjedd_video.place import without_passwords

SCHEMA = 1
"""Version of the tables, raised when an older program would misread them. Cases from before have 0."""
NEWER = "Open it with that version, or analyse the files again."
DAMAGED = "Keep the file aside under another name and scan again: a new database is made, and every file judged again."


class CaseDatabase:
    """Opens the database of one case; a context manager.

    Args:
        url: URL of a PostgreSQL database (``case_server``), or the path of a SQLite file that is created when missing.
        readonly: Open what is there and change nothing.

    Raises:
        OutputError: The database cannot be opened, is damaged, or (on a server) somebody else writes to it.
    """

    def __init__(self, url: str | Path, *, readonly: bool = False) -> None:
        self._name, self._writes = without_passwords(str(url)), not readonly
        try:
            self._engine = open_engine(url, readonly)
        except (SQLAlchemyError, ImportError) as error:
            advice = "pip install 'sjedd-video[postgres]'" if isinstance(error, ImportError) else ""
            raise OutputError(f"The case database {self._name} cannot be opened: {_brief(error)}.", advice) from error
        try:
            seen = self._look_first(url)
            if self._writes:
                self._make_tables()
            if not seen:
                self._check()
        except SQLAlchemyError as error:
            self._engine.dispose()
            advice = DAMAGED if type(getattr(error, "orig", None)) is sqlite3.DatabaseError else ""
            raise OutputError(f"The case database {self._name} cannot be opened: {_brief(error)}.", advice) from error
        except OutputError:
            self._engine.dispose()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writes and self._engine.dialect.name == "sqlite":
            # Out of WAL mode the case is one plain file again, which also read-only disks can show. Nobody else may
            # have it open then, this program's idle connections included.
            self._engine.dispose()
            with suppress(SQLAlchemyError), self._engine.connect() as connection:
                connection.execute(text("PRAGMA journal_mode=DELETE"))
        self._engine.dispose()

    @property
    def claimed(self) -> bool:
        """Whether somebody writes to a case on a server; for a file, ``place.in_use`` knows."""
        return is_claimed(self._engine)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction on the tables of ``case_tables``. Raises ``OutputError`` when the database fails."""
        try:
            with Session(self._engine) as session, session.begin():
                yield session
        except SQLAlchemyError as error:
            damaged = "malformed" in str(error) or "not a database" in str(error)
            advice = DAMAGED if damaged else "Check the disk; the same command then goes on where it stopped."
            raise OutputError(f"The case database failed: {_brief(error)}.", advice) from error

    def damaged(self, how: str) -> OutputError:
        """The error that says that, and how, the database is damaged."""
        return OutputError(f"The case database {self._name} is damaged: {how}.", DAMAGED)

    def _look_first(self, url: str | Path) -> bool:
        """Raise OutputError for a file that is damaged or of a newer program, before anything of it could change.

        Returns:
            Whether there was a file to look at.
        """
        if not isinstance(url, Path) or not url.is_file():
            return False
        engine = open_engine(url, readonly=True)
        try:
            with engine.connect() as connection:
                version = connection.execute(text("PRAGMA user_version")).scalar() or 0
                said = connection.execute(text("PRAGMA quick_check(1)")).scalar()
        except OperationalError:
            if not self._writes:
                raise
            return False  # cut off while it was written: opening it for writing takes it back to the last whole state
        finally:
            engine.dispose()
        if version > SCHEMA:
            raise OutputError(f"The case {self._name} was made by a newer version of sjedd-video.", NEWER)
        if said != "ok":
            raise self.damaged(str(said))
        return True

    def _make_tables(self) -> None:
        Base.metadata.create_all(self._engine)
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect() as connection:
                connection.execute(text(f"PRAGMA user_version={SCHEMA}"))

    def _check(self) -> None:
        """Raise OutputError where the pages of the file are damaged."""
        if self._engine.dialect.name != "sqlite":
            if not self._writes:
                require_case(self._engine, self._name)
            return
        with self._engine.connect() as connection:
            said = connection.execute(text("PRAGMA quick_check(1)")).scalar()
        if said != "ok":
            raise self.damaged(str(said))


def _brief(error: Exception) -> str:
    """The database's own words, without the statement and its values."""
    return str(getattr(error, "orig", None) or error).rstrip(".")
