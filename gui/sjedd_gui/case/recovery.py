"""Cases without a name that no window has open: what a crash, or closing without saving, left behind."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sjedd_gui.case.case_file import beside, connected, delete_case
from sjedd_video.errors import OutputError
from sjedd_video.place import SUFFIX, in_use


@dataclass(frozen=True, slots=True)
class Recoverable:
    """A case that was never saved under a name: what a crash, or closing without saving, left behind."""

    path: Path
    changed: str
    """ISO 8601 UTC."""
    files: int


def recoverable(folder: Path) -> list[Recoverable]:
    """Cases without a name that no window has open, the newest first; those without a file in them are left out."""
    found = []
    for path in folder.glob(f"*{SUFFIX}"):
        with suppress(sqlite3.Error, OSError):
            if in_use(path):
                continue
            with connected(path, "ro") as database:
                files = int(database.execute("SELECT count(*) FROM items").fetchone()[0])
            changed = max(rest.stat().st_mtime for rest in (path, *beside(path)) if rest.exists())
            if files:
                found.append(Recoverable(path, datetime.fromtimestamp(changed, UTC).isoformat("T", "seconds"), files))
    return sorted(found, key=lambda case: case.changed, reverse=True)


def forget(path: Path, folder: Path) -> None:
    """Delete a case without a name that no window has open.

    Raises:
        OutputError: It cannot be deleted, or is no such case.
    """
    if path.parent != folder or in_use(path):
        raise OutputError(f"{path} is open, or was saved by the user.", "Delete it by hand if it is to go.")
    delete_case(path)
