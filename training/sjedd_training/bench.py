"""How fast a recipe trains on this machine, with and without the quick gradients of `depthwise`."""

from __future__ import annotations

import statistics
import time

import torch

from sjedd_training.data.pairs import CELL
from sjedd_training.fit import make_objective, train_step
from sjedd_training.objective import Batch
from sjedd_training.parallel import joined
from sjedd_training.recipe import Recipe
from sjedd_training.run import Run


def images_per_second(recipe: Recipe, side: int, *, quick: bool, device: str = "cpu", steps: int = 5) -> float:
    """Median speed of whole training steps on made-up pictures of ``side`` pixels, loading apart.

    Args:
        recipe: The recipe; its ``fit.steps`` must be set.
        side: Side of the pictures in pixels.
        quick: Use the rewritten gradients of depthwise convolutions (on the CPU).
        device: ``cpu`` or ``cuda``.
        steps: Steps that are timed, after two that are not.

    Raises:
        OptionsError: There is no such device.
    """
    count = 2 * recipe.fit.pairs
    with joined(device) as ranks:
        run = Run.fresh(recipe, ranks.device, quick=quick)
        objective = make_objective(run, recipe, ranks)
        generator = torch.Generator().manual_seed(0)
        images = torch.randint(0, 256, (count, side, side, 3), dtype=torch.uint8, generator=generator)
        labels = torch.zeros(count, len(run.model.hierarchy.nodes), dtype=torch.int8)
        labels[1::2, 0] = 1
        where = torch.zeros(count, side // CELL, side // CELL, dtype=torch.int8)
        batch, times = Batch(images, labels, where), []
        for _ in range(steps + 2):
            began = time.perf_counter()
            train_step(run, recipe, objective, (batch, batch))
            times.append(time.perf_counter() - began)
    return count / statistics.median(times[2:])
