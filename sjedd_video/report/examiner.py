"""What the examiner adds to a report, clearly told apart from what the program found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sjedd_video.explain import time_code
from sjedd_video.notes import CaseDetails, Note, Remarks, person_label
from sjedd_video.report.blocks import Block, Facts, Grid, Section, Text

NOT_OURS = (
    "Everything in this section, and the names given to people, was written by the examiner. Nothing of it is a "
    "finding of the program, and none of it went into the verdict."
)
BOOKMARK = "(bookmark)"
WIDTHS = (0.13, 0.2, 0.47, 0.2)
LINES, LINE = 24, 60
"""Lines, and characters of a line, that one row of the table can hold: a row is never broken over pages."""


def particulars(details: CaseDetails, name: str) -> tuple[tuple[str, str], ...]:
    """The case and the exhibit for the first page; one line each, so that the page stays one page.

    Args:
        details: What the examiner filled in.
        name: The file, fit to be shown.
    """
    parts = (
        details.case_number,
        _said("requested by {}", details.requested_by),
        _said("examiner {}", details.examiner),
    )
    case = "; ".join(part for part in parts if part)
    exhibit = ("Exhibit", f"{details.exhibit}: {name}" if details.exhibit else name)
    return (("Case", case), exhibit) if case else (exhibit,)


def _said(words: str, value: str) -> str:
    return words.format(value) if value else ""


def examiner(remarks: Remarks) -> tuple[Section, ...]:
    """The section of notes and names, if there are any."""
    if not remarks.notes and not remarks.names:
        return ()
    blocks: list[Block] = [Text(NOT_OURS, "small")]
    if remarks.names:
        names = "; ".join(person_label(track, remarks.names) for track in sorted(remarks.names))
        blocks.append(Facts((("Names of people", names),)))
    if remarks.notes:
        rows = tuple(row for note in remarks.notes for row in _rows(note, remarks.names))
        blocks.append(Grid(("Where", "About", "Note", "Written"), rows, WIDTHS))
    return (Section("Notes of the examiner", tuple(blocks)),)


def _rows(note: Note, names: Mapping[int, str]) -> Iterator[tuple[str, ...]]:
    """A row, or more for a long note."""
    where = "whole file" if note.time is None else f"{time_code(note.time.seconds)}\npts {note.time.pts}"
    about = person_label(note.person, names) if note.person else "–"
    written = f"{note.written[:16].replace('T', ' ')} UTC" if note.written else ""
    for i, text in enumerate(_pieces(note.text or BOOKMARK)):
        yield (where, about, text, written) if i == 0 else ("", "", text, "")


def _pieces(text: str) -> Iterator[str]:
    piece: list[str] = []
    for whole in text.split("\n"):
        for line in (whole[i : i + LINES * LINE] for i in range(0, max(len(whole), 1), LINES * LINE)):
            if piece and sum(1 + len(part) // LINE for part in [*piece, line]) > LINES:
                yield "\n".join(piece)
                piece = []
            piece.append(line)
    yield "\n".join(piece)
