"""Ready-made analysis results by the real rules of the verdict, one per outcome that a report has to tell."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from fakes import GOOD, HIERARCHY, model_facts, sampling, stream
from sjedd_video.hierarchy import marginals
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

BASE = Fraction(1, 15360)
STEP = 0.3
BLURRED = replace(GOOD, sharpness=1.0)
ALTERED = {"face": 3.0, "expression": 3.2, "lip": 2.6, "mouth": 2.6, "physical_inconsistency": 1.5}
UNTOUCHED = dict.fromkeys(HIERARCHY.nodes, -3.0)
MODEL = model_facts(
    data="412 held-out videos of made-up people", n_real=206, n_fake=206, a=0.45, b=-1.2,
    error_rates=[{"threshold": t, "fpr": f, "fnr": n} for t, f, n in
                 ((0.3, 0.2, 0.08), (0.5, 0.1, 0.2), (0.9, 0.01, 0.5))],
)  # fmt: skip


def raw_scores(strength: float, pattern: dict[str, float] = ALTERED) -> np.ndarray:
    """Raw scores ``(n,)``: ``pattern`` at 1, everything strongly unaltered at 0."""
    return np.array(
        [strength * pattern.get(n, 0.0) + (1 - strength) * UNTOUCHED[n] for n in HIERARCHY.nodes], np.float32
    )


def face(strength: float, t: float, track: int = 1, shot: int = 0, quality=GOOD) -> FaceScore:
    """A face of ``track`` at ``t`` seconds in a frame of 1920 x 1080."""
    x, y, size = 180.0 + 800 * (track - 1) + 15 * np.sin(t), 240.0, 460.0
    points = np.array([[0.3, 0.4], [0.7, 0.4], [0.5, 0.6], [0.35, 0.8], [0.65, 0.8]]) * size + [x, y]
    found = Detection(np.array([x, y, x + size, y + size], np.float32), points.astype(np.float32), 0.93)
    raw = raw_scores(strength)
    observation = FaceObservation(track, shot, FrameTime(round(t / BASE), BASE), found, quality)
    return FaceScore(observation, raw, marginals(raw, HIERARCHY.states))


def exhibit(score: FaceScore, heat: bool = False) -> Exhibit:
    """A drawn person where the box is, reduced to 960 x 540."""
    y, x = np.mgrid[:540, :960]
    frame = np.stack([50 + 90 * x / 960, 80 + 60 * y / 540, np.full(x.shape, 110.0)], axis=-1)
    box = score.observation.detection.box * 0.5
    _draw_face(frame, x, y, box)
    v, u = np.mgrid[:112, :112]
    crop = np.full((112, 112, 3), 110.0)
    _draw_face(crop, u, v, np.array([8.0, 4.0, 104.0, 108.0]))
    size = float(box[2] - box[0]) * 2
    scale = 96 / size
    matrix = np.array([[scale, 0, 8 - scale * box[0] * 2], [0, scale, 4 - scale * box[1] * 2]])
    bump = np.exp(-(((u - 56) / 18.0) ** 2) - ((v - 86) / 12.0) ** 2) * 0.31 - 0.04
    return Exhibit(
        score, frame.astype(np.uint8), 0.5, crop.astype(np.uint8), matrix, bump.astype(np.float32) if heat else None
    )


def _draw_face(image: np.ndarray, x: np.ndarray, y: np.ndarray, box: np.ndarray) -> None:
    u, v = (x - box[0]) / (box[2] - box[0]), (y - box[1]) / (box[3] - box[1])
    image[((u - 0.5) / 0.42) ** 2 + ((v - 0.5) / 0.5) ** 2 < 1] = (222, 172, 140)
    for eye in (0.3, 0.7):
        image[((u - eye) / 0.08) ** 2 + ((v - 0.4) / 0.04) ** 2 < 1] = (40, 30, 30)
    image[((u - 0.5) / 0.17) ** 2 + ((v - 0.8) / 0.04) ** 2 < 1] = (160, 60, 60)


def evidence(name: str = "interview.mp4", **kwargs) -> FileEvidence:
    """Evidence of a pretended video."""
    details = {"pixel_format": "yuv420p", "profile": "High", "tags": {"encoder": "Lavf60"}}
    facts = stream(width=1920, height=1080, container="mov,mp4", codec="h264", average_rate=Fraction(30000, 1001),
                   time_base=BASE, duration=9.6, details=details)  # fmt: skip
    values = {"path": f"/cases/18/{name}", "size": 4_812_345, "modified": "2026-01-01T08:30:00+00:00",
              "sha256_before": "9f" * 32, "sha256_after": "9f" * 32, "stream": facts,
              "content_credentials": "none found"}  # fmt: skip
    return FileEvidence(**{**values, **kwargs})


def make(
    people: list[list[FaceScore]], *, single: bool = False, name: str = "interview.mp4", **kwargs
) -> AnalysisResult:
    """A result by the rules of the verdict.

    Args:
        people: The faces of every person.
        single: The file is one picture.
        name: Name of the file.
        kwargs: Fields to set otherwise.
    """
    options = AnalysisOptions()
    times = tuple(FrameTime(round(i * STEP / BASE), BASE) for i in range(1 if single else 32))
    report = sampling(len(times), times=times, expected_frames=1 if single else 288, readable_until=times[-1],
                      decoder="decord 0.6.0", shots=() if single else (times[20],))  # fmt: skip
    found = [assess_person(scores, model=MODEL, options=options, step=STEP, single=single) for scores in people]
    judgement = judge(found, report, model=MODEL, single=single)
    best = sorted((s for p in found for s in p.scores), key=lambda s: -s.marginals[0])[:5]
    shown = [exhibit(s, heat=i == 0 and judgement.verdict is not None) for i, s in enumerate(best)]
    values = {
        "outcome": judgement.outcome, "reasons": judgement.reasons, "verdict": judgement.verdict,
        "people": tuple(found),
        "sampling": report, "evidence": evidence(name), "model": MODEL,
        "environment": {"python": "3.11.9", "platform": "Linux", "numpy": "2.4.0"},
        "options": options.model_dump(mode="json"), "exhibits": tuple(shown),
        "started": "2026-01-02T10:00:00+00:00", "seconds": {"decode": 0.7, "faces": 0.9, "total": 2.4},
    }  # fmt: skip
    return AnalysisResult(**{**values, **kwargs})


def judged(name: str = "interview.mp4", **kwargs) -> AnalysisResult:
    """Person 2 was altered for a while, left the picture for a moment and is blurred twice; person 1 was not."""
    first = [face(0.05 + 0.03 * (i % 3), STEP * i, 1, int(i >= 20)) for i in range(32)]
    curve = 0.75 + 0.25 * np.sin(np.linspace(0.2, 2.9, 32))
    present = [i for i in range(32) if not 12 <= i < 17]
    second = [face(curve[i], STEP * i, 2, int(i >= 20), BLURRED if i in {4, 25} else GOOD) for i in present]
    return make([first, second], name=name, **kwargs)


def weak() -> AnalysisResult:
    """One person without signs."""
    return make([[face(0.05, STEP * i) for i in range(32)]])


def inconclusive() -> AnalysisResult:
    """One person with too few usable faces."""
    return make([[face(0.9, STEP * i, quality=GOOD if i < 2 else BLURRED) for i in range(9)]])


def no_face() -> AnalysisResult:
    """Nobody in the picture."""
    return make([])


def unreadable() -> AnalysisResult:
    """A text that claims to be a video."""
    facts = evidence("notes.mp4", stream=None)
    return make([], outcome=Outcome.UNREADABLE, reasons=(Reason(ReasonCode.NOT_MEDIA, "the file is plain text"),),
                sampling=None, evidence=facts)  # fmt: skip


def picture() -> AnalysisResult:
    """One picture of one altered person."""
    found = evidence("portrait.jpg")
    still = replace(found.stream, kind="image", container="jpeg", codec="mjpeg", duration_s=None, average_rate=None)
    return make([[face(0.95, 0.0)]], single=True, evidence=replace(found, stream=still))


def hour(people: int = 10, seconds: int = 3600) -> AnalysisResult:
    """An hour, one frame a second: everybody comes and goes, some are blurred, person 2 was mostly altered."""
    faces = [_hour_of(track, seconds) for track in range(1, people + 1)]
    times = tuple(FrameTime(t * BASE.denominator, BASE) for t in range(seconds))
    cuts = tuple(times[t] for t in range(600, seconds, 600))
    report = sampling(seconds, times=times, plan="fps:1", expected_frames=30 * seconds, readable_until=times[-1],
                      shots=cuts)  # fmt: skip
    found = [assess_person(scores, model=MODEL, options=AnalysisOptions(), step=1.0) for scores in faces]
    judgement = judge(found, report, model=MODEL)
    shown = tuple(exhibit(max(person.scores, key=lambda s: s.marginals[0]), heat=i == 1)
                  for i, person in enumerate(found[:12]))  # fmt: skip
    file = evidence("press conference.mp4")
    file = replace(file, stream=replace(file.stream, duration_s=float(seconds)))
    return replace(make([]), sampling=report, people=tuple(found), exhibits=shown, evidence=file,
                   outcome=judgement.outcome, reasons=judgement.reasons, verdict=judgement.verdict)  # fmt: skip


def _hour_of(track: int, seconds: int) -> list[FaceScore]:
    """The faces of one person; strengths come in steps of 2 %, so that equal ones are computed once."""
    noise = np.random.default_rng(track).normal(0, 0.06, seconds)
    kinds = {}
    found = []
    for t in range(seconds):
        if (t // 97 + track) % 5 == 0:
            continue
        altered = track == 2 and (t // 300) % 6 != 0
        strength = float(np.clip((0.8 if altered else 0.08) + 0.1 * np.sin(t / 60) + noise[t], 0.0, 1.0)) // 0.02
        if strength not in kinds:
            kinds[strength] = face(0.02 * strength, 0.0, track)
        score = kinds[strength]
        quality = BLURRED if (t + 31 * track) % 211 < 20 else GOOD
        seen = replace(score.observation, time=FrameTime(t * BASE.denominator, BASE), shot=t // 600, quality=quality)
        found.append(replace(score, observation=seen))
    return found


ALL = {
    "judged": judged, "weak": weak, "inconclusive": inconclusive, "no_face": no_face, "unreadable": unreadable,
    "picture": picture,
}  # fmt: skip
