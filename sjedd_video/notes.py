"""What the examiner adds to a result: notes, names of people, and the particulars of the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from sjedd_video.types import FrameTime

NOBODY: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a file, on a frame, on a person, or on a person in a frame. Without text it is a bookmark.

    Attributes:
        number: Tells it from the other notes of a case; 0 before it is stored.
        text: What the examiner wrote; may be empty, may have several lines.
        time: The frame; None for the whole file.
        person: Track number, from 1; 0 for nobody.
        written: When it was last changed, ISO 8601 UTC.
    """

    number: int
    text: str
    time: FrameTime | None = None
    person: int = 0
    written: str = ""


@dataclass(frozen=True, slots=True)
class CaseDetails:
    """Particulars for the first page of a report, as the examiner wrote them; empty where there are none."""

    case_number: str = ""
    exhibit: str = ""
    examiner: str = ""
    requested_by: str = ""


@dataclass(frozen=True, slots=True)
class Remarks:
    """All that an examiner added to one result.

    Attributes:
        notes: In order of ``in_order``.
        names: Track number -> name that the examiner gave.
        details: Particulars of the case.
    """

    notes: tuple[Note, ...] = ()
    names: Mapping[int, str] = field(default_factory=lambda: NOBODY)
    details: CaseDetails = CaseDetails()


NO_REMARKS = Remarks()


def in_order(note: Note) -> tuple[bool, float, int, int]:
    """Sorts notes: those on the whole file first, then by time, person and number."""
    return note.time is not None, 0.0 if note.time is None else note.time.seconds, note.person, note.number


def person_label(track: int, names: Mapping[int, str] = NOBODY) -> str:
    """``Person 2``, or ``Person 2 (Minister)`` when the examiner gave a name."""
    name = names.get(track, "")
    return f"Person {track} ({name})" if name else f"Person {track}"
