"""Validation on people the model never saw: made forgeries of still faces, and real forgeries of video faces.

The crops are those of inference (no perturbation). Every metric stands beside what trivial measurements of the same
crops reach, since a model that only learned "blurred is forged" has learned nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from sjedd_training.data.expansion import KINDS, Kind
from sjedd_training.data.pool import Pool
from sjedd_training.metrics import auc, auc_interval, strata_auc
from sjedd_training.pool_scores import aligned, batch_traits, drawn, in_batches
from sjedd_training.trivial import FaceTraits, trivial_aucs
from sjedd_video.errors import OptionsError
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
        traits: What the trivial baselines measure.
        person: Identity of each face.
    """

    probabilities: Scores
    traits: FaceTraits
    person: NDArray[np.str_]

    @property
    def face(self) -> Scores:
        """``(N,)`` p(face)."""
        return self.probabilities[:, 0]


Groups = dict[str, Measured]
"""What was measured, by the name of the group."""


def measure(
    pool: Pool,
    score: ScoreCrops,
    crop: Crop,
    *,
    limit: int | None = None,
    tell: Callable[[], None] = lambda: None,
) -> Groups:
    """Score every group of the pool that has faces.

    Args:
        pool: Faces of validation people.
        score: The model.
        crop: The crops that it takes.
        limit: Faces per group, drawn at random but always the same, for a quick look.
        tell: Called after each scored face.

    Raises:
        OptionsError: The pool has nothing to compare.
    """
    groups = _groups(pool, limit)
    if not (REAL_STILL in groups or {REAL_VIDEO, FORGED_VIDEO} <= groups.keys()):
        advice = "Extract real faces with --landmarks, to make forgeries of, or forged ones too."
        raise OptionsError("There are no altered faces to compare with real ones.", advice)
    return {name: _measure_group(pool, places, kind, crop, score, tell) for name, (places, kind) in groups.items()}


def faces_to_score(pool: Pool, limit: int | None) -> int:
    """How often `measure` calls ``tell``."""
    return sum(len(places) for places, _ in _groups(pool, limit).values())


def _groups(pool: Pool, limit: int | None) -> dict[str, tuple[NDArray[np.int64], Kind | None]]:
    """Faces of each group and what is made of them: forgeries of stills, or of video faces if there are none.

    Without real video faces (FFSC has pictures) forged ones are compared with all real faces.
    """
    base = pool.still if len(pool.still) else pool.video_real
    parts = (pool.with_landmarks(base), pool.beside_forged, pool.forged)
    base, real, forged = (drawn(places, limit) for places in parts)
    made: dict[str, tuple[NDArray[np.int64], Kind | None]] = {kind: (base, kind) for kind in KINDS}
    groups = {REAL_STILL: (base, None), **made, REAL_VIDEO: (real, None), FORGED_VIDEO: (forged, None)}
    return {name: group for name, group in groups.items() if len(group[0])}


def mean_log_odds(models: Sequence[Groups]) -> Groups:
    """What the mean of the models' log-odds of p(face) reaches, on the same faces; hierarchies may differ.

    Args:
        models: Groups of the same pool and limit, of each model.

    Returns:
        Groups whose only node is the face.
    """
    return {
        name: replace(group, probabilities=_mean([model[name].face for model in models])[:, None])
        for name, group in models[0].items()
    }


def _mean(probabilities: Sequence[Scores]) -> Scores:
    clipped = np.clip(np.stack(probabilities), 1e-12, 1 - 1e-12)
    return np.asarray(expit(logit(clipped).mean(axis=0)))


def _measure_group(
    pool: Pool,
    places: NDArray[np.int64],
    kind: Kind | None,
    crop: Crop,
    score: ScoreCrops,
    tell: Callable[[], None],
) -> Measured:
    probabilities: list[Scores] = []
    traits: list[FaceTraits] = []
    for batch in in_batches(aligned(pool, places, crop, kind)):
        probabilities.append(score(np.stack([crop for _, crop in batch])))
        traits.append(batch_traits(pool, batch))
        for _ in batch:
            tell()
    people = np.array([pool.records[int(place)].person for place in places])
    return Measured(np.concatenate(probabilities), FaceTraits.joined(traits), people)


@dataclass(frozen=True)
class Row:
    """One line of the validation table; AUCs in [0, 1] with 95 % bootstrap intervals over people."""

    name: str
    real: int
    altered: int
    people: int
    """Different persons among both."""
    auc: float
    low: float
    high: float
    blur_auc: float | None
    """What "blurrier is altered" alone reaches."""
    dark_auc: float | None
    """What "darker is altered" alone reaches."""
    small_auc: float | None
    """What "the smaller face is altered" alone reaches; None where sizes are not known."""
    strata_auc: float | None
    """Mean AUC within three strata of equal sharpness, weighted by size; None where no stratum has both."""


def table(groups: Groups) -> list[Row]:
    """The validation table: each kind of made forgery against its real faces, and forged against real video faces."""
    pairs = [*((REAL_STILL, kind) for kind in KINDS), (REAL_VIDEO, FORGED_VIDEO)]
    return [_row(altered, groups[real], groups[altered]) for real, altered in pairs if {real, altered} <= groups.keys()]


def _row(name: str, real: Measured, altered: Measured) -> Row:
    low, high = auc_interval(real.face, altered.face, (real.person, altered.person))
    trivial = trivial_aucs(real.traits, altered.traits)
    both = np.concatenate([real.face, altered.face])
    labels = np.repeat([0, 1], [len(real.face), len(altered.face)])
    return Row(
        name,
        len(real.face),
        len(altered.face),
        len(np.unique(np.concatenate([real.person, altered.person]))),
        auc(real.face, altered.face),
        low,
        high,
        trivial["sharpness"],
        trivial["brightness"],
        trivial["face_size"],
        strata_auc(both, labels, np.concatenate([real.traits.sharpness, altered.traits.sharpness])),
    )
