"""The files of a case folder besides the results: their names, the log, and the lock that keeps runs apart."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from sjedd_video.errors import OutputError
from sjedd_video.report.files import visible

DATABASE, SUMMARY, SUMMARY_PDF, REPORTS = "case.db", "summary.csv", "summary.pdf", "reports"
RECORD, LOG, LOCK = "run.json", "run.log", ".lock"


class RunLog:
    """``run.log``: one line for every event, with the time; ``echo`` sees the same lines.

    Raises:
        OutputError: It cannot be written.
    """

    def __init__(self, path: Path, echo: Callable[[str], None] | None = None) -> None:
        self._path, self._echo = path, echo
        try:
            self._file: IO[str] = path.open("a", encoding="utf-8")
        except OSError as error:
            raise OutputError(f"{path} cannot be written: {error.strerror}.", "Choose another --out.") from error

    def say(self, words: str) -> None:
        """Add a line."""
        line = f"{now()} {visible(words)}"
        try:
            print(line, file=self._file, flush=True)
        except OSError as error:
            raise OutputError(f"{self._path} cannot be written: {error.strerror}.", "Check the disk.") from error
        if self._echo is not None:
            self._echo(line)

    def close(self) -> None:
        """Close the file."""
        with suppress(OSError):
            self._file.close()


def lock(path: Path) -> IO[bytes]:
    """Hold the lock of a case until the file is closed, or this process ends in whatever way."""
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
    return file


def in_use(out: Path) -> bool:
    """Whether somebody writes to the case."""
    try:
        lock(out / LOCK).close()
    except OutputError:
        return True
    return False


def tidy(out: Path) -> None:
    """Remove what a killed run left half written."""
    for where in (out, out / REPORTS):
        for part in where.rglob(".*.part") if where.name == REPORTS else where.glob(".*.part"):
            part.unlink(missing_ok=True)


def now() -> str:
    """The time, ISO 8601 UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")
