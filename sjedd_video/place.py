"""Where a case is kept, and the lock that tells who writes to it.

A case is the folder of a scan with ``case.db`` in it, or one file that the desktop app made, or, for scans of many
machines, a PostgreSQL database. All hold the same tables.
"""

from __future__ import annotations

import os
import re
import sys
import weakref
from pathlib import Path
from typing import IO

from sjedd_video.errors import OutputError

DATABASE, LOCK = "case.db", ".lock"
SUFFIX = ".sjedd-case"
"""Ending of the name of a case of the desktop app."""
SERVER = re.compile(r"postgresql(\+\w+)?://")
PASSWORD = re.compile(r"(://[^/@:]*:)[^@]*(?=@)|([?&]password=)[^&\s]*")


_held: weakref.WeakSet[IO[bytes]] = weakref.WeakSet()


def _let_go() -> None:
    for file in list(_held):
        file.close()


# A child that outlives its parent would hold the lock on.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)


def is_server(case: object) -> bool:
    """Whether a case is given as the URL of a PostgreSQL database."""
    return isinstance(case, str) and SERVER.match(case) is not None


def without_passwords(text: str) -> str:
    """Text that may be shown and kept: URLs in it without their passwords."""
    return PASSWORD.sub(r"\1\2***", text)


def database_of(case: Path) -> Path:
    """The database of a case that is given as a folder or a file; it need not be there."""
    return case / DATABASE if case.is_dir() else case


def is_scan(database: Path) -> bool:
    """Whether a database belongs to the folder of a scan."""
    return database.name == DATABASE


def lock_of(database: Path) -> Path:
    """The file that is locked by whoever writes to a case."""
    return database.with_name(LOCK if is_scan(database) else f".{database.name}{LOCK}")


def lock(path: Path) -> IO[bytes]:
    """Hold a lock until the file is closed, or this process ends in whatever way.

    Raises:
        OutputError: Somebody else holds it, or the folder cannot be written.
    """
    try:
        file = path.open("ab")
    except OSError as error:
        raise OutputError(f"{path.parent} cannot be written: {error.strerror}.", "Choose another --out.") from error
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise OutputError(f"Another run is writing to {path.parent}.", "Wait for it, or stop it.") from error
    _held.add(file)
    return file


def in_use(database: Path) -> bool:
    """Whether somebody writes to the case of this database."""
    path = lock_of(database)
    if not path.exists():
        return False
    try:
        lock(path).close()
    except OutputError:
        return True
    return False
