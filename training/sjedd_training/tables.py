"""Tables and progress for people: rich on a terminal, plain lines otherwise."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

from sjedd_training.metrics import Estimate
from sjedd_video.report.files import visible

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

NONE = "–"
EVERY_S = 10.0
"""Without a terminal, progress is told at most this often."""


@dataclass(frozen=True)
class Table:
    """A titled table of text; the first column names the row."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def number(value: float | None, digits: int = 3) -> str:
    """A number, or a dash."""
    return NONE if value is None else f"{value:.{digits}f}"


def with_interval(estimate: Estimate | None, digits: int = 3) -> str:
    """``0.812 [0.701, 0.912]``, or a dash."""
    if estimate is None:
        return NONE
    return f"{estimate.value:.{digits}f} [{estimate.low:.{digits}f}, {estimate.high:.{digits}f}]"


def show(tables: Sequence[Table]) -> None:
    """Print tables on standard output."""
    from rich.console import Console

    console = Console()
    for table in tables:
        if console.is_terminal:
            _show_rich(console, table)
        else:
            click.echo("\n".join(plain_lines(table)) + "\n")


def plain_lines(table: Table) -> list[str]:
    """The table as aligned text."""
    rows = [table.header, *table.rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(table.header))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [table.title, *lines, *table.notes]


def _show_rich(console: object, table: Table) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    shown = RichTable(title=table.title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, pad_edge=False,
                      padding=(0, 1, 0, 0))  # fmt: skip
    for name in table.header:
        shown.add_column(name, overflow="fold")
    for row in table.rows:
        # Intervals go below their number, so that the table fits.
        shown.add_row(*(Text(visible(cell).replace(" [", "\n[").replace(" (", "\n(")) for cell in row))
    assert isinstance(console, Console)
    console.print(shown)
    for note in table.notes:
        console.print(Text(visible(note)))
    console.print()


class Bar:
    """A progress bar with the time left on a terminal's standard error, a line now and then otherwise.

    Args:
        title: What is counted, e.g. ``files``.
        total: How many.
        quiet: Show nothing.
    """

    def __init__(self, title: str, total: int, *, quiet: bool = False) -> None:
        self._title, self._total, self._done, self._quiet = title, total, 0, quiet
        self._told = time.monotonic()
        self._bar: Progress | None = None

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(stderr=True)
        if console.is_terminal and not self._quiet:
            # File names are no markup.
            columns = (
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
            )
            self._bar = Progress(*columns, console=console, transient=True)
            self._task: TaskID = self._bar.add_task(self._title, total=self._total)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def advance(self, what: str) -> None:
        """One more is done; ``what`` says which."""
        self._done += 1
        words = visible(what)
        if self._bar is not None:
            self._bar.update(self._task, completed=self._done, description=words[:48])
        elif not self._quiet and (time.monotonic() - self._told > EVERY_S or self._done == self._total):
            self._told = time.monotonic()
            click.echo(f"{self._title} {self._done}/{self._total} {words}", err=True)
