"""What a scan says while it runs and at its end: bars and a table for people, JSON lines for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from sjedd_batch.bars import Bars
from sjedd_batch.summary import print_summary, values
from sjedd_video.errors import EXIT_OF_OUTCOME, ExitCode
from sjedd_video.report.rows import Row
from sjedd_video.types import Band, Outcome

if TYPE_CHECKING:
    from rich.console import Console

SHOWN, TOP = 50, 20
"""Up to so many files are all shown at the end; of more, those with the strongest support."""


class Tally:
    """Counts the files of a run, and keeps those that are shown at its end."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.worst, self.strongest = ExitCode.OK, -1
        self._rows: list[Row] = []
        self._cut = False

    def add(self, row: Row) -> None:
        """Count a file."""
        self.counts[row.outcome] += 1
        self.worst = max(self.worst, EXIT_OF_OUTCOME[Outcome(row.outcome)])
        if row.band:
            self.strongest = max(self.strongest, list(Band).index(Band(row.band)))
        self._rows.append(row)
        if len(self._rows) > 2 * SHOWN:
            self._rows = sorted(self._rows, key=lambda r: float(r.probability or -1), reverse=True)[:SHOWN]
            self._cut = True

    def rows(self) -> list[Row]:
        """The files to show: all of few, in order of path, or those of many with the strongest support."""
        if not self._cut and len(self._rows) <= SHOWN:
            return sorted(self._rows, key=lambda row: row.path)
        strongest = sorted(self._rows, key=lambda row: float(row.probability or -1), reverse=True)
        return [row for row in strongest[:TOP] if row.probability]

    def exit_code(self, fail_on: str | None, *, stopped: bool) -> ExitCode:
        """The exit code of a run: stopped, else a file that reached ``fail_on``, else the worst outcome."""
        if stopped:
            return ExitCode.CANCELLED
        if not self.counts:
            return ExitCode.NOTHING_FOUND
        if fail_on is not None and self.strongest >= list(Band).index(Band(fail_on)):
            return ExitCode.SUPPORT_FOUND
        return self.worst


class Screen:
    """Standard output and standard error of a scan; a context manager, and a ``judge.Watcher``.

    Args:
        quiet: Errors only.
        verbose: Also every line of the log, on standard error.
        json_lines: One JSON object for each file on standard output, in the order in which they end; nothing else.
    """

    def __init__(self, *, quiet: bool, verbose: bool, json_lines: bool) -> None:
        from rich.console import Console

        self._quiet, self._verbose, self._json_lines = quiet, verbose, json_lines
        self._error = Console(stderr=True)
        self._output: Console = self._error if json_lines else Console()
        self._bars: Bars | None = None
        self.tally = Tally()

    @property
    def echo(self) -> Callable[[str], None] | None:
        """What sees the lines of the log."""
        return (lambda line: click.echo(line, err=True)) if self._verbose else None

    def start(self, files: int) -> Bars:
        """Bars over so many files; a context manager."""
        self._bars = Bars(self._error, files, quiet=self._quiet or self._verbose)
        return self._bars

    def begin(self, name: str) -> None:
        """A file begins."""
        if self._bars is not None:
            self._bars.begin(name)

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Progress of a file."""
        if self._bars is not None:
            self._bars(stage, done, total)

    def end(self, row: Row) -> None:
        """A file has its row."""
        self.tally.add(row)
        if self._bars is not None:
            self._bars.end()
        if self._json_lines:
            click.echo(json.dumps(values(row), ensure_ascii=False, allow_nan=False))

    def warn(self, words: str) -> None:
        """Say something on standard error, unless quiet."""
        if not self._quiet:
            click.echo(words, err=True)

    def close(self, where: str) -> None:
        """Show the table and the counts."""
        if not self._quiet:
            print_summary(self._output, self.tally.rows(), dict(self.tally.counts), where)
