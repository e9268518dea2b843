"""The CSV report: one row per sampled face, and one row without a face for every sampled frame that shows none.

A spreadsheet runs a cell that begins with ``=``, ``+``, ``-`` or ``@`` as a formula, and names of files come from
strangers: such text gets an apostrophe in front. Numbers are written by this program and stay numbers.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from sjedd_video.calibration import Calibration, logit
from sjedd_video.explain import is_single
from sjedd_video.report.files import encodable, written
from sjedd_video.report.json_ import min_eye_distance
from sjedd_video.types import AnalysisResult, FaceScore, FloatArray, FrameTime
from sjedd_video.usability import face_faults
from sjedd_video.verdict import ROOT

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
FIXED = (
    "path", "sha256", "pts", "time_base", "seconds", "person", "shot", "usable", "faults", "probability", "p_face",
    "x0", "y0", "x1", "y1", "detection_score", "eye_distance_px", "sharpness", "yaw", "exposure", "blockiness",
)  # fmt: skip
"""``probability`` is the calibrated probability of this face alone; ``p_face`` and the ``node_`` columns are not
calibrated and must be read against the prior; ``raw_`` columns are the raw scores they come from."""


def write_csv(result: AnalysisResult, path: Path) -> None:
    """Write the CSV report: UTF-8 with a byte order mark, which spreadsheets need, and CRLF.

    Raises:
        OutputError: It cannot be written.
    """
    with written(path) as file:
        file.write(csv_text(result).encode("utf-8-sig"))


def csv_text(result: AnalysisResult) -> str:
    """The CSV report as text. A file without a sampled frame gives the header only."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    nodes = result.model.nodes
    writer.writerow([*FIXED, *(f"node_{node}" for node in nodes), *(f"raw_{node}" for node in nodes)])
    writer.writerows([cell(value) for value in row] for row in _rows(result))
    return buffer.getvalue()


def cell(value: Any) -> Any:
    """A value that no spreadsheet takes for a formula; numbers that are not finite become empty."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if not isinstance(value, str):
        return value
    text = encodable(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def _rows(result: AnalysisResult) -> Iterator[list[Any]]:
    name, sha256 = result.evidence.path, result.evidence.sha256_before
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
        base = f"{time.time_base.numerator}/{time.time_base.denominator}"
        start = [name, sha256, time.pts, base, f"{time.seconds:.6f}"]
        if score is None or calibrated is None:
            yield [*start, *[None] * (len(FIXED) - len(start) + 2 * len(result.model.nodes))]
        else:
            yield [*start, track, *_face(score, usable, least, calibrated)]


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
        *(round(float(v), 4) for v in (q.eye_distance_px, q.sharpness, q.yaw, q.exposure, q.blockiness)),
        *(round(float(v), 6) for v in score.marginals),
        *(round(float(v), 6) for v in score.raw),
    ]
