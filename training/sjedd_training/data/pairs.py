"""Training pairs: a real face and a forgery of it that share everything but the alteration.

Both get the same transmission, landmark noise, crop and mirroring, so that only the alteration tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import IterableDataset, get_worker_info

from sjedd_training.data.expansion import Expansion
from sjedd_training.data.mix import Drawn, Mix, draw_pair
from sjedd_training.data.perturb import PerturbationSet, Transmission
from sjedd_training.data.pool import Pool
from sjedd_training.data.rows import REAL, row_labels
from sjedd_video.faces.align import align_face
from sjedd_video.hierarchy import Hierarchy
from sjedd_video.types import FloatArray, ImageU8

REGION_ROWS = frozenset({"eye", "lip_mouth", "nose", "reenactment"})
"""Rows of the label table of forgeries that alter a part of the face only."""
CELL = 16
"""Side in pixels of the cells in which a stream says where a crop was altered."""
NOT_KNOWN = -1
"""In place of the altered percentage of a cell."""
VISIBLE = 0.25
"""Share of the forgery in a blend from which on a pixel counts as altered."""


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


class PairStream(IterableDataset[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]):
    """An endless stream of batches of pairs: pictures ``(2 P, S, S, 3) uint8``, labels ``(2 P, n) int8`` and where
    the crop was altered, ``(2 P, S / CELL, S / CELL) int8`` in percent of each cell, ``NOT_KNOWN`` if that is unknown.

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
        camera: Probability that a pair is sent through changes of resolution, tone, codec and JPEG.
        perturbation: Probability of a perturbation of the papers.
        perturbation_set: Which these are.
        least_resolution: Least part of the resolution that is left.
        keep_untouched: Whether real forgeries that show an untouched face are shown, too.
        expansion: How parts of a donor are made to fit.
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
        camera: float = 1.0,
        perturbation: float = 0.3,
        perturbation_set: PerturbationSet = "graded",
        least_resolution: float = 0.35,
        keep_untouched: bool = False,
        expansion: Expansion = "varied",
    ) -> None:
        self.pool, self.crop, self.mixes = pool, crop, mixes
        self.pairs, self.seed, self.start = pairs, seed, start
        self.share, self.camera, self.perturbation = share, camera, perturbation
        self.perturbation_set: PerturbationSet = perturbation_set
        self.least_resolution, self.keep_untouched = least_resolution, keep_untouched
        self.hierarchy, self.expansion = hierarchy, expansion

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
        info = get_worker_info()
        step, batch = (info.num_workers, self.start + info.id) if info else (1, self.start)
        while True:
            size = self.crop.size(batch)
            first, last = (
                batch * self.pairs + self.pairs * k // self.share[1] for k in (self.share[0], self.share[0] + 1)
            )
            made = [self.pair(number, size) for number in range(first, last)]
            images, labels, where = (torch.from_numpy(np.concatenate(part)) for part in zip(*made, strict=True))
            yield images, labels, where
            batch += step

    def pair(self, number: int, size: int) -> tuple[NDArray[np.uint8], NDArray[np.int8], NDArray[np.int8]]:
        """Pair ``number`` of the run: pictures, labels and altered percentages of two faces, as in a batch."""
        rng = np.random.default_rng((self.seed, number))
        batch = number // self.pairs
        drawn = draw_pair(
            self.pool, self.mixes, batch, rng, keep_untouched=self.keep_untouched, expansion=self.expansion
        )
        sent = Transmission.draw(
            rng,
            self.perturbation,
            camera=self.camera,
            least=self.least_resolution,
            perturbations=self.perturbation_set,
        )
        noise, flip = self._noise(drawn.real_five, rng), bool(rng.integers(2))
        faces = ((drawn.real, drawn.real_five), (drawn.forged, drawn.forged_five))
        crops = [self._crop(sent, image, own + noise, size, flip) for image, own in faces]
        where = self._where(drawn, noise, size, flip)
        if rng.random() < self.crop.cutout and drawn.row not in REGION_ROWS:
            box, grey = _box(size, rng)
            for crop in crops:
                crop[box] = grey
            where[box] = 0
        labels = np.stack([row_labels(self.hierarchy, name) for name in (REAL, drawn.row)])
        return np.stack(crops), labels, np.stack([_cells(np.zeros_like(where)), _cells(where, drawn.where is not None)])

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

    def _where(self, drawn: Drawn, noise: FloatArray, size: int, flip: bool) -> NDArray[np.uint8]:
        """``(size, size) uint8``: 255 where the crop of the forgery was altered."""
        if drawn.where is None:
            return np.zeros((size, size), np.uint8)
        altered = np.where(drawn.where > VISIBLE, 255, 0).astype(np.uint8)
        crop, _ = align_face(altered, drawn.forged_five + noise, self.crop.scale, size, self.crop.down)
        return np.ascontiguousarray(crop[:, ::-1]) if flip else crop


def _box(side: int, rng: np.random.Generator) -> tuple[tuple[slice, slice], int]:
    """A random rectangle of a quarter to a half of the sides, and a random grey to cover it with."""
    height, width = (int(side * share) for share in rng.uniform(0.25, 0.5, 2))
    y, x = (int(rng.integers(0, side - length + 1)) for length in (height, width))
    return (slice(y, y + height), slice(x, x + width)), int(rng.integers(0, 256))


def _cells(where: NDArray[np.uint8], known: bool = True) -> NDArray[np.int8]:
    """Altered percentage of every cell."""
    side = max(len(where) // CELL, 1)
    if not known:
        return np.full((side, side), NOT_KNOWN, np.int8)
    mean = cv2.resize(where, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(np.rint(mean / 2.55), np.int8)
