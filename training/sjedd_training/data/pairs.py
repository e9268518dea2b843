"""Training pairs: a real face and a forgery of it that share everything but the alteration.

Both get the same transmission, landmark noise, crop and mirroring, so that only the alteration tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import IterableDataset, get_worker_info

from sjedd_training.data.expansion import KINDS, LABEL_ROW, NEEDS_DONOR, Face, Kind, forge
from sjedd_training.data.perturb import Transmission
from sjedd_training.data.pool import Pool
from sjedd_training.data.rows import REAL, row_labels
from sjedd_video.faces.align import align_face
from sjedd_video.hierarchy import Hierarchy
from sjedd_video.types import FloatArray, ImageU8

REGION_ROWS = frozenset({"eye", "lip_mouth", "nose", "reenactment"})
"""Rows of the label table of forgeries that alter a part of the face only."""


@dataclass(frozen=True)
class Mix:
    """Shares of what a pair is made of, from batch ``first`` of a run on; they need not sum to 1."""

    first: int = 0

    video_forgery: float = 0.4
    self_blend: float = 0.22
    swap: float = 0.08
    eye: float = 0.08
    lip_mouth: float = 0.07
    nose: float = 0.08
    mouth_warp: float = 0.07
    still_base: float = 0.5
    """Share of made forgeries whose base is a still face; the rest start from a real video face."""
    forged_donor: float = 0.0
    """Share of donors that are themselves forged, as the frames that the paper takes its regions from."""


@dataclass(frozen=True)
class CropPlan:
    """Where and how large the crop is, and how inexact landmarks may be, in parts of the eye distance.

    ``cutout`` is the share of pairs of wholly forged faces of which a rectangle is covered, the same in both crops; it
    keeps the model from recognising single faces. An altered region must stay visible, so the others are left whole.

    ``sizes`` holds (first batch, side in pixels): early batches may use smaller crops, which is quicker.
    """

    scale: float
    sizes: tuple[tuple[int, int], ...]
    down: float = 0.0
    landmark_noise: float = 0.02
    zoom_noise: float = 0.06
    cutout: float = 0.0

    def size(self, batch: int) -> int:
        """Side of the crops of ``batch`` in pixels."""
        return max((first, side) for first, side in self.sizes if first <= batch)[1]


class PairStream(IterableDataset[tuple[torch.Tensor, torch.Tensor]]):
    """An endless stream of batches of pairs: pictures ``(2 P, S, S, 3) uint8`` and labels ``(2 P, n) int8``.

    Rows 2 k and 2 k + 1 are the real face and its forgery. Batch b of a run depends on ``seed`` and b only, so a
    resumed run goes on exactly where it stopped, with any number of loader processes.

    Args:
        pool: The faces.
        hierarchy: Whose label rows the pairs get.
        crop: Where and how large crops are.
        mixes: What pairs are made of, from which batch on.
        pairs: Pairs in a batch.
        seed: Seed of the stream.
        start: First batch.
        share: (k, n) gives only the k-th of n shares of every batch; all shares together are the batch.
        camera: Whether pictures are sent through changes of resolution, tone, codec and JPEG.
        perturbation: Probability of a perturbation of the papers.
    """

    def __init__(
        self,
        pool: Pool,
        hierarchy: Hierarchy,
        crop: CropPlan,
        mixes: Sequence[Mix],
        *,
        pairs: int,
        seed: int,
        start: int = 0,
        share: tuple[int, int] = (0, 1),
        camera: bool = True,
        perturbation: float = 0.3,
    ) -> None:
        self.pool, self.crop, self.mixes = pool, crop, mixes
        self.pairs, self.seed, self.start = pairs, seed, start
        self.share, self.camera, self.perturbation = share, camera, perturbation
        self.hierarchy = hierarchy

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        info = get_worker_info()
        step, batch = (info.num_workers, self.start + info.id) if info else (1, self.start)
        while True:
            size = self.crop.size(batch)
            first, last = (
                batch * self.pairs + self.pairs * k // self.share[1] for k in (self.share[0], self.share[0] + 1)
            )
            made = [self.pair(number, size) for number in range(first, last)]
            images, labels = (np.concatenate(part) for part in zip(*made, strict=True))
            yield torch.from_numpy(images), torch.from_numpy(labels)
            batch += step

    def pair(self, number: int, size: int) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
        """Pair ``number`` of the run: pictures ``(2, size, size, 3) uint8`` and labels ``(2, n) int8``."""
        rng = np.random.default_rng((self.seed, number))
        mix = max((m for m in self.mixes if m.first <= number // self.pairs), key=lambda m: m.first)
        shares = np.array([mix.video_forgery, *(getattr(mix, kind) for kind in KINDS)])
        choice = int(rng.choice(len(shares), p=shares / shares.sum()))
        if choice == 0:
            real, fake, five, row = self._video_pair(rng)
        else:
            real, fake, five, row = self._made_pair(KINDS[choice - 1], mix, rng)
        sent = Transmission.draw(rng, self.perturbation, camera=self.camera)
        noise, flip = self._noise(five, rng), bool(rng.integers(2))
        crops = [self._crop(sent, image, own + noise, size, flip) for image, own in ((real, five), fake)]
        if rng.random() < self.crop.cutout and row not in REGION_ROWS:
            _cut_out(crops, rng)
        return np.stack(crops), np.stack([row_labels(self.hierarchy, name) for name in (REAL, row)])

    def _video_pair(self, rng: np.random.Generator) -> tuple[ImageU8, tuple[ImageU8, FloatArray], FloatArray, str]:
        index = int(rng.choice(self.pool.forged))
        record = self.pool.records[index]
        twin = self.pool.by_key.get(record.original)
        reals = self.pool.video_real if len(self.pool.video_real) else self.pool.real
        real = int(rng.choice(reals)) if twin is None else twin
        fake = (self.pool.image(index), record.five)
        return self.pool.image(real), fake, self.pool.records[real].five, record.row

    def _made_pair(
        self, kind: Kind, mix: Mix, rng: np.random.Generator
    ) -> tuple[ImageU8, tuple[ImageU8, FloatArray], FloatArray, str]:
        base = self.pool.still if rng.random() < mix.still_base else self.pool.video_real
        index = int(rng.choice(base if len(base) else self.pool.real))
        donors = self.pool.forged if rng.random() < mix.forged_donor else self.pool.real
        image, five = made_forgery(self.pool, index, kind, rng, donors)
        return self.pool.image(index), (image, five), five, LABEL_ROW[kind]

    def _noise(self, five: FloatArray, rng: np.random.Generator) -> FloatArray:
        unit = float(np.linalg.norm(five[1] - five[0]))
        centre = five.mean(axis=0)
        zoom = rng.normal(0.0, self.crop.zoom_noise)
        noise: FloatArray = (five - centre) * zoom + rng.normal(0.0, self.crop.landmark_noise * unit, five.shape)
        return noise

    def _crop(self, sent: Transmission, image: ImageU8, five: FloatArray, size: int, flip: bool) -> ImageU8:
        crop, _ = align_face(sent.send(image), five, self.crop.scale, size, self.crop.down)
        crop = sent.finish(crop)
        return np.ascontiguousarray(crop[:, ::-1]) if flip else crop


def _cut_out(crops: list[ImageU8], rng: np.random.Generator) -> None:
    """Cover one random rectangle of a quarter to a half of the sides with one random grey, in every crop."""
    side = len(crops[0])
    height, width = (int(side * share) for share in rng.uniform(0.25, 0.5, 2))
    y, x = (int(rng.integers(0, side - length + 1)) for length in (height, width))
    grey = int(rng.integers(0, 256))
    for crop in crops:
        crop[y : y + height, x : x + width] = grey


def made_forgery(
    pool: Pool, index: int, kind: Kind, rng: np.random.Generator, donors: NDArray[np.int64] | None = None
) -> tuple[ImageU8, FloatArray]:
    """Forge the face of record ``index`` with one of ``donors`` (real faces by default).

    Returns the picture and its five landmarks.

    The donor of a grey or very dark face is taken as it is: colour matching maps it onto the target's Lab statistics.
    """
    donor: Face | None = pool.face(pool.donor_for(index, rng, among=donors)) if kind in NEEDS_DONOR else None
    image, _ = forge(kind, pool.face(index), donor, rng)
    return image, pool.records[index].five
