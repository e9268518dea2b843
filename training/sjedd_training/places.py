"""How well heat maps find what was altered, on validation people: made forgeries, and real ones of known place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from sjedd_training.data.difference import difference
from sjedd_training.data.expansion import KINDS, Kind
from sjedd_training.data.mix import made_forgery
from sjedd_training.data.pairs import VISIBLE
from sjedd_training.data.pool import Pool
from sjedd_training.metrics import auc
from sjedd_training.pool_scores import SEED
from sjedd_training.validate import FORGED_VIDEO, REAL_STILL, REAL_VIDEO
from sjedd_video.faces.align import align_face
from sjedd_video.types import Crop, FloatArray, ImageU8

GRID = 24
"""Cells per side in which a map is compared with the truth."""
ALTERED = 0.5
"""Altered share of a cell from which on it counts as altered; without any altered pixel it counts as untouched."""

Face = tuple[ImageU8, NDArray[np.float64] | None]
"""A crop, and the altered share of each of its cells; None of an untouched face."""


@dataclass(frozen=True)
class PlacesRow:
    """One line of the table of places; the first three numbers are None for untouched faces.

    Attributes:
        name: Group of faces.
        faces: Number of faces.
        auc: Chance that an altered cell of a face is warmer than an untouched one of the same face, mean over faces.
        hit: Share of faces whose warmest cell was altered, by half at least.
        chance: Share of such cells among all: the ``hit`` of a map of noise.
        peak: Median of the greatest value of a map.
    """

    name: str
    faces: int
    auc: float | None
    hit: float | None
    chance: float | None
    peak: float


def measure_places(
    pool: Pool,
    heat: Callable[[ImageU8], FloatArray],
    crop: Crop,
    *,
    limit: int,
    tell: Callable[[], None] = lambda: None,
) -> list[PlacesRow]:
    """Compare heat maps with what was altered.

    Args:
        pool: Faces of validation people.
        heat: The map ``(g, g)`` of a crop ``(S, S, 3) uint8``.
        crop: The crops that it takes.
        limit: Faces per group, drawn at random but always the same, of forgeries those whose crop was altered.
        tell: Called after each face.
    """
    rng = np.random.default_rng(0)
    still, real, forged = (rng.permutation(places) for places in (pool.still, pool.video_real, pool.forged))
    groups: dict[str, Iterator[Face]] = {kind: _made(pool, still, kind, crop) for kind in KINDS}
    groups[FORGED_VIDEO] = _forged(pool, forged, crop)
    groups.update({REAL_STILL: _untouched(pool, still, crop), REAL_VIDEO: _untouched(pool, real, crop)})
    return [row for name, faces in groups.items() if (row := _row(name, faces, heat, limit, tell)) is not None]


def faces_to_compare(pool: Pool, limit: int) -> int:
    """How often `measure_places` calls ``tell`` at most."""
    return sum(min(limit, len(places)) for places in (*[pool.still] * (len(KINDS) + 1), pool.video_real, pool.forged))


def _made(pool: Pool, places: NDArray[np.int64], kind: Kind, crop: Crop) -> Iterator[Face]:
    for place in map(int, places):
        picture, five, where = made_forgery(pool, place, kind, np.random.default_rng((SEED, place, KINDS.index(kind))))
        yield align_face(picture, five, *crop)[0], _cells(where, five, crop)


def _forged(pool: Pool, places: NDArray[np.int64], crop: Crop) -> Iterator[Face]:
    for place in map(int, places):
        record = pool.records[place]
        original = pool.by_key.get(record.original)
        if original is None:
            continue
        picture = pool.image(place)
        where = difference(picture, pool.image(original), record.landmarks).where
        if where is not None:
            yield align_face(picture, record.five, *crop)[0], _cells(where, record.five, crop)


def _untouched(pool: Pool, places: NDArray[np.int64], crop: Crop) -> Iterator[Face]:
    for place in map(int, places):
        yield align_face(pool.image(place), pool.records[place].five, *crop)[0], None


def _cells(where: FloatArray, five: FloatArray, crop: Crop) -> NDArray[np.float64]:
    altered, _ = align_face(np.where(where > VISIBLE, 255, 0).astype(np.uint8), five, *crop)
    return np.asarray(cv2.resize(altered, (GRID, GRID), interpolation=cv2.INTER_AREA) / 255.0, np.float64)


def _row(
    name: str, faces: Iterator[Face], heat: Callable[[ImageU8], FloatArray], limit: int, tell: Callable[[], None]
) -> PlacesRow | None:
    aucs, hits, shares, peaks = list[float](), list[bool](), list[float](), list[float]()
    for crop, truth in faces:
        if truth is not None and not (truth >= ALTERED).any():
            continue
        warm = np.asarray(heat(crop), np.float64)
        peaks.append(float(warm.max()))
        if truth is not None:
            how = cv2.INTER_AREA if len(warm) > GRID else cv2.INTER_LINEAR
            cells = cv2.resize(warm, (GRID, GRID), interpolation=how)
            hits.append(bool(truth.flat[cells.argmax()] >= ALTERED))
            shares.append(float((truth >= ALTERED).mean()))
            if (truth == 0).any():
                aucs.append(auc(cells[truth == 0], cells[truth >= ALTERED]))
        tell()
        if len(peaks) == limit:
            break
    return (
        PlacesRow(name, len(peaks), _mean(aucs), _mean(hits), _mean(shares), float(np.median(peaks))) if peaks else None
    )


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None
