"""False alarms on faces that are small or cut off by the edge of the picture: where the limits of quality come from.

Video faces of a pool are made smaller, or their left part is replaced by a mirror image, as the alignment does beyond
the edge of a picture. Faces that the other quality rules would leave out are counted, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from sjedd_training.metrics import auc
from sjedd_training.pool_scores import Change, Scored, drawn, score_pool, untouched
from sjedd_training.tables import NONE, Table
from sjedd_training.trivial import Trivial, trivial_aucs
from sjedd_video.calibration import Calibration, logit
from sjedd_video.engines import Scorer
from sjedd_video.errors import OptionsError
from sjedd_video.faces.align import reference_points
from sjedd_video.types import Crop, ImageU8

if TYPE_CHECKING:
    from sjedd_training.data.pool import Pool

DISTANCES = (40.0, 32.0, 24.0, 20.0, 16.0)
"""Pixels between the eyes."""
SHARES = (0.1, 0.25, 0.5)
"""Of the width of the face beyond the edge."""
STRONG = 0.7


@dataclass(frozen=True)
class Found:
    """Real and forged faces under one change; shares and AUC in [0, 1].

    Attributes:
        name: The change.
        auc: Of forged against real faces.
        suspected: Share of real faces at the threshold or above; None, as the next two, without a calibration.
        strong: Share of real faces with strong support.
        caught: Share of forged faces at the threshold or above.
    """

    name: str
    auc: float
    suspected: float | None = None
    strong: float | None = None
    caught: float | None = None


def small_faces(
    pool: Pool,
    scorer: Scorer,
    *,
    limit: int | None = None,
    calibrated: bool = True,
    tell: Callable[[], None] = lambda: None,
) -> tuple[list[Found], Trivial]:
    """Score real and forged video faces as they are, smaller, and cut off.

    Args:
        pool: The validation split.
        scorer: The model; its calibration turns p(face) into probabilities.
        limit: Faces per group, drawn at random but always the same.
        calibrated: Whether that calibration means something; without one there is AUC alone.
        tell: Called after each face.

    Returns:
        What was found under each change, and the AUC of trivial measurements of the faces as they are.

    Raises:
        OptionsError: The pool has no real or no forged video faces.
    """
    if not (len(pool.video_real) and len(pool.forged)):
        raise OptionsError("There are no real and forged video faces to compare.", "Extract videos of both kinds.")
    changes: dict[str, Change] = {"as they are": untouched}
    changes |= {f"eyes {d:g} px apart": partial(_smaller, distance=d, layout=scorer.crop) for d in DISTANCES}
    changes |= {f"{100 * share:g} % beyond the edge": partial(_cut, share=share) for share in SHARES}
    calibration = Calibration.of(scorer.facts("", ""))

    def score(places: NDArray[np.int64]) -> Scored:
        return score_pool(pool, drawn(places, limit), scorer, changes=list(changes.values()), tell=tell)

    real, forged = score(pool.video_real), score(pool.forged)
    probabilities = [np.asarray(calibration.image(logit(one.p_face)), np.float64) for one in (real, forged)]
    at = calibration.threshold
    found = [
        Found(name, auc(r, f), *((_share(r, at), _share(r, STRONG), _share(f, at)) if calibrated else ()))
        for name, r, f in zip(changes, *probabilities, strict=True)
    ]
    return found, trivial_aucs(real.traits, forged.traits)


def _share(probabilities: NDArray[np.float64], least: float) -> float:
    return float((probabilities >= least).mean())


def _smaller(crop: ImageU8, place: int, *, distance: float, layout: Crop) -> ImageU8:
    """The crop as it comes from a picture with the eyes so many pixels apart."""
    eyes = reference_points(*layout)[:2]
    side = round(len(crop) * distance / float(np.hypot(*(eyes[1] - eyes[0]))))
    if side >= len(crop):
        return crop
    small = cv2.resize(crop, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, crop.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


def _cut(crop: ImageU8, place: int, *, share: float) -> ImageU8:
    """The crop of a face of which so much of the width lies beyond the left edge of the picture."""
    width = round(share * crop.shape[1])
    changed = crop.copy()
    changed[:, :width] = crop[:, width : 2 * width][:, ::-1]
    return changed


def small_faces_table(found: Sequence[Found], notes: Sequence[str] = ()) -> Table:
    """A row for each change."""
    header = ("video faces", "AUC", "real at the threshold", "real with strong support", "forged at the threshold")
    rows = [(row.name, f"{row.auc:.3f}", *map(_percent, (row.suspected, row.strong, row.caught))) for row in found]
    return Table("Small faces, and faces cut off by the edge of the picture", header, tuple(rows), tuple(notes))


def _percent(share: float | None) -> str:
    return NONE if share is None else f"{100 * share:.0f} %"
