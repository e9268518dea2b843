"""Values as JSON can hold them, and the examiner's part of a JSON report."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from sjedd_video.notes import CaseDetails, Note, Remarks
from sjedd_video.report.files import encodable
from sjedd_video.report.schema import NoteEntry, TimeEntry
from sjedd_video.types import FrameTime

DIGITS = 6


def plain(value: Any) -> Any:
    """Plain JSON values: enums and fractions as text, numbers that are not finite as null, bytes as hexadecimal."""
    if value is None or (isinstance(value, bool | int) and not isinstance(value, np.generic)):
        return value
    if isinstance(value, str | Path):
        return encodable(str(value))
    if isinstance(value, Mapping):
        return {encodable(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, np.generic | np.ndarray):
        return plain(value.tolist())
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, bytes | bytearray):
        return [plain(item) for item in (value if isinstance(value, Sequence) else sorted(value))]
    return _scalar(value)


def _scalar(value: Any) -> float | str | None:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return bytes(value).hex() if isinstance(value, bytes | bytearray) else encodable(str(value))


def time_entry(time: FrameTime) -> TimeEntry:
    """A time as documents write it."""
    return {"pts": time.pts, "time_base": fraction_text(time.time_base), "seconds": round(time.seconds, DIGITS)}


def fraction_text(value: Fraction) -> str:
    """A fraction as documents write it, e.g. ``1001/30000``."""
    return f"{value.numerator}/{value.denominator}"


def with_remarks(document: dict[str, Any], remarks: Remarks) -> dict[str, Any]:
    """A report with the examiner's remarks instead of those it has; ``document`` is changed."""
    document["notes"] = plain([_note(note) for note in remarks.notes])
    for person in document["people"]:
        person.pop("name", None)
        if name := remarks.names.get(person["person"]):
            person["name"] = plain(name)
    document.pop("case", None)
    if remarks.details != CaseDetails():
        document["case"] = plain(asdict(remarks.details))
    return document


def _note(note: Note) -> NoteEntry:
    return {
        "text": note.text,
        "time": None if note.time is None else time_entry(note.time),
        "person": note.person or None,
        "written": note.written,
    }
