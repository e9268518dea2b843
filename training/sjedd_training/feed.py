"""From the faces of a pool to this rank's share of every minibatch, in loader processes."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset

from sjedd_training.data.pairs import CropPlan, PairStream
from sjedd_training.data.pool import Pool, open_pool
from sjedd_training.data.rows import REAL, attributes
from sjedd_training.objective import Batch
from sjedd_training.parallel import Ranks
from sjedd_training.recipe import Recipe
from sjedd_video.errors import OptionsError
from sjedd_video.hierarchy import Hierarchy, load_hierarchy

_log = logging.getLogger(__name__)
OTHER_SEED = 1_000_003
"""Added to the seed of a run, it gives the seed of the other minibatches of bi-level optimisation."""


def training_pool(recipe: Recipe, data: Path, split: str = "train") -> Pool:
    """The faces of a split at ``data`` that the recipe shows: real ones, and forged ones if it wants some.

    Raises:
        OptionsError: The data is incomplete, or has no forged faces of the kinds that the recipe names.
    """
    pool, wanted = open_pool(data, split), recipe.data
    if not any(mix.needs_forged for mix in wanted.mix):
        return pool.only(pool.real)
    hierarchy = load_hierarchy(recipe.model.hierarchy, recipe.model.rule)
    if wanted.forgeries:
        forged = _chosen(pool, wanted.forgeries, hierarchy, "data.forgeries")
        pool = pool.only(np.sort(np.concatenate([pool.real, forged])))
    if wanted.donors and any(mix.forged_donor > 0 for mix in wanted.mix):
        pool.donors = _chosen(pool, wanted.donors, hierarchy, "data.donors")
    return pool


def _chosen(pool: Pool, names: Sequence[str], hierarchy: Hierarchy, key: str) -> NDArray[np.int64]:
    """Forged faces that one of ``names`` stands for; the names that stand for none are logged.

    Raises:
        OptionsError: There are none.
    """
    kinds = [(pool.records[i].source, pool.records[i].row) for i in pool.forged]
    called = {kind: {*kind, *attributes(hierarchy, kind[1])} for kind in set(kinds)}
    known = set[str]().union(*called.values())
    missing = ", ".join(sorted(set(names) - known))
    told = f"no forged faces of {missing}; there are {', '.join(sorted(known)) or 'none'}."
    if known.isdisjoint(names):
        raise OptionsError(f"{key}: {told}", f"Change {key} of the recipe, or extract those faces.")
    if missing:
        _warn(f"{key}: {told}")
    return pool.forged[[not called[kind].isdisjoint(names) for kind in kinds]]


def _require_faces(recipe: Recipe, pool: Pool, hierarchy: Hierarchy) -> None:
    """Every pair needs a real face, labelled as such, most a forged one, and regions of forgeries its original."""
    if REAL not in hierarchy.labels:
        raise OptionsError(f"The hierarchy {hierarchy.name} has no labels for real faces.", "Add the row real to it.")
    if not len(pool.real):
        raise OptionsError("The data has no real faces.", "Extract the real ones, too.")
    if not len(pool.forged) and any(mix.needs_forged for mix in recipe.data.mix):
        advice = (
            "Set video_forgery, video_region and forged_donor of data.mix to 0, to make all forgeries from real faces."
        )
        raise OptionsError("The data has no forged faces.", advice)
    wants_originals = any(mix.video_region > 0 for mix in recipe.data.mix)
    if wants_originals and all(pool.records[int(place)].original not in pool.by_key for place in pool.forged):
        raise OptionsError("No forged face has its original in the data.", "Set video_region of data.mix to 0.")
    if any(mix.makes for mix in recipe.data.mix):
        _require_landmarks(pool, any(mix.forged_donor > 0 for mix in recipe.data.mix))


def _require_landmarks(pool: Pool, forged_donors: bool) -> None:
    """Made forgeries need a real face with landmarks; faces that have none are counted, since they are passed over.

    Raises:
        OptionsError: No real face has any.
    """
    faces = np.concatenate([pool.real, pool.donors]) if forged_donors else pool.real
    pool.bases(pool.real)
    if len(without := np.setdiff1d(faces, pool.with_landmarks(faces))):
        example = pool.records[int(without[0])].key
        _warn(f"Nothing is made of {len(without)} of {len(faces)} faces, which have no 68 landmarks, e.g. {example}.")


def _warn(text: str) -> None:
    """Log a warning, once for all processes that ``torchrun`` started."""
    if os.environ.get("RANK", "0") == "0":
        _log.warning(text)


class Feed(IterableDataset[tuple[Batch, ...]]):
    """Minibatches from one or several streams, side by side, resized to the model's input.

    Args:
        streams: The streams.
        input_size: Side of the model's input in pixels; None leaves crops as they are.
    """

    def __init__(self, streams: Sequence[PairStream], input_size: int | None) -> None:
        self.streams, self.input_size = streams, input_size

    def __iter__(self) -> Iterator[tuple[Batch, ...]]:
        for batches in zip(*self.streams, strict=True):
            yield tuple(Batch(self._resized(images), labels, where) for images, labels, where in batches)

    def _resized(self, images: Tensor) -> Tensor:
        if self.input_size in {None, images.shape[1]}:
            return images
        return torch.from_numpy(resized(images.numpy(), self.input_size))


def resized(crops: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """``(B, side, side, 3) uint8`` by the filter that the scorer of a bundle uses."""
    from PIL import Image

    bicubic = Image.Resampling.BICUBIC
    return np.stack([np.asarray(Image.fromarray(crop).resize((side, side), bicubic)) for crop in crops])


def minibatches(
    recipe: Recipe, pool: Pool, hierarchy: Hierarchy, ranks: Ranks, *, start: int, others: bool, workers: int
) -> Iterable[tuple[Batch, ...]]:
    """This rank's share of every minibatch from ``start`` on; with ``others``, each beside another training minibatch.

    What the ranks get together does not depend on their number.

    Raises:
        OptionsError: There are more ranks than pairs in a minibatch, or faces are missing that the recipe needs.
    """
    _require_faces(recipe, pool, hierarchy)
    if recipe.fit.pairs < ranks.size:
        message = f"{ranks.size} processes cannot share {recipe.fit.pairs} pairs."
        raise OptionsError(message, "Start fewer processes, or raise fit.pairs of the recipe.")
    data = recipe.data
    plan = CropPlan(data.crop_scale, data.crop_sizes, data.crop_down, data.landmark_noise, data.zoom_noise, data.cutout)
    seeds = (recipe.fit.seed, recipe.fit.seed + OTHER_SEED) if others else (recipe.fit.seed,)
    streams = [
        PairStream(
            pool,
            hierarchy,
            plan,
            data.mix,
            pairs=recipe.fit.pairs,
            seed=seed,
            start=start,
            share=(ranks.rank, ranks.size),
            camera=data.camera,
            perturbation=data.perturbation,
            perturbation_set=data.perturbation_set,
            least_resolution=data.least_resolution,
            keep_untouched=data.keep_untouched,
            expansion=data.expansion,
        )
        for seed in seeds
    ]
    return DataLoader(
        Feed(streams, data.input_size),
        batch_size=None,
        num_workers=workers,
        prefetch_factor=4 if workers else None,
        pin_memory=ranks.device.type == "cuda",
    )
