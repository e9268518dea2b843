"""Which faces are good enough to be used, by measured limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sjedd_video.types import FaceQuality, Reason, ReasonCode


@dataclass(frozen=True, slots=True)
class QualityRules:
    """Limits beyond which a face is not used; how they were measured stands in ``docs/verdict.md``.

    Attributes:
        min_detail: Least sharpness (variance of the Laplacian) over squared exposure: the variance grows with the
            square of brightness, and a dark face must not pass for a blurred one. 200 is a Gaussian blur of 3 % of the
            distance of the eyes.
        max_yaw: Greatest asymmetry of nose against eyes; at 1 the nose covers an eye.
        min_visible: Least share of the face inside the picture; beyond its edge the model sees a mirror image.
        min_exposure: Least mean luma of the inner face: ten of 255 levels.
        max_exposure: Greatest of the same.
        max_blockiness: Greatest ratio of luma steps across to those inside 8-pixel blocks; about JPEG quality 10.
    """

    min_detail: float = 200.0
    max_yaw: float = 0.8
    min_visible: float = 0.75
    min_exposure: float = 0.04
    max_exposure: float = 0.95
    max_blockiness: float = 3.5


RULES = QualityRules()


def face_faults(quality: FaceQuality, min_eye_distance_px: float, rules: QualityRules = RULES) -> list[ReasonCode]:
    """Every quality rule that one face breaks; an empty list for a usable face. Values not finite break their rule."""
    checks = {
        ReasonCode.FACES_TOO_SMALL: quality.eye_distance_px >= min_eye_distance_px,
        ReasonCode.BLURRED: quality.sharpness >= rules.min_detail * quality.exposure**2,
        ReasonCode.PROFILE_VIEW: abs(quality.yaw) <= rules.max_yaw,
        ReasonCode.CUT_OFF: quality.visible >= rules.min_visible,
        ReasonCode.BAD_EXPOSURE: rules.min_exposure <= quality.exposure <= rules.max_exposure,
        ReasonCode.HEAVY_COMPRESSION: quality.blockiness <= rules.max_blockiness,
    }
    return [code for code, good in checks.items() if not good]


def quality_reasons(faults: Sequence[Sequence[ReasonCode]], least: float) -> list[Reason]:
    """Rules broken by at least the share ``least`` of the faces, the commonest first."""
    counts = Counter(code for found in faults for code in found)
    total = len(faults)
    return [Reason(c, f"{n} of {total} faces") for c, n in counts.most_common() if n >= least * total]
