"""Scores of faces of a pool, untouched or forged in a known way, as inference would crop them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sjedd_training.trivial import FaceTraits
from sjedd_video.engines import Scorer
from sjedd_video.types import Crop, ImageU8
from sjedd_video.verdict import ROOT

if TYPE_CHECKING:
    from sjedd_training.data.expansion import Kind
    from sjedd_training.data.pool import Pool

Change = Callable[[ImageU8, int], ImageU8]
"""Alters a crop; the number is the face's place in the pool, to seed what is random."""
SEED = 7
"""Seed of the made forgeries."""
BATCH = 32


def untouched(crop: ImageU8, place: int) -> ImageU8:
    """Leave the crop as it is."""
    return crop


@dataclass(frozen=True, eq=False)
class Scored:
    """What was found of N faces under C changes.

    Attributes:
        p_face: ``(C, N)`` uncalibrated p(face).
        traits: Trivial measurements of the crops before any change.
    """

    p_face: NDArray[np.float64]
    traits: FaceTraits

    @classmethod
    def joined(cls, parts: Sequence[Scored]) -> Scored:
        """Several lots under the same changes, one after the other."""
        p_face = np.concatenate([part.p_face for part in parts], axis=1)
        return cls(p_face, FaceTraits.joined([part.traits for part in parts]))


def score_pool(
    pool: Pool,
    places: Sequence[int] | NDArray[np.int64],
    scorer: Scorer,
    *,
    kind: Kind | None = None,
    changes: Sequence[Change] = (untouched,),
    tell: Callable[[], None] = lambda: None,
) -> Scored:
    """Score faces, at least one.

    Args:
        pool: Where they are.
        places: Which faces.
        scorer: The model.
        kind: Forge each in this way first; None leaves them as they are.
        changes: What is done to the crops; each face is read and cropped once for all of them.
        tell: Called after each face.
    """
    found: list[Scored] = []
    for batch in in_batches(aligned(pool, places, scorer.crop, kind), max(1, BATCH // len(changes))):
        crops = [change(crop, place) for change in changes for place, crop in batch]
        scores = np.asarray(scorer.score(crops)[1][:, ROOT], np.float64)
        found.append(Scored(scores.reshape(len(changes), len(batch)), batch_traits(pool, batch)))
        for _ in batch:
            tell()
    return Scored.joined(found)


def aligned(
    pool: Pool, places: Sequence[int] | NDArray[np.int64], crop: Crop, kind: Kind | None
) -> Iterator[tuple[int, ImageU8]]:
    """Places and crops ``(S, S, 3) uint8`` of faces, forged in the way of ``kind`` first; the same at every call."""
    from sjedd_training.data.expansion import KINDS
    from sjedd_training.data.mix import made_forgery
    from sjedd_video.faces.align import align_face

    for place in map(int, places):
        image, five = pool.image(place), pool.records[place].five
        if kind is not None:
            image, five, _ = made_forgery(pool, place, kind, np.random.default_rng((SEED, place, KINDS.index(kind))))
        yield place, align_face(image, five, *crop)[0]


def batch_traits(pool: Pool, batch: Sequence[tuple[int, ImageU8]]) -> FaceTraits:
    """Trivial measurements of places and their crops, as `in_batches` gives them."""
    sizes = [pool.records[place].eye_distance for place, _ in batch]
    return FaceTraits.of([crop for _, crop in batch], sizes)


def drawn(places: NDArray[np.int64], limit: int | None) -> NDArray[np.int64]:
    """At most ``limit`` of ``places``, at random but always the same ones; all without a limit."""
    return places if limit is None else np.sort(np.random.default_rng(0).permutation(places)[:limit])


def in_batches(crops: Iterator[tuple[int, ImageU8]], size: int = BATCH) -> Iterator[list[tuple[int, ImageU8]]]:
    """Lists of ``size`` crops with their places; the last may be shorter."""
    waiting: list[tuple[int, ImageU8]] = []
    for crop in crops:
        waiting.append(crop)
        if len(waiting) == size:
            yield waiting
            waiting = []
    if waiting:
        yield waiting
