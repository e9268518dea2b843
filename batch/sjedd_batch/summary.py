"""The summary of a run: one row per file, on the terminal and as CSV."""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from sjedd_video.explain import ABSENCE, BAND_NAME, percent, percent_range
from sjedd_video.report.files import encodable, visible, written
from sjedd_video.report.rows import Row
from sjedd_video.types import Band, Interval, Outcome

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from sjedd_video.store import Entry

BAND_STYLE = {"weak": "", "moderate": "yellow", "strong": "red", "very_strong": "bold red"}
FAILED = {Outcome.UNREADABLE, Outcome.CRASHED, Outcome.TIMED_OUT, Outcome.CANCELLED}
FOOTER = f"Support for the proposition that a face was manipulated. {ABSENCE}"
COLUMNS = tuple(field.name for field in fields(Row))
NUMBERS = {"probability": float, "low": float, "high": float, "person": int, "people": int, "seconds": float}


def row_of_entry(entry: Entry) -> Row:
    """The row of a file of a case."""
    copied = entry.original if entry.original != entry.path else ""
    return Row(**{**entry.summary["row"], "path": entry.path, "copy_of": copied})


def table_of(rows: Sequence[Row]) -> Table:
    """The table of a run for the terminal; readable from 80 columns on."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(header_style="bold", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("File", overflow="fold", min_width=10)
    table.add_column("Verdict", overflow="fold", min_width=19)
    for name in ("Probability", "Person", "When"):
        table.add_column(name, no_wrap=True, justify="right" if name == "Person" else "left")
    shown = _short_names([row.path for row in rows])
    for row in rows:
        file = Text(visible(shown[row.path]))
        table.add_row(file, _verdict_cell(row), probability_words(row), row.person, row.times.replace(" ", "\n"))
    return table


def _verdict_cell(row: Row) -> Text:
    """The verdict or outcome in words, with what limits it below."""
    from rich.text import Text

    if row.band:
        cell = Text(BAND_NAME[Band(row.band)], BAND_STYLE[row.band])
        if row.outcome != Outcome.JUDGED:
            cell.append(f" ({row.outcome})")
    else:
        cell = Text(row.outcome.replace("_", " "), "red" if Outcome(row.outcome) in FAILED else "cyan")
    if row.details:
        cell.append(f"\n{visible(row.details)}", "dim")
    return cell


def _short_names(files: Sequence[str]) -> dict[str, str]:
    """File names without folders where that leaves them distinct."""
    counts = Counter(Path(file).name for file in set(files))
    return {file: file if counts[Path(file).name] > 1 else Path(file).name for file in files}


def probability_words(row: Row) -> str:
    """``96 % (91-98)``, or an empty string without a verdict."""
    if not row.probability:
        return ""
    text = percent(_unrounded(row.probability))
    between = percent_range(Interval(_unrounded(row.low), _unrounded(row.high))) if row.low else text
    return text if between == text else f"{text} ({between.replace(' to ', '-').removesuffix(' %')})"


def _unrounded(number: str) -> float:
    """A probability of a row, which has four digits: a logistic is never certain, so neither are its 0 and its 1."""
    return min(max(float(number), 0.00005), 0.99995)


def counts_of(rows: Iterable[Row]) -> dict[str, int]:
    """Number of files per outcome."""
    return dict(Counter(row.outcome for row in rows))


def write_summary(rows: Iterable[Row], target: Path) -> None:
    """Write the rows as UTF-8 CSV; the file appears whole or not at all.

    Raises:
        OutputError: It cannot be written.
    """
    with written(target) as binary:
        file = io.TextIOWrapper(binary, "utf-8", newline="")
        write_rows(rows, file)
        file.detach()


def write_rows(rows: Iterable[Row], file: TextIO) -> None:
    """Write the rows as CSV with a header."""
    writer = csv.DictWriter(file, COLUMNS)
    writer.writeheader()
    writer.writerows(cells(row) for row in rows)


def cells(row: Row) -> dict[str, str]:
    """The row as text that UTF-8 can hold and no spreadsheet runs; ``path_bytes`` keeps what that changed."""
    found = {name: _harmless(encodable(value)) for name, value in asdict(row).items()}
    return found | {"path_bytes": "" if found["path"] == row.path else os.fsencode(row.path).hex()}


def values(row: Row) -> dict[str, str | int | float | None]:
    """The row for programs: numbers as numbers, None for what there is not, the path as text and, if lossy, bytes."""
    found: dict[str, str | int | float | None] = {name: value or None for name, value in asdict(row).items()}
    for name, kind in NUMBERS.items():
        text = getattr(row, name)
        found[name] = kind(text) if text else None
    for name in ("path", "copy_of", "report", "details"):
        found[name] = encodable(getattr(row, name)) or None
    found["path_bytes"] = None if found["path"] == row.path else os.fsencode(row.path).hex()
    return found


def _harmless(value: str) -> str:
    """Spreadsheets run cells that start like a formula; a quote in front stops that."""
    return f"'{value}" if value[:1] in {"=", "+", "-", "@", "\t", "\r", "\n"} else value


def print_summary(console: Console, rows: Sequence[Row], counts: Mapping[str, int], where: str) -> None:
    """Print the table, the counts and where the reports are.

    Args:
        console: Where to.
        rows: The files to show; where they are not all, the table says so.
        counts: Number of files per outcome.
        where: The end of the last line.
    """
    from rich.text import Text

    total = sum(counts.values())
    if rows:
        console.print(table_of(rows))
    if len(rows) < total:
        console.print(Text(f"Shown: {len(rows)} of {total} files, those with the strongest support."))
    console.print(Text(FOOTER))
    ordered = [(outcome.value, counts[outcome]) for outcome in Outcome if counts.get(outcome)]
    words = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in ordered)
    console.print(Text(f"{total} file{'' if total == 1 else 's'}: {words or 'nothing to judge'}.{where}"))
