"""The file of a case on disk: making, opening, copying and closing it. Without Qt; used by one thread at a time."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

from sjedd_video.errors import OutputError
from sjedd_video.place import SUFFIX, database_of, in_use, is_scan, lock, lock_of
from sjedd_video.progress import CancelToken

if TYPE_CHECKING:
    from sjedd_video.case_remarks import CaseRemarks
    from sjedd_video.casework import Casework
    from sjedd_video.options import AnalysisOptions

HEADER = b"SQLite format 3\0"
TABLES = {"results", "files"}
PAGES = 500
"""Pages of the database that are copied at a time."""
NOT_THERE = "Look for it in another folder; it may have been moved or renamed."
NO_CASE = "Open a case of this program (*.sjedd-case), the folder of a scan, or its case.db."
NO_ROOM = "Choose another folder, or check that the disk is not full. The open case is as it was."


class Copied(Enum):
    """Why a case is not opened itself but as a copy."""

    SCAN = "scan"
    """It belongs to a scan."""
    RUNNING = "running"
    """It belongs to a scan that is running."""
    READ_ONLY = "read_only"
    """The file or its folder cannot be written."""
    IN_USE = "in_use"
    """Another window has it open."""


class CaseFile:
    """An open case that nobody else writes to.

    Args:
        path: The file, made when missing.
        unnamed: Whether the user did not give it a name yet.

    Raises:
        OutputError: It cannot be opened or written, is damaged, is in use, or was made by a newer version.
    """

    def __init__(self, path: Path, *, unnamed: bool) -> None:
        from sjedd_video.case_remarks import CaseRemarks
        from sjedd_video.casework import Casework
        from sjedd_video.store import CaseStore

        self.path, self.unnamed = path, unnamed
        self._lock: IO[bytes] = lock(lock_of(path))
        try:
            self._store = CaseStore(path)
        except BaseException:
            self._unlock()
            raise
        self.work: Casework = Casework(self._store)
        self.remarks: CaseRemarks = CaseRemarks(self._store)

    def close(self, *, delete: bool = False) -> None:
        """Make it one plain file again and let others have it, or delete it."""
        self._store.__exit__(None, None, None)
        if delete:
            delete_case(self.path)
        self._unlock()

    def record(self, options: AnalysisOptions) -> None:
        """Store how far the case is, for the commands that read cases."""
        from sjedd_video.case_record import write_record

        write_record(self._store, options)

    def leave(self, options: AnalysisOptions, *, discard: bool) -> None:
        """Close it. One without a name is deleted if it is to be discarded, or has no file in it."""
        empty = self.unnamed
        with suppress(OutputError):  # damaged or on a full disk: what is stored stays stored
            empty = empty and (discard or not self.work.items())
            if not empty:
                self.record(options)
        self.close(delete=empty)

    def _unlock(self) -> None:
        self._lock.close()
        with suppress(OSError):
            lock_of(self.path).unlink()


def case_folder() -> Path:
    """Where cases without a name live: the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("sjedd-video", appauthor=False) / "cases"


def create(folder: Path) -> CaseFile:
    """A new case without a name.

    Raises:
        OutputError: The folder cannot be written.
    """
    return CaseFile(_unnamed_path(folder), unnamed=True)


def open_case(case: Path, folder: Path, cancel: CancelToken | None = None) -> tuple[CaseFile, Copied | None]:
    """Open a case: itself where that harms nobody, else a copy without a name in ``folder``, and why.

    Raises:
        OutputError: It is not there, is no case, is damaged, or was made by a newer version.
        Cancelled: While it was copied.
    """
    database = database_of(case)
    _check_is_case(database)
    if database.parent == folder:
        return CaseFile(database, unnamed=True), None
    why = _why_copy(database)
    if why is None:
        return CaseFile(database, unnamed=False), None
    target = _unnamed_path(folder)
    copy(database, target, cancel)
    return CaseFile(target, unnamed=True), why


def copy(source: Path, target: Path, cancel: CancelToken | None = None) -> None:
    """Copy a case, also one that is being written to; ``target`` is replaced at once when the copy is whole.

    Raises:
        OutputError: It cannot be read or written, or somebody has ``target`` open.
        Cancelled: On request.
    """
    if in_use(target):
        raise OutputError(f"{target} is open in another window.", "Close it there, or choose another name.")
    partial = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.part")

    def tell(_status: int, _left: int, _total: int) -> None:
        if cancel is not None:
            cancel.raise_if_cancelled()

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with connected(source, "ro") as old, connected(partial, "rwc") as new:
            old.backup(new, pages=PAGES, progress=tell)
            new.execute("PRAGMA journal_mode=DELETE")
        for rest in beside(target):
            rest.unlink(missing_ok=True)  # the log of what is being replaced must not be played into the copy
        partial.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise OutputError(f"{target} cannot be written: {_words(error)}.", NO_ROOM) from error
    finally:
        delete_case(partial)


def _why_copy(database: Path) -> Copied | None:
    if is_scan(database):
        return Copied.RUNNING if in_use(database) else Copied.SCAN
    if not (os.access(database, os.W_OK) and os.access(database.parent, os.W_OK)):
        return Copied.READ_ONLY
    return Copied.IN_USE if in_use(database) else None


def _check_is_case(database: Path) -> None:
    """Raise OutputError for anything but a case, before anything could be written into it."""
    try:
        with database.open("rb") as file:
            head = file.read(len(HEADER))
    except FileNotFoundError as error:
        raise OutputError(f"{database} is not there.", NOT_THERE) from error
    except OSError as error:
        raise OutputError(f"{database} cannot be read: {error.strerror or error}.", NO_CASE) from error
    if head != HEADER:
        raise OutputError(f"{database} is no case of sjedd-video.", NO_CASE)
    try:
        with connected(database, "ro") as connection:
            rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    except sqlite3.OperationalError as error:
        raise OutputError(f"{database} cannot be read: {error}.", NO_CASE) from error
    except sqlite3.Error as error:
        raise OutputError(f"The case {database} is damaged: {error}.", NO_CASE) from error
    if not {str(row[0]) for row in rows} >= TABLES:
        raise OutputError(f"{database} is no case of sjedd-video.", NO_CASE)


def _unnamed_path(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror or error}.", NO_ROOM) from error
    return folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}{SUFFIX}"


@contextmanager
def connected(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    """The database as it is; ``mode`` is ``ro`` for reading, or ``rwc`` to make it."""
    uri = f"file:{quote(os.fsencode(path.absolute()))}?mode={mode}"
    with closing(sqlite3.connect(uri, uri=True, timeout=30)) as connection:
        yield connection


def beside(path: Path) -> tuple[Path, ...]:
    """The files that SQLite keeps beside a database while it is open."""
    return tuple(path.with_name(f"{path.name}{ending}") for ending in ("-wal", "-shm", "-journal"))


def delete_case(path: Path) -> None:
    """Delete a database and what SQLite keeps beside it."""
    with contextlib.suppress(OSError):
        for rest in (path, *beside(path)):
            rest.unlink(missing_ok=True)


def _words(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)
