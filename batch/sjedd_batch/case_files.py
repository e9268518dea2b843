"""The files of a case folder besides the results: their names, and the log."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from sjedd_video.errors import OutputError
from sjedd_video.report.files import visible

SUMMARY, SUMMARY_PDF, REPORTS = "summary.csv", "summary.pdf", "reports"
RECORD, LOG = "run.json", "run.log"


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


def tidy(out: Path) -> None:
    """Remove what a killed run left half written."""
    for where in (out, out / REPORTS):
        for part in where.rglob(".*.part") if where.name == REPORTS else where.glob(".*.part"):
            part.unlink(missing_ok=True)


def now() -> str:
    """The time, ISO 8601 UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")
