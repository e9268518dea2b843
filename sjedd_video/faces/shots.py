"""Scene cuts between consecutive sampled frames, however far apart in time they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sjedd_video.types import Frame, FrameTime, ImageU8

THUMB = (32, 18)
"""Width and height of the compared thumbnails."""
LEVELS = 8
COLOUR_STEP = 0.2
"""Share of pixels that must have changed colour for a cut (total variation of the colour histograms)."""
LAYOUT_STEP = 0.7
"""Correlation of the thumbnails' luma below which the layout is another one."""


class ShotDetector:
    """Tells whether a frame begins a new shot.

    A cut changes colours *and* layout. A person who moves changes the layout a little, a flash or a fade changes the
    colours only, and a slow camera changes both little from sample to sample. Samples that lie far apart may show the
    same set after a long walk: a cut that is reported there only breaks a track, which is linked again by appearance.
    """

    def __init__(self) -> None:
        self._previous: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None
        self._cuts: list[FrameTime] = []

    @property
    def cuts(self) -> tuple[FrameTime, ...]:
        """Times of the first sampled frame of every shot after the first."""
        return tuple(self._cuts)

    def update(self, frame: Frame) -> bool:
        """Take the next frame in order of time; return whether it begins a new shot (never the first frame)."""
        current = _describe(frame.image)
        previous, self._previous = self._previous, current
        if previous is None or not is_cut(previous, current):
            return False
        self._cuts.append(frame.time)
        return True


def is_cut(
    before: tuple[NDArray[np.float32], NDArray[np.float32]], after: tuple[NDArray[np.float32], NDArray[np.float32]]
) -> bool:
    """Whether two frame descriptions (colour histogram, luma thumbnail) belong to different shots."""
    colour = 0.5 * float(np.abs(before[0] - after[0]).sum())
    return colour > COLOUR_STEP and _correlation(before[1], after[1]) < LAYOUT_STEP


def _describe(image: ImageU8) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    import cv2

    # Every nth pixel is enough here; averaging all of a large picture takes longer than everything else.
    width, height = THUMB[0] * 4, THUMB[1] * 4
    step = max(1, min(image.shape[1] // width, image.shape[0] // height) // 2)
    sparse = np.ascontiguousarray(image[::step, ::step])
    small = cv2.resize(sparse, (width, height), interpolation=cv2.INTER_AREA)
    code = (small // (256 // LEVELS)).astype(np.intp) @ np.array([LEVELS**2, LEVELS, 1])
    histogram = np.bincount(code.ravel(), minlength=LEVELS**3).reshape(LEVELS, LEVELS, LEVELS).astype(np.float32)
    # Neighbouring colours share their counts, or a slight change of light moves everything to the next bin.
    for axis in range(3):
        histogram = 0.5 * histogram + 0.25 * (_shift(histogram, axis, 1) + _shift(histogram, axis, -1))
    thumb = cv2.cvtColor(cv2.resize(small, THUMB, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    return histogram.ravel() / histogram.sum(), thumb.astype(np.float32)


def _shift(histogram: NDArray[np.float32], axis: int, by: int) -> NDArray[np.float32]:
    rolled = np.roll(histogram, by, axis)
    edge = [slice(None)] * 3
    edge[axis] = slice(0, 1) if by > 0 else slice(-1, None)
    rolled[tuple(edge)] = histogram[tuple(edge)]
    return rolled


def _correlation(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Correlation of two pictures in [-1, 1]; two flat ones are alike, a flat one and another are not."""
    da, db = a - a.mean(), b - b.mean()
    na, nb = float(np.linalg.norm(da)), float(np.linalg.norm(db))
    flat = 2.0 * np.sqrt(a.size)
    if na < flat or nb < flat:
        return 1.0 if na < flat and nb < flat else 0.0
    return float((da * db).sum() / (na * nb))
