"""The CSV report: one row per sampled face, and one row without a face for every sampled frame that shows none.

Notes of the examiner stand in the last column, beside the face or frame that they are about; a note on anything else
has a row of its own.

A spreadsheet runs a cell that begins with ``=``, ``+``, ``-`` or ``@`` as a formula, and names of files come from
strangers: such text gets an apostrophe in front. Numbers are written by this program and stay numbers.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sjedd_video.calibration import Calibration, logit
from sjedd_video.explain import is_single
from sjedd_video.notes import NO_REMARKS, Note, Remarks
from sjedd_video.report.files import encodable, written
from sjedd_video.report.json_ import min_eye_distance
from sjedd_video.types import AnalysisResult, FaceScore, FloatArray, FrameTime
from sjedd_video.usability import face_faults
from sjedd_video.verdict import ROOT

BOOKMARK = "bookmark"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
START = ("path", "sha256", "pts", "time_base", "seconds")
FIXED = (
    *START, "person", "shot", "usable", "faults", "probability", "p_face",
    "x0", "y0", "x1", "y1", "detection_score", "eye_distance_px", "sharpness", "yaw", "exposure", "blockiness",
    "visible",
)  # fmt: skip
"""``probability`` is the calibrated probability of this face alone; ``p_face`` and the ``node_`` columns are not
calibrated and must be read against the prior; ``raw_`` columns are the raw scores they come from."""
EXAMINER = ("person_name", "note")
"""The last columns."""


def write_csv(result: AnalysisResult, path: Path, remarks: Remarks = NO_REMARKS) -> None:
    """Write the CSV report: UTF-8 with a byte order mark, which spreadsheets need, and CRLF.

    Raises:
        OutputError: It cannot be written.
    """
    with written(path) as file:
        file.write(csv_text(result, remarks).encode("utf-8-sig"))


def csv_text(result: AnalysisResult, remarks: Remarks = NO_REMARKS) -> str:
    """The CSV report as text. A file without a sampled frame gives the header only."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    nodes = result.model.nodes
    writer.writerow([*FIXED, *(f"node_{node}" for node in nodes), *(f"raw_{node}" for node in nodes), *EXAMINER])
    writer.writerows([cell(value) for value in row] for row in _with_notes(result, remarks))
    return buffer.getvalue()


def cell(value: Any) -> Any:
    """A value that no spreadsheet takes for a formula; numbers that are not finite become empty."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if not isinstance(value, str):
        return value
    text = encodable(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def _with_notes(result: AnalysisResult, remarks: Remarks) -> Iterator[list[Any]]:
    """The rows with the examiner's columns; a note goes to the first row of its frame and person."""
    open_notes: dict[tuple[Any, ...], list[Note]] = {}
    for note in remarks.notes:
        place = (None, None) if note.time is None else (note.time.pts, note.time.time_base)
        open_notes.setdefault((*place, note.person or None), []).append(note)
    for time, row in _rows(result):
        person = row[len(START)]
        found = open_notes.pop((time.pts, time.time_base, person), [])
        found += open_notes.pop((time.pts, time.time_base, None), [])
        yield [*row, remarks.names.get(person, ""), _words(found)]
    blank = [None] * (len(FIXED) - len(START) - 1 + 2 * len(result.model.nodes))
    for (_, _, person), found in open_notes.items():
        start = _start(result, found[0].time)
        yield [*start, person, *blank, remarks.names.get(person or 0, ""), _words(found)]


def _words(notes: Sequence[Note]) -> str:
    return "\n".join(note.text or BOOKMARK for note in notes)


def _start(result: AnalysisResult, time: FrameTime | None) -> list[Any]:
    evidence = result.evidence
    if time is None:
        return [evidence.path, evidence.sha256_before, None, None, None]
    base = f"{time.time_base.numerator}/{time.time_base.denominator}"
    return [evidence.path, evidence.sha256_before, time.pts, base, f"{time.seconds:.6f}"]


def _rows(result: AnalysisResult) -> Iterator[tuple[FrameTime, list[Any]]]:
    faces = [
        (score.observation.time, person.track, score, usable)
        for person in result.people
        for score, usable in zip(person.scores, person.usable, strict=True)
    ]
    seen = {time for time, *_ in faces}
    sampled = () if result.sampling is None else result.sampling.times
    least = min_eye_distance(result)
    calibrated = face_probability(result) if faces else None
    empty = [(time, 0, None, False) for time in sampled if time not in seen]
    entries: list[tuple[FrameTime, int, FaceScore | None, bool]] = [*faces, *empty]
    for time, track, score, usable in sorted(entries, key=lambda e: (e[0].seconds, e[1])):
        start = _start(result, time)
        if score is None or calibrated is None:
            yield time, [*start, *[None] * (len(FIXED) - len(start) + 2 * len(result.model.nodes))]
        else:
            yield time, [*start, track, *_face(score, usable, least, calibrated)]


def face_probability(result: AnalysisResult) -> Callable[[FloatArray], FloatArray]:
    """From p(face) of single faces to their calibrated probabilities, by the rule for this kind of file."""
    calibration = Calibration.of(result.model)
    rule = calibration.image if is_single(result) else calibration.video
    return lambda p_face: rule(logit(p_face))


def _face(score: FaceScore, usable: bool, least: float, calibrated: Callable[[FloatArray], FloatArray]) -> list[Any]:
    seen, q = score.observation, score.observation.quality
    probability = calibrated(np.array([score.marginals[ROOT]]))[0]
    return [
        seen.shot,
        int(usable),
        " ".join(face_faults(q, least)),
        round(float(probability), 6),
        round(float(score.marginals[ROOT]), 6),
        *(round(float(v), 2) for v in seen.detection.box),
        round(float(seen.detection.score), 4),
        *(round(float(v), 4) for v in (q.eye_distance_px, q.sharpness, q.yaw, q.exposure, q.blockiness, q.visible)),
        *(round(float(v), 6) for v in score.marginals),
        *(round(float(v), 6) for v in score.raw),
    ]
