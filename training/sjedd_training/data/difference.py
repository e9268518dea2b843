"""Where a real forgery differs from its original, when both show the same frame: the truth of where it was altered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from sjedd_training.data import masks
from sjedd_training.data.masks import Mask, Points
from sjedd_video.types import ImageU8

if TYPE_CHECKING:
    from sjedd_training.data.pool import Pool

SAME_FRAME = 0.8
"""Least correlation of the detail around the face of two pictures of one frame."""
UNTOUCHED = 0.94
"""Correlation of the detail inside the face above which the face was not altered: two codings of one picture."""
LEAST_AREA = 0.05
"""Least altered part of a face; what differs less may be noise of the codec."""


class Difference(NamedTuple):
    """How a forgery differs from its original.

    Attributes:
        same_frame: Whether both pictures show the same frame.
        where: ``(H, W) float32``, 1 where the picture was altered, or None where this cannot be told.
        untouched: Whether this face is the original's, e.g. since another person of the video was altered.
    """

    same_frame: bool
    where: Mask | None = None
    untouched: bool = False


class Counts(NamedTuple):
    """Numbers of forgeries: all, with their original in the pool, of the same frame, untouched, with a known place."""

    forgeries: int = 0
    with_original: int = 0
    same_frame: int = 0
    untouched: int = 0
    place_known: int = 0


def difference(forged: ImageU8, original: ImageU8, landmarks: Points) -> Difference:
    """Compare RGB ``(H, W, 3) uint8`` pictures with the ``(68, 2)`` landmarks of the forged face.

    Noise is measured around the face, where nothing was altered, so that the codec does not count as an alteration.
    """
    if forged.shape != original.shape or not np.isfinite(landmarks).all():
        return Difference(same_frame=False)
    face = _face(forged.shape[:2], landmarks)
    inside, around = face > 0, masks.dilate(face, 3) == 0
    ours, theirs = _detail(forged), _detail(original)
    if not around.any() or not inside.any() or _correlation(ours, theirs, around) < SAME_FRAME:
        return Difference(same_frame=False)
    change = np.abs(forged.astype(np.float32) - original).mean(axis=2)
    smooth = cv2.GaussianBlur(change, (0, 0), masks.eye_distance(landmarks) * 0.04)
    limit = 2.5 * (float(np.median(smooth[around])) + 1.0)
    where = np.where(inside & (smooth > limit), 1.0, 0.0).astype(np.float32)
    if where[inside].mean() >= LEAST_AREA:
        return Difference(True, where)
    return Difference(True, untouched=_correlation(ours, theirs, inside) > UNTOUCHED)


def compare_forgeries(pool: Pool, tell: Callable[[str], None]) -> dict[str, Counts]:
    """Compare every forgery of the pool with its original, by source; ``tell`` is called with the key of each."""
    found: dict[str, Counts] = {}
    for index in map(int, pool.forged):
        record = pool.records[index]
        original = pool.by_key.get(record.original)
        seen = Difference(same_frame=False)
        if original is not None:
            seen = difference(pool.image(index), pool.image(original), record.landmarks)
        one = (True, original is not None, seen.same_frame, seen.untouched, seen.where is not None)
        before = found.get(record.source, Counts())
        found[record.source] = Counts(*(count + add for count, add in zip(before, one, strict=True)))
        tell(record.key)
    return found


def _face(shape: tuple[int, ...], landmarks: Points) -> Mask:
    """The face with its forehead, a little widened."""
    forehead = landmarks[masks.BROWS] + (landmarks[masks.BROWS] - landmarks[30]) * 0.35
    hull = masks.hull_mask((shape[0], shape[1]), np.concatenate([landmarks, forehead]))
    return masks.dilate(hull, 0.08 * masks.eye_distance(landmarks))


def _detail(picture: ImageU8) -> NDArray[np.float32]:
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray(luma - cv2.GaussianBlur(luma, (0, 0), picture.shape[1] / 24.0), np.float32)


def _correlation(a: NDArray[np.float32], b: NDArray[np.float32], where: NDArray[np.bool_]) -> float:
    x, y = a[where] - a[where].mean(), b[where] - b[where].mean()
    return float((x * y).sum() / max(float(np.sqrt((x * x).sum() * (y * y).sum())), 1e-6))
