"""The summary of a run: one row per file, on the terminal and as CSV."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from sjedd_video.explain import ABSENCE, BAND_NAME, percent, time_code
from sjedd_video.report.files import encodable
from sjedd_video.types import AnalysisResult, Band, Outcome, Reason, Span

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

BAND_STYLE = {"weak": "", "moderate": "yellow", "strong": "red", "very_strong": "bold red"}
FAILED = {Outcome.UNREADABLE, Outcome.CRASHED, Outcome.TIMED_OUT, Outcome.CANCELLED}
FOOTER = f"Support for the proposition that a face was manipulated. {ABSENCE}"


@dataclass(frozen=True, slots=True)
class Row:
    """One file in a summary. Empty strings where there is no verdict; never a made-up number.

    Attributes:
        file: Path as given.
        outcome: See ``sjedd_video.types.Outcome``.
        band: Verdict in words.
        probability: Calibrated probability with 4 decimals.
        low: Lower end of its 95 % interval.
        high: Upper end.
        person: Track number the verdict speaks of.
        people: Number of people found.
        when: Spans above the threshold, ``mm:ss.s-mm:ss.s`` separated by spaces.
        reasons: Reason codes separated by spaces.
        details: The reasons in words with the facts behind them.
        sha256: Hash of the file.
        report: Path of its JSON report.
    """

    file: str
    outcome: str
    band: str = ""
    probability: str = ""
    low: str = ""
    high: str = ""
    person: str = ""
    people: str = ""
    when: str = ""
    reasons: str = ""
    details: str = ""
    sha256: str = ""
    report: str = ""


def row_of(result: AnalysisResult, file: Path, report: Path | None = None) -> Row:
    """The row of a result."""
    verdict, found = result.verdict, {}
    if verdict is not None:
        person = next(p for p in result.people if p.track == verdict.person)
        found = {
            "band": verdict.band.value,
            "probability": f"{verdict.probability:.4f}",
            "person": str(verdict.person),
            "when": " ".join(_when(span) for span in person.spans),
        }
        if verdict.interval is not None:
            found |= {"low": f"{verdict.interval.low:.4f}", "high": f"{verdict.interval.high:.4f}"}
    return Row(
        file=encodable(str(file)),
        outcome=result.outcome.value,
        people=str(len(result.people)),
        reasons=" ".join(reason.code.value for reason in result.reasons),
        details=encodable("; ".join(reason_words(reason) for reason in result.reasons)),
        sha256=result.evidence.sha256_before,
        report="" if report is None else encodable(str(report)),
        **found,
    )


def reason_words(reason: Reason) -> str:
    """A reason on one line, e.g. ``too few faces: 2 usable of 9 faces, 4 needed``."""
    name = reason.code.value.replace("_", " ")
    return f"{name}: {reason.detail}" if reason.detail else name


def _when(span: Span) -> str:
    return f"{time_code(span.start.seconds)}-{time_code(span.end.seconds)}"


def printable(text: str) -> str:
    """File names come from strangers: nothing in them may steer the terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


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
    shown = _short_names([row.file for row in rows])
    for row in rows:
        file = Text(printable(shown[row.file]))
        table.add_row(file, _verdict_cell(row), probability_words(row), row.person, row.when.replace(" ", "\n"))
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
        cell.append(f"\n{printable(row.details)}", "dim")
    return cell


def _short_names(files: Sequence[str]) -> dict[str, str]:
    """File names without folders where that leaves them distinct."""
    counts = Counter(Path(file).name for file in set(files))
    return {file: file if counts[Path(file).name] > 1 else Path(file).name for file in files}


def probability_words(row: Row) -> str:
    """``96 % (91-98)``, or an empty string without a verdict."""
    if not row.probability:
        return ""
    text = percent(float(row.probability))
    return f"{text} ({100 * float(row.low):.0f}-{100 * float(row.high):.0f})" if row.low else text


def counts_of(rows: Iterable[Row]) -> dict[str, int]:
    """Number of files per outcome, in the order of ``Outcome``; outcomes without a file are left out."""
    counted = Counter(row.outcome for row in rows)
    return {outcome.value: counted[outcome.value] for outcome in Outcome if counted[outcome.value]}


def write_summary(rows: Iterable[Row], target: Path) -> None:
    """Write the rows as UTF-8 CSV, replacing the file at once."""
    partial = target.with_name(target.name + ".part")
    with partial.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Row)])
        writer.writeheader()
        for row in rows:
            writer.writerow({name: _harmless(value) for name, value in asdict(row).items()})
    partial.replace(target)


def _harmless(value: str) -> str:
    """Spreadsheets run cells that start like a formula; a quote in front stops that."""
    return f"'{value}" if value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


def print_summary(console: Console, rows: Sequence[Row], where: str) -> None:
    """Print the table, the counts and where the reports are."""
    from rich.text import Text

    console.print(table_of(rows))
    console.print(Text(FOOTER))
    counts = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts_of(rows).items())
    total = f"{len(rows)} file{'' if len(rows) == 1 else 's'}"
    console.print(Text(f"{total}: {counts or 'nothing to judge'}.{where}"))
