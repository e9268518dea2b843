"""Validation on people the model never saw: made forgeries of still faces, and real forgeries of video faces.

The crops are those of inference (no perturbation). Every metric stands beside what trivial measurements of the same
crops reach, since a model that only learned "blurred is forged" has learned nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sjedd_training.data.expansion import KINDS, Kind
from sjedd_training.data.pool import Pool
from sjedd_training.metrics import auc, interval, strata_auc
from sjedd_training.pool_scores import aligned, in_batches
from sjedd_video.types import Crop

Scores = NDArray[np.float64]
ScoreCrops = Callable[[NDArray[np.uint8]], NDArray[np.float64]]
"""``(B, S, S, 3) uint8`` RGB crops to ``(B, n)`` node probabilities, the root first."""

REAL_STILL, REAL_VIDEO, FORGED_VIDEO = "real_still", "real_video", "forged_video"
WHOLE_FACE = ("self_blend", "swap")
REGIONS = ("eye", "lip_mouth", "nose", "mouth_warp")


@dataclass(frozen=True, eq=False)
class Measured:
    """What was measured on the crops of one group.

    Attributes:
        probabilities: ``(N, n)`` node probabilities.
        sharpness: ``(N,)`` variance of the Laplacian of the luma.
        brightness: ``(N,)`` mean luma.
        person: Identity of each face.
    """

    probabilities: Scores
    sharpness: Scores
    brightness: Scores
    person: NDArray[np.str_]

    @property
    def face(self) -> Scores:
        """``(N,)`` p(face)."""
        return self.probabilities[:, 0]


def measure(pool: Pool, score: ScoreCrops, crop: Crop, *, limit: int | None = None) -> dict[str, Measured]:
    """Score every group of the pool; ``limit`` bounds the faces per group for a quick look."""
    groups: dict[str, tuple[NDArray[np.int64], Kind | None]] = {REAL_STILL: (pool.still, None)}
    groups.update({kind: (pool.still, kind) for kind in KINDS})
    groups.update({REAL_VIDEO: (pool.video_real, None), FORGED_VIDEO: (pool.forged, None)})
    return {name: _measure_group(pool, index[:limit], kind, crop, score) for name, (index, kind) in groups.items()}


def _measure_group(pool: Pool, places: NDArray[np.int64], kind: Kind | None, crop: Crop, score: ScoreCrops) -> Measured:
    probabilities: list[Scores] = []
    sharpness: list[float] = []
    brightness: list[float] = []
    for batch in in_batches(aligned(pool, places, crop, kind)):
        crops = [crop for _, crop in batch]
        lumas = [cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY) for crop in crops]
        probabilities.append(score(np.stack(crops)))
        sharpness += [float(cv2.Laplacian(luma, cv2.CV_64F).var()) for luma in lumas]
        brightness += [float(luma.mean()) for luma in lumas]
    persons = [pool.records[int(place)].person for place in places]
    return Measured(np.concatenate(probabilities), np.array(sharpness), np.array(brightness), np.array(persons))


@dataclass(frozen=True)
class Row:
    """One line of the validation table; AUCs in [0, 1] with 95 % bootstrap intervals."""

    name: str
    real: int
    altered: int
    auc: float
    low: float
    high: float
    blur_auc: float
    """What "blurrier is altered" alone reaches."""
    dark_auc: float
    """What "darker is altered" alone reaches."""
    strata_auc: float | None
    """Mean AUC within three strata of equal sharpness, weighted by size; None where no stratum has both."""


def table(groups: dict[str, Measured]) -> list[Row]:
    """The validation table: each kind of made forgery against real stills, and forged against real video faces."""
    still = groups[REAL_STILL]
    rows = [_row(kind, still, groups[kind]) for kind in KINDS]
    return [*rows, _row(FORGED_VIDEO, groups[REAL_VIDEO], groups[FORGED_VIDEO])]


def _row(name: str, real: Measured, altered: Measured) -> Row:
    low, high = interval(auc, real.face, altered.face)
    both = np.concatenate([real.face, altered.face])
    labels = np.repeat([0, 1], [len(real.face), len(altered.face)])
    return Row(
        name,
        len(real.face),
        len(altered.face),
        auc(real.face, altered.face),
        low,
        high,
        auc(-real.sharpness, -altered.sharpness),
        auc(-real.brightness, -altered.brightness),
        strata_auc(both, labels, np.concatenate([real.sharpness, altered.sharpness])),
    )
