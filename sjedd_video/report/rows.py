"""One line about a file: what a case stores beside the whole report, for lists and tables."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from sjedd_video.explain import time_code
from sjedd_video.report.files import encodable
from sjedd_video.types import AnalysisResult, Reason, Span

THUMBNAIL = 112
"""Side in pixels of the picture that a case keeps of each file."""


@dataclass(frozen=True, slots=True)
class Row:
    """One file in a summary. Empty strings where there is no verdict; never a made-up number.

    Attributes:
        path: The file.
        sha256: Hash of its content; empty when it could not be read.
        outcome: See ``sjedd_video.types.Outcome``.
        reasons: Reason codes separated by spaces.
        probability: Calibrated probability with 4 decimals.
        band: Verdict in words.
        people: Number of people found.
        times: Spans above the threshold, ``mm:ss.s-mm:ss.s`` separated by spaces.
        low: Lower end of the 95 % interval of ``probability``.
        high: Upper end.
        person: Track number the verdict speaks of.
        details: The reasons in words with the facts behind them.
        copy_of: The file of the same content that was judged, if it is not this one.
        options: Start of the key of options, model and version in a case.
        report: The JSON report, or the first of those that were written; in a case, from its folder on.
        started: When the analysis began, ISO 8601 UTC.
        seconds: How long it took.
        path_bytes: The path as hexadecimal bytes, only where ``path`` had to be changed to be written as text.
    """

    path: str
    sha256: str = ""
    outcome: str = ""
    reasons: str = ""
    probability: str = ""
    band: str = ""
    people: str = ""
    times: str = ""
    low: str = ""
    high: str = ""
    person: str = ""
    details: str = ""
    copy_of: str = ""
    options: str = ""
    report: str = ""
    started: str = ""
    seconds: str = ""
    path_bytes: str = ""


def row_of(result: AnalysisResult, file: Path | str, report: Path | None = None) -> Row:
    """The row of a result."""
    verdict, found = result.verdict, {}
    if verdict is not None:
        person = next(p for p in result.people if p.track == verdict.person)
        found = {
            "band": verdict.band.value,
            "probability": f"{verdict.probability:.4f}",
            "person": str(verdict.person),
            "times": " ".join(_when(span) for span in person.spans),
        }
        if verdict.interval is not None:
            found |= {"low": f"{verdict.interval.low:.4f}", "high": f"{verdict.interval.high:.4f}"}
    return Row(
        path=str(file),
        outcome=result.outcome.value,
        people=str(len(result.people)),
        reasons=" ".join(reason.code.value for reason in result.reasons),
        details=encodable("; ".join(reason_words(reason) for reason in result.reasons)),
        sha256=result.evidence.sha256_before,
        report="" if report is None else str(report),
        started=result.started,
        seconds=f"{result.seconds.get('total', sum(result.seconds.values())):.2f}",
        **found,
    )


def reason_words(reason: Reason) -> str:
    """A reason on one line, e.g. ``too few faces: 2 usable of 9 faces, 4 needed``."""
    name = reason.code.value.replace("_", " ")
    return f"{name}: {reason.detail}" if reason.detail else name


def _when(span: Span) -> str:
    return f"{time_code(span.start.seconds)}-{time_code(span.end.seconds)}"


def thumbnail(result: AnalysisResult) -> bytes | None:
    """The first exhibit's face as a small JPEG, if there is one."""
    if not result.exhibits:
        return None
    from PIL import Image

    picture, file = Image.fromarray(result.exhibits[0].crop), io.BytesIO()
    picture.resize((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS).save(file, "JPEG", quality=85)
    return file.getvalue()
