"""AUC under the five perturbations of the papers at four levels, on files of a data set or on faces of a pool.

Perturbations are applied to the aligned crop just before it is scored, so that detection and quality rules see the
untouched file, as in the papers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from sjedd_training.bundle_calibration import scoring_engines
from sjedd_training.data.perturb import LEVELS, PERTURBATIONS, Perturbation, perturb
from sjedd_training.metrics import Estimate, Sample, estimates, roc_auc
from sjedd_training.pool_scores import Change, Scored, drawn, score_pool, untouched
from sjedd_training.protocol_tables import percent
from sjedd_training.published import ROBUSTNESS, ROBUSTNESS_AUC
from sjedd_training.tables import NONE, Table, number
from sjedd_training.trivial import Trivial, trivial_aucs
from sjedd_video.engines import Engines, Scorer
from sjedd_video.errors import OptionsError
from sjedd_video.hierarchy import Hierarchy
from sjedd_video.options import AnalysisOptions
from sjedd_video.types import Crop, FloatArray, ImageU8, ModelFacts

if TYPE_CHECKING:
    from sjedd_training.data.expansion import Kind
    from sjedd_training.data.pool import Pool

CLEAN = "clean"
VARIANTS: tuple[tuple[Perturbation, int], ...] = tuple(
    (kind, level) for kind in PERTURBATIONS for level in range(1, LEVELS + 1)
)
Levels = dict[str, tuple[Estimate, ...]]
"""``clean`` with one AUC and every perturbation with one for each level."""
Lots = list[tuple[NDArray[np.int64], "Kind | None"]]
"""Places of faces in a pool, and how they are forged first."""
ON_VIDEOS, ON_STILLS = "forged video faces", "made forgeries of still faces"


@dataclass(frozen=True)
class PerturbedScorer:
    """A scorer that perturbs every crop first; the noise of a crop depends on its pixels, so it is the same again."""

    inner: Scorer
    kind: Perturbation
    level: int

    @property
    def hierarchy(self) -> Hierarchy:
        """See ``Scorer``."""
        return self.inner.hierarchy

    @property
    def crop(self) -> Crop:
        """See ``Scorer``."""
        return self.inner.crop

    def facts(self, detector_name: str, detector_sha256: str) -> ModelFacts:
        """See ``Scorer``."""
        return self.inner.facts(detector_name, detector_sha256)

    def score(self, crops: Sequence[ImageU8]) -> tuple[FloatArray, FloatArray]:
        """See ``Scorer``."""
        return self.inner.score([self._perturbed(crop) for crop in crops])

    @property
    def tells_places(self) -> bool:
        """See ``Scorer``."""
        return self.inner.tells_places

    def places(self, crop: ImageU8) -> FloatArray:
        """See ``Scorer``."""
        return self.inner.places(self._perturbed(crop))

    def _perturbed(self, crop: ImageU8) -> ImageU8:
        return perturb(crop, self.kind, self.level, crc32(crop.tobytes()))


def perturbed_engines(options: AnalysisOptions, *, kind: Perturbation, level: int) -> Engines:
    """The engines of ``options``, calibrated or not, with a ``PerturbedScorer``."""
    engines = scoring_engines(options)
    return Engines(engines.detector, PerturbedScorer(engines.scorer, kind, level))


def levels_of(aucs: Sequence[Estimate]) -> Levels:
    """Sort the AUCs of no perturbation and of ``VARIANTS`` by perturbation."""
    found: Levels = {CLEAN: (aucs[0],)}
    for (kind, _), auc in zip(VARIANTS, aucs[1:], strict=True):
        found[kind] = (*found.get(kind, ()), auc)
    return found


def pool_robustness(
    pool: Pool, scorer: Scorer, *, limit: int | None = None, tell: Callable[[], None] = lambda: None
) -> tuple[dict[str, Levels], dict[str, Trivial]]:
    """AUC of forged against real video faces, and of made forgeries against real still faces; the model's and trivial.

    Args:
        pool: The validation split.
        scorer: The model; its uncalibrated p(face) is ranked.
        limit: Faces per group, drawn at random but always the same, for a quick look.
        tell: Called after each face.

    Raises:
        OptionsError: The pool has nothing to compare.
    """
    changes: list[Change] = [untouched, *(partial(_change, kind=kind, level=level) for kind, level in VARIANTS)]

    def score(lots: Lots) -> Scored:
        parts = [score_pool(pool, some, scorer, kind=kind, changes=changes, tell=tell) for some, kind in lots]
        return Scored.joined(parts)

    levels: dict[str, Levels] = {}
    trivial: dict[str, Trivial] = {}
    for title, lots in _compared(pool, limit).items():
        real, altered = map(score, lots)
        levels[title] = _aucs(real.p_face, altered.p_face)
        trivial[title] = trivial_aucs(real.traits, altered.traits)
    return levels, trivial


def faces_to_score(pool: Pool, limit: int | None) -> int:
    """Number of faces that ``pool_robustness`` scores."""
    return sum(len(some) for both in _compared(pool, limit).values() for lots in both for some, _ in lots)


def _compared(pool: Pool, limit: int | None) -> dict[str, tuple[Lots, Lots]]:
    """Real and altered faces of each table that has both; of the made forgeries every kind in turn."""
    from sjedd_training.data.expansion import KINDS

    parts = (pool.beside_forged, pool.forged, pool.with_landmarks(pool.still))
    real, forged, still = (drawn(places, limit) for places in parts)
    made: Lots = [(still[k :: len(KINDS)], kind) for k, kind in enumerate(KINDS)]
    tables: dict[str, tuple[Lots, Lots]] = {
        ON_VIDEOS: ([(real, None)], [(forged, None)]),
        ON_STILLS: ([(still, None)], [lot for lot in made if len(lot[0])]),
    }
    found = {title: both for title, both in tables.items() if all(any(len(some) for some, _ in lots) for lots in both)}
    if not found:
        raise OptionsError("There are no altered faces to compare with real ones.", "Extract forged ones, too.")
    return found


def _change(crop: ImageU8, place: int, *, kind: Perturbation, level: int) -> ImageU8:
    return perturb(crop, kind, level, place)


def _aucs(real: NDArray[np.float64], altered: NDArray[np.float64]) -> Levels:
    labels = np.repeat([0, 1], [real.shape[1], altered.shape[1]])
    samples = [Sample.of(np.concatenate(pair), labels) for pair in zip(real, altered, strict=True)]
    return levels_of([estimates(sample, {"auc": roc_auc})["auc"] for sample in samples])


def robustness_table(title: str, levels: Levels, notes: Sequence[str] = ()) -> Table:
    """The table: a row for each perturbation, a column for each level, their mean and what the paper reports."""
    clean = levels[CLEAN][0]
    rows = [(CLEAN, percent(clean), *[NONE] * (LEVELS - 1), f"{100 * clean.value:.2f}", _reported(CLEAN))]
    for kind in PERTURBATIONS:
        mean = float(np.mean([auc.value for auc in levels[kind]]))
        rows.append((kind, *map(percent, levels[kind]), f"{100 * mean:.2f}", _reported(kind)))
    header = (
        "",
        *(f"level {level}" for level in range(1, LEVELS + 1)),
        "mean",
        f"{ROBUSTNESS}, published (one number)",
    )
    return Table(f"Robustness, AUC in %: {title}", header, tuple(rows), tuple(notes))


def _reported(name: str) -> str:
    return number(ROBUSTNESS_AUC.get(name), 2)
