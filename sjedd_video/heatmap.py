"""Heat maps by occlusion, for models that cannot tell altered places, and what the reports need to draw any map.

A model that is supervised by text labels of whole faces has no pixel truth of what was altered: such a map says what
the score hangs on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sjedd_video.types import Exhibit, FloatArray, HeatKind, ImageU8, check_image

EPS = 1e-12
"""Probabilities are kept this far from 0 and 1 before log-odds are taken."""
FULL_PLACES = 0.5
"""Probability from which on a place is taken for altered, and drawn in full colour."""
OCCLUSION_GRID = 6
OCCLUSION_SIDE = 0.28
"""Side of the hidden square as a share of the crop's side; neighbouring squares overlap."""


def occlusion_map(
    score: Callable[[Sequence[ImageU8]], FloatArray],
    crop: ImageU8,
    *,
    grid: int = OCCLUSION_GRID,
    batch: int = 16,
) -> NDArray[np.float32]:
    """How the log-odds of p(face) fall when places of a crop are hidden; works with any backend.

    Log-odds, because a probability close to 0 or 1 hardly moves, whatever is hidden.

    ``grid`` x ``grid`` overlapping squares are replaced by a strongly blurred copy, one at a time. A pixel gets the
    mean change of the squares that cover it, smoothed a little. The model was supervised by text labels of whole faces:
    the map says what the score hangs on, and is no pixel truth of what was altered.

    Args:
        score: Crops -> p(face) ``(B,)`` in [0, 1].
        crop: RGB ``(S, S, 3) uint8``.
        grid: Squares per side.
        batch: Crops per call of ``score``.

    Returns:
        ``(S, S) float32``, log-odds of the crop minus those with that place hidden: positive raises suspicion.

    Raises:
        ValueError: ``crop`` is no square picture, or the scores are not finite.
    """
    import cv2

    check_image(crop, "crop")
    size = crop.shape[0]
    if crop.shape[1] != size or grid < 1:
        raise ValueError(f"the crop must be square and the grid at least 1, got {crop.shape} and {grid}")
    hidden = cv2.GaussianBlur(crop, (0, 0), max(size / 10, 1.0), borderType=cv2.BORDER_REPLICATE)
    places = _squares(size, grid)
    scores = np.empty(len(places) + 1)
    for first in range(0, len(scores), batch):
        chosen = range(first, min(first + batch, len(scores)))
        scores[first : first + batch] = score([crop if i == 0 else _hide(crop, hidden, places[i - 1]) for i in chosen])
    if not np.isfinite(scores).all():
        raise ValueError("the scores of hidden crops are not finite")
    p = np.clip(scores, EPS, 1 - EPS)
    logits = np.log(p) - np.log1p(-p)
    total, count = np.zeros((size, size)), np.zeros((size, size))
    for place, value in zip(places, logits[0] - logits[1:], strict=True):
        total[place] += value
        count[place] += 1
    return np.asarray(cv2.GaussianBlur(total / count, (0, 0), size / 24), dtype=np.float32)


def _squares(size: int, grid: int) -> list[tuple[slice, slice]]:
    """Overlapping squares that cover ``size`` x ``size`` pixels, row by row."""
    side = min(size, max(round(OCCLUSION_SIDE * size), -(-size // grid)))
    starts = np.round(np.linspace(0, size - side, grid)).astype(int)
    return [(slice(y, y + side), slice(x, x + side)) for y in starts for x in starts]


def _hide(crop: ImageU8, hidden: ImageU8, place: tuple[slice, slice]) -> ImageU8:
    copy = crop.copy()
    copy[place] = hidden[place]
    return copy


def shown_heat(exhibits: Sequence[Exhibit]) -> HeatKind | None:
    """What the heat maps of a result show; None if it has none."""
    return next((exhibit.heat_kind for exhibit in exhibits if exhibit.heat is not None), None)


def heat_on_crop(exhibit: Exhibit) -> NDArray[np.float32] | None:
    """The heat map of an exhibit in the size of its crop, ``(S, S) float32``."""
    if exhibit.heat is None:
        return None
    import cv2

    size = exhibit.crop.shape[0]
    return np.asarray(cv2.resize(np.asarray(exhibit.heat, np.float32), (size, size)), np.float32)


def heat_on_frame(exhibit: Exhibit) -> NDArray[np.float32] | None:
    """The heat map of an exhibit mapped back onto its reduced frame: ``(h, w) float32``, 0 outside the crop."""
    heat = heat_on_crop(exhibit)
    if heat is None:
        return None
    import cv2

    height, width = exhibit.frame.shape[:2]
    shrink: NDArray[Any] = np.eye(3)
    half = (exhibit.frame_scale - 1) / 2  # pixel centres: the reduced x is (x + 0.5) * scale - 0.5
    shrink[:2] = [[exhibit.frame_scale, 0, half], [0, exhibit.frame_scale, half]]
    to_crop = np.vstack([exhibit.matrix, [0, 0, 1]]) @ np.linalg.inv(shrink)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(heat, to_crop[:2], (width, height), flags=flags), dtype=np.float32)
