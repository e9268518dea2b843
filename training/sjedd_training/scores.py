"""What an evaluation keeps of the product's answer to one file, small enough to cache."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import fmean, median
from typing import Any

from sjedd_video.calibration import Calibration, logit
from sjedd_video.explain import is_single
from sjedd_video.report.files import made_folder, write_text
from sjedd_video.types import AnalysisResult, FaceScore, FileEvidence, PersonFinding
from sjedd_video.verdict import ROOT


@dataclass(frozen=True)
class FrameScore:
    """One usable face of the decisive person.

    Attributes:
        seconds: Time of the frame; 0 for a picture.
        p_face: Uncalibrated p(face).
        probability: The bundle's logistic applied to this frame alone.
    """

    seconds: float
    p_face: float
    probability: float


@dataclass(frozen=True)
class Traits:
    """Simple measurements of a file with a face, for the trivial baselines.

    Attributes:
        sharpness: Median variance of the Laplacian of the decisive person's usable crops.
        brightness: Median mean luma of the same faces, in [0, 1].
        face_size: Median eye distance in source pixels.
        bit_rate: Bits per second of a video, bits per pixel of a picture; None where the duration is unknown.
    """

    sharpness: float
    brightness: float
    face_size: float
    bit_rate: float | None


@dataclass(frozen=True)
class FileScore:
    """The product's answer to one file.

    Attributes:
        outcome: See ``sjedd_video.types.Outcome``.
        reasons: Reason codes in order.
        detail: The first reason's measured fact.
        probability: Calibrated probability of the verdict; None without one.
        carried: Calibrated probability of the most suspicious person whom the rules could assess, also where the
            verdict was withheld; None where nobody could be.
        frames: Usable faces of that person.
        nodes: Uncalibrated mean marginals of that person, by node.
        lift: Log-odds of the same minus those of the prior.
        traits: Measurements for the trivial baselines, or None.
        largest: The papers' score: mean uncalibrated p(face) of the largest face of each frame, of whatever quality;
            None where no face was found.
    """

    outcome: str
    reasons: tuple[str, ...] = ()
    detail: str = ""
    probability: float | None = None
    carried: float | None = None
    frames: tuple[FrameScore, ...] = ()
    nodes: dict[str, float] | None = None
    lift: dict[str, float] | None = None
    traits: Traits | None = None
    largest: float | None = None

    @property
    def why(self) -> str:
        """The first reason in words, or an empty string."""
        return self.reasons[0].replace("_", " ") if self.reasons else ""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> FileScore:
        """Rebuild from ``to_json``."""
        frames = tuple(FrameScore(**frame) for frame in values["frames"])
        traits = None if values["traits"] is None else Traits(**values["traits"])
        read = {"reasons": tuple(values["reasons"]), "frames": frames, "traits": traits}
        # Named here so that a cached result that lacks it is measured again.
        return cls(**{**values, **read, "largest": values["largest"]})


def file_score(result: AnalysisResult) -> FileScore:
    """Keep what an evaluation needs of ``result``."""
    reasons = tuple(reason.code.value for reason in result.reasons)
    detail = result.reasons[0].detail if result.reasons else ""
    verdict, person = result.verdict, _decisive(result)
    probability = None if verdict is None else verdict.probability
    told = FileScore(result.outcome.value, reasons, detail, probability, largest=_largest(result))
    if person is None or person.node_marginals is None or person.node_lift is None:
        return told
    kept = [score for score, usable in zip(person.scores, person.usable, strict=True) if usable]
    return replace(
        told,
        carried=person.probability,
        frames=_frames(kept, Calibration.of(result.model), single=is_single(result)),
        nodes=dict(zip(result.model.nodes, map(float, person.node_marginals), strict=True)),
        lift=dict(zip(result.model.nodes, map(float, person.node_lift), strict=True)),
        traits=_traits(kept, result.evidence),
    )


def _decisive(result: AnalysisResult) -> PersonFinding | None:
    """The person of the verdict; without one the most suspicious person who could be assessed."""
    if result.verdict is not None:
        return next(p for p in result.people if p.track == result.verdict.person)
    assessed = [(p.probability, -p.track, p) for p in result.people if p.probability is not None]
    return max(assessed)[2] if assessed else None


def _largest(result: AnalysisResult) -> float | None:
    found: dict[float, tuple[float, float]] = {}
    for score in (score for person in result.people for score in person.scores):
        box, seconds = score.observation.detection.box, score.observation.time.seconds
        area = (box[2] - box[0]) * (box[3] - box[1])
        found[seconds] = max(found.get(seconds, (0.0, 0.0)), (float(area), float(score.marginals[ROOT])))
    return fmean(p_face for _, p_face in found.values()) if found else None


def _frames(kept: Sequence[FaceScore], calibration: Calibration, *, single: bool) -> tuple[FrameScore, ...]:
    curve = calibration.image if single else calibration.video
    p_face = [float(score.marginals[ROOT]) for score in kept]
    times = [score.observation.time.seconds for score in kept]
    return tuple(FrameScore(t, p, float(curve(logit(p)))) for t, p in zip(times, p_face, strict=True))


def _traits(kept: Sequence[FaceScore], evidence: FileEvidence) -> Traits:
    qualities = [score.observation.quality for score in kept]
    return Traits(
        median(q.sharpness for q in qualities),
        median(q.exposure for q in qualities),
        median(q.eye_distance_px for q in qualities),
        _bit_rate(evidence),
    )


def _bit_rate(evidence: FileEvidence) -> float | None:
    stream = evidence.stream
    if stream is None:
        return None
    amount = stream.width * stream.height if stream.kind == "image" else stream.duration_s
    return 8 * evidence.size / amount if amount else None


class Cache:
    """Results of earlier runs in a folder, one file each; a result counts only for the same file, model and options.

    Args:
        folder: Made if it does not exist.
        key: What the results depend on besides the file, e.g. the model's hash and the options.
    """

    def __init__(self, folder: Path, key: dict[str, Any]) -> None:
        self._folder, self._key = made_folder(folder), key

    def get(self, path: Path) -> FileScore | None:
        """The result of ``path``, or None."""
        try:
            stored = json.loads(self._place(path).read_text("utf-8"))
            return FileScore.from_json(stored["score"]) if stored["made_of"] == self._state(path) else None
        except (OSError, ValueError, KeyError, TypeError):
            return None  # not there, or left half-written by something else: measured again

    def put(self, path: Path, score: FileScore) -> None:
        """Keep a result; what may have failed by chance is not kept, so that it is tried again."""
        if score.outcome in TRIED_AGAIN or not path.is_file():
            return
        write_text(self._place(path), json.dumps({"made_of": self._state(path), "score": score.to_json()}))

    def _state(self, path: Path) -> dict[str, Any]:
        facts = path.stat()
        plain: dict[str, Any] = json.loads(json.dumps(self._key))
        return {**plain, "size": facts.st_size, "modified_ns": facts.st_mtime_ns}

    def _place(self, path: Path) -> Path:
        from hashlib import sha256

        return self._folder / f"{sha256(str(path.resolve()).encode()).hexdigest()[:24]}.json"


TRIED_AGAIN = frozenset({"crashed", "timed_out", "cancelled"})
"""Outcomes that are not kept."""
