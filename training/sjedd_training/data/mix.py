"""What a training pair is made of: a real face, and a real or a made forgery of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from sjedd_training.data import masks
from sjedd_training.data.difference import difference
from sjedd_training.data.expansion import KINDS, LABEL_ROW, NEEDS_DONOR, Expansion, Face, Kind, forge
from sjedd_training.data.masks import Mask, Region
from sjedd_training.data.pool import Pool
from sjedd_video.errors import OptionsError
from sjedd_video.types import FloatArray, ImageU8

VIDEO_FORGERY, VIDEO_REGION = VIDEO_KINDS = ("video_forgery", "video_region")
"""Kinds of pairs that need real forgeries."""
REGIONS: tuple[Region, ...] = ("eye", "lip_mouth", "nose")
TRIES = 8
"""Real forgeries that are drawn before one that does not serve is taken all the same."""


@dataclass(frozen=True)
class Mix:
    """Shares of what a pair is made of, from batch ``first`` of a run on; they need not sum to 1."""

    first: int = 0

    video_forgery: float = 0.4
    """A real forgery and its original."""
    self_blend: float = 0.22
    swap: float = 0.08
    eye: float = 0.08
    lip_mouth: float = 0.07
    nose: float = 0.08
    mouth_warp: float = 0.07
    video_region: float = 0.0
    """One region of a real forgery laid over its own original, where both show the same frame [SJEDD section III]."""
    still_base: float = 0.5
    """Share of made forgeries whose base is a still face; the rest start from a real video face."""
    forged_donor: float = 0.0
    """Share of donors that are themselves forged, as the frames that the paper takes its regions from."""

    @classmethod
    def only(cls, kind: str) -> Self:
        """Pairs of one kind and no other."""
        shares: dict[str, Any] = dict.fromkeys((*VIDEO_KINDS, *KINDS), 0.0)
        return cls(**{**shares, kind: 1.0})

    @property
    def needs_forged(self) -> bool:
        """Whether it takes anything from forged faces."""
        return any(share > 0 for share in (self.video_forgery, self.video_region, self.forged_donor))

    @property
    def makes(self) -> bool:
        """Whether it makes forgeries from real faces."""
        return any(getattr(self, kind) > 0 for kind in KINDS)

    def kind(self, rng: np.random.Generator) -> str:
        """Draw one of ``VIDEO_KINDS`` or ``KINDS`` by its share."""
        names = (VIDEO_FORGERY, *KINDS, VIDEO_REGION)
        shares = np.array([getattr(self, name) for name in names])
        return names[int(rng.choice(len(names), p=shares / shares.sum()))]


class Drawn(NamedTuple):
    """A real face and a forgery of it, before transmission and cropping.

    Attributes:
        real: The untouched picture, RGB ``(H, W, 3) uint8``.
        real_five: Its five landmarks.
        forged: The altered picture.
        forged_five: Its five landmarks.
        row: Its row of the label table.
        where: ``(H, W) float32``, above 0 where ``forged`` was altered; None where this is unknown.
    """

    real: ImageU8
    real_five: FloatArray
    forged: ImageU8
    forged_five: FloatArray
    row: str
    where: Mask | None


def draw_pair(
    pool: Pool,
    mixes: Sequence[Mix],
    batch: int,
    rng: np.random.Generator,
    *,
    keep_untouched: bool = False,
    expansion: Expansion = "varied",
) -> Drawn:
    """Draw a pair of minibatch number ``batch``.

    Args:
        pool: The faces.
        mixes: What pairs are made of, from which batch on.
        batch: Number of the minibatch.
        rng: The generator.
        keep_untouched: Whether every real forgery is taken as one.
        expansion: How parts of a donor are made to fit.

    Raises:
        OptionsError: A forgery is to be made, and no real face, or no other person's, has 68 landmarks.
    """
    mix = max((m for m in mixes if m.first <= batch), key=lambda m: m.first)
    kind = mix.kind(rng)
    if kind in VIDEO_KINDS:
        return _video_pair(pool, rng, region=kind == VIDEO_REGION, keep_untouched=keep_untouched)
    made = next(name for name in KINDS if name == kind)
    part = pool.still if rng.random() < mix.still_base else pool.video_real
    index = int(rng.choice(pool.bases(part)))
    donors = pool.donors if rng.random() < mix.forged_donor else pool.real
    image, five, where = made_forgery(pool, index, made, rng, donors, expansion)
    return Drawn(pool.image(index), five, image, five, LABEL_ROW[made], where)


def made_forgery(
    pool: Pool,
    index: int,
    kind: Kind,
    rng: np.random.Generator,
    donors: NDArray[np.int64] | None = None,
    expansion: Expansion = "varied",
) -> tuple[ImageU8, FloatArray, Mask]:
    """Forge the face of record ``index`` with one of ``donors`` (real faces by default).

    Returns the picture, its five landmarks, and the soft mask of what was altered.

    Raises:
        OptionsError: The face, or every other person's, has no 68 landmarks.
    """
    if not np.isfinite(pool.records[index].landmarks).all():
        message = f"{pool.records[index].key}: has no 68 landmarks, and forgeries are made by them."
        raise OptionsError(message, "Extract with --landmarks PACK or --landmarks FILE.npz.")
    donor: Face | None = pool.face(pool.donor_for(index, rng, among=donors)) if kind in NEEDS_DONOR else None
    image, where = forge(kind, pool.face(index), donor, rng, expansion)
    return image, pool.records[index].five, where


def _video_pair(pool: Pool, rng: np.random.Generator, *, region: bool, keep_untouched: bool) -> Drawn:
    """A real forgery that does differ from its original, unless ``keep_untouched``.

    With ``region``, one region of it laid over the original.
    """
    for _ in range(TRIES):
        index = int(rng.choice(pool.forged))
        record = pool.records[index]
        forged = pool.image(index)
        original = pool.by_key.get(record.original)
        if original is None:
            other = int(rng.choice(pool.beside_forged))
            pair = Drawn(pool.image(other), pool.records[other].five, forged, record.five, record.row, None)
            if region:
                continue
            return pair
        real = pool.image(original)
        seen = difference(forged, real, record.landmarks)
        pair = Drawn(real, pool.records[original].five, forged, record.five, record.row, seen.where)
        if region and seen.where is not None and (laid := _region_pair(pair, record.landmarks, rng)) is not None:
            return laid
        if not region and (keep_untouched or not seen.untouched):
            return pair
    return pair


def _region_pair(pair: Drawn, landmarks: FloatArray, rng: np.random.Generator) -> Drawn | None:
    """The original with one region of the forgery; None where that region was hardly altered."""
    assert pair.where is not None
    region = REGIONS[rng.integers(len(REGIONS))]
    hard = masks.region_mask((pair.real.shape[0], pair.real.shape[1]), landmarks, region)
    if not hard.any() or pair.where[hard > 0].mean() < 0.5:
        return None
    soft = masks.soften(hard, rng.uniform(0.03, 0.09) * masks.eye_distance(landmarks))[..., None]
    laid = np.rint(pair.forged * soft + pair.real * (1.0 - soft)).astype(np.uint8)
    return Drawn(pair.real, pair.forged_five, laid, pair.forged_five, region, pair.where * hard)
