"""A pretended analysis for the desktop app; the name of the file says what happens. Imported by the child process."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from fakes import GOOD, HIERARCHY, MS, model_facts, sampling, stream

from sjedd_video.errors import ModelError
from sjedd_video.options import AnalysisOptions
from sjedd_video.types import (
    AnalysisResult,
    Detection,
    Exhibit,
    FaceObservation,
    FaceScore,
    FileEvidence,
    FrameTime,
    Outcome,
    Reason,
    ReasonCode,
)
from sjedd_video.verdict import assess_person, judge

FUNCTION = "gui_fakes:analyze"
FRAME = (270, 480)
STEP = 0.3
BLURRED = replace(GOOD, sharpness=1.0)


def analyze(path, options, *, progress, cancel):
    """Act as the file's name says; everything else is judged."""
    progress("frames", 0, 4)
    match path.stem:
        case "slow":
            while True:
                cancel.raise_if_cancelled()
                time.sleep(0.01)
        case "stuck":
            while True:
                time.sleep(0.01)
        case "crash":
            sys.stderr.write("the last words of a library\n")
            sys.stderr.flush()
            os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        case "model":
            raise ModelError("The model is damaged.", "Import it again.")
        case "defect":
            raise ZeroDivisionError("nobody thought of this")
        case "noisy":
            os.write(1, b"a library writes to standard output\n")
            print('{"type": "done", "job": 1}')
    progress("frames", 4, 4)
    progress("verdict", 1, 1)
    return result_for(path)


def result_for(path: Path) -> AnalysisResult:
    """The result of a file of this name."""
    if path.stem == "inconclusive":
        return make_result(path, people=[[0.95] * 8 + [0.05] * 8])
    if path.stem == "noface":
        return make_result(path, people=[])
    if path.stem == "broken":
        return unreadable(path)
    return make_result(path)


def face(track: int, p: float, t: float, quality=GOOD) -> FaceScore:
    """A face of ``track`` with p(face) = ``p`` at ``t`` seconds, in a frame of 1920 x 1080."""
    x, y, size = 300.0 + 700 * (track - 1) + 20 * np.sin(t), 260.0, 420.0
    points = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]]) * size + [x, y]
    found = Detection(np.array([x, y, x + size, y + size], np.float32), points.astype(np.float32), 0.9)
    marginals = np.full(len(HIERARCHY.nodes), p / 2)
    marginals[0] = p
    observation = FaceObservation(track, 0, FrameTime(round(1000 * t), MS), found, quality)
    return FaceScore(observation, np.zeros(len(marginals), np.float32), marginals)


def make_result(path: Path, people: list[list[float | None]] | None = None) -> AnalysisResult:
    """A result by the real rules of the verdict.

    Args:
        path: The file.
        people: p(face) per frame and person; None where the person has no face, below 0 for a blurred one.
    """
    if people is None:
        people = [altered_curve(), [0.12, 0.08, 0.1, 0.15] * 8]
    options, model, report = AnalysisOptions(), model_facts(), sampling(32, step=STEP)
    found = []
    for track, values in enumerate(people, start=1):
        scores = [
            face(track, abs(p), STEP * i, BLURRED if p < 0 else GOOD) for i, p in enumerate(values) if p is not None
        ]
        found.append(assess_person(scores, model=model, options=options, step=STEP))
    judgement = judge(found, report, model=model)
    best = [max(person.scores, key=lambda s: s.marginals[0]) for person in found]
    shown = tuple(exhibit(score, heat=i == 0) for i, score in enumerate(best * 2))
    return AnalysisResult(
        outcome=judgement.outcome, reasons=judgement.reasons, verdict=judgement.verdict, people=tuple(found),
        sampling=report, evidence=evidence(path), model=model, environment={"python": "3"},
        options=options.model_dump(mode="json"), exhibits=shown,
        started="2026-01-01T00:00:00+00:00", seconds={"total": 1.0},
    )  # fmt: skip


def altered_curve() -> list[float | None]:
    """An altered person who leaves the picture for a while, with two blurred frames."""
    values: list[float | None] = [float(p) for p in 0.75 + 0.24 * np.sin(np.linspace(0.3, 2.6, 32))]
    values[12:18] = [None] * 6
    values[4] = values[24] = -0.4
    return values


def unreadable(path: Path) -> AnalysisResult:
    """A file that is no media."""
    reason = Reason(ReasonCode.NOT_MEDIA, "the file is plain text")
    return replace(
        make_result(path), outcome=Outcome.UNREADABLE, reasons=(reason,), verdict=None, people=(), sampling=None,
        exhibits=(), evidence=replace(evidence(path), stream=None),
    )  # fmt: skip


def evidence(path: Path) -> FileEvidence:
    """Evidence of a pretended video."""
    facts = stream(width=1920, height=1080, average_rate=Fraction(30))
    return FileEvidence(str(path), 123_456, "2026-01-01T00:00:00+00:00", "ab" * 32, "ab" * 32, facts, "none found")


def exhibit(score: FaceScore, *, heat: bool) -> Exhibit:
    """A picture of shapes with a face where the box is."""
    height, width = FRAME
    y, x = np.mgrid[:height, :width]
    scale = width / 1920
    frame = np.stack([60 + 90 * x / width, 90 + 60 * y / height, np.full(FRAME, 120.0)], axis=-1)
    x0, y0, x1, y1 = score.observation.detection.box * scale
    inside = ((x - (x0 + x1) / 2) / (x1 - x0)) ** 2 + ((y - (y0 + y1) / 2) / (y1 - y0)) ** 2 < 0.2
    frame[inside] = (224, 172, 140)
    crop = np.ascontiguousarray(np.full((112, 112, 3), (224, 172, 140), np.uint8))
    bump = np.exp(-(((np.mgrid[:112, :112] - np.array([[[75]], [[56]]])) / 18.0) ** 2).sum(axis=0)).astype(np.float32)
    return Exhibit(score, frame.astype(np.uint8), scale, crop, np.eye(2, 3), bump if heat else None)
