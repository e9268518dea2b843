"""Fit a model by a recipe; goes on from its last checkpoint after any interruption."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path

import torch

from sjedd_training.checkpoint import CHECKPOINT, read_state
from sjedd_training.feed import minibatches, training_pool
from sjedd_training.log import Log
from sjedd_training.objective import Batch, Objective
from sjedd_training.parallel import Ranks, joined
from sjedd_training.recipe import Recipe
from sjedd_training.recipe_sections import FitRecipe
from sjedd_training.run import LEVELS, Run, ancestors, load_run
from sjedd_training.teachers import Teachers
from sjedd_training.where import where_head
from sjedd_video.errors import ModelError, OptionsError
from sjedd_video.model.joint_embedding import JointEmbedding
from sjedd_video.place import LOCK, lock
from sjedd_video.report.files import made_folder

HISTORY_EVERY = 20


Report = Callable[[int, dict[str, float]], None]
"""Called with the steps done and the losses ``primary``, ``global``, ``local`` and, their weighted sum, ``total``."""


def fit(
    recipe: Recipe,
    data: Path,
    out: Path,
    *,
    workers: int = 1,
    device: str = "auto",
    minutes: float | None = None,
    report: Report | None = None,
    begun: Callable[[int, int], None] | None = None,
) -> JointEmbedding:
    """Train by ``recipe`` on the faces at ``data``; checkpoints go to ``out`` and are resumed from there.

    Started by ``torchrun``, every process takes its share of each minibatch.

    Args:
        recipe: What to do.
        data: A folder that `open_pool` opens.
        out: Folder of the checkpoint and of the TensorBoard log.
        workers: Loader processes per rank.
        device: ``auto``, ``cpu`` or ``cuda``.
        minutes: Save and stop after this time; call again to go on.
        report: Called after every step, on rank 0 only.
        begun: Called on rank 0 with the steps done and the steps in all, once both are known.

    Returns:
        The model as it would be exported: averaged, adapters merged, on the CPU, in evaluation mode.

    Raises:
        OptionsError: The data is incomplete, there is no such device, or the run was begun by another recipe.
        ModelError: The backbone's weights do not fit, a loss is not finite, or the checkpoint is damaged.
        OutputError: Another process trains into ``out``, or it cannot be written.
    """
    with joined(device) as ranks, ExitStack() as held:
        pool = training_pool(recipe, data)
        recipe = recipe.for_faces(len(pool.records))
        held.enter_context(_alone(out, ranks))
        run = _open_run(recipe, out, ranks)
        run.faces = dict(Counter(record.source for record in pool.records))
        batches = minibatches(
            recipe,
            pool,
            run.model.hierarchy,
            ranks,
            start=run.step,
            others=run.levels.other_batch,
            workers=workers,
        )
        if ranks.rank == 0 and begun is not None:
            begun(run.step, recipe.fit.steps)
        objective = make_objective(run, recipe, ranks)
        began = time.monotonic()
        with Log(out, run.step, active=ranks.rank == 0) as log:
            for shown in batches if run.step < recipe.fit.steps else ():
                _seed_step(recipe.fit.seed, run.step, ranks)
                losses = train_step(run, recipe, objective, shown)
                log.step(run, losses, 2 * recipe.fit.pairs)
                late = minutes is not None and ranks.agree(time.monotonic() - began > 60 * minutes)
                last = late or run.step >= recipe.fit.steps
                if ranks.rank == 0 and (last or run.step % recipe.fit.save_every == 0):
                    run.save(out / CHECKPOINT, recipe)
                if ranks.rank == 0 and report is not None:
                    report(run.step, losses)
                if last:
                    break
        ranks.wait()
        return run.result()


def _alone(out: Path, ranks: Ranks) -> AbstractContextManager[object]:
    """Nobody else trains into ``out`` while this is entered."""
    return lock(made_folder(out) / LOCK) if ranks.rank == 0 else nullcontext()


def _seed_step(seed: int, step: int, ranks: Ranks) -> None:
    """Make what is random in a step (``drop_path``) the same after a resume, and another in every process."""
    torch.manual_seed((seed * 1_000_003 + step) * ranks.size + ranks.rank)


def _open_run(recipe: Recipe, out: Path, ranks: Ranks) -> Run:
    """The run at ``out``, or a fresh one."""
    checkpoint = made_folder(out) / CHECKPOINT
    if not checkpoint.exists():
        begun = [Path(name) for name in (recipe.model.backbone, *recipe.fit.teachers)]
        made_from = ancestors(folder for folder in begun if (folder / CHECKPOINT).is_file())
        run = Run.fresh(recipe, ranks.device)
        run.made_from = made_from
        return run
    state = read_state(checkpoint)
    recipe.require_same(Recipe.model_validate_json(state["recipe"]), out)
    run = Run.fresh(recipe, ranks.device, weights=False)
    run.load(state)
    return run


def make_objective(run: Run, recipe: Recipe, ranks: Ranks) -> Objective:
    """What a step of the run minimises."""
    return Objective(
        model=run.model,
        recipe=recipe.model,
        loss=recipe.fit.loss,
        bf16=recipe.fit.precision == "bf16",
        parts=recipe.fit.accumulate,
        ranks=ranks,
        teachers=_teachers(run, recipe.fit, ranks),
    )


def _teachers(run: Run, recipe: FitRecipe, ranks: Ranks) -> Teachers | None:
    models = []
    for folder in recipe.teachers:
        model = load_run(Path(folder))[1].result().requires_grad_(False)
        if (model.hierarchy.nodes, model.scoring) != (run.model.hierarchy.nodes, run.model.scoring):
            message = f"{folder} was trained for another hierarchy or scoring than this recipe asks for."
            raise OptionsError(message, "Name runs of the same kind in fit.teachers.")
        models.append(model.to(ranks.device).to(memory_format=torch.channels_last))
    return Teachers(models, recipe.teacher_weight, recipe.teacher_temperature) if models else None


def train_step(run: Run, recipe: Recipe, objective: Objective, batches: tuple[Batch, ...]) -> dict[str, float]:
    """One step of the level weights, of the optimiser and of the moving average; returns the losses of the levels.

    Raises:
        ModelError: A loss or a gradient is not finite; the weights are those of the step before.
    """
    for group in run.optimizer.param_groups:
        group["lr"] = recipe.fit.rate(run.step)
    batch, other = batches[0], batches[1] if len(batches) > 1 else None
    run.levels.before_step(objective, run.optimizer.param_groups, batch, other)
    losses = objective.backward(batch, run.levels.values)
    total = float((losses * run.levels.values).sum())
    if not math.isfinite(total):
        raise _diverged("loss", run.step)
    if not bool(torch.nn.utils.clip_grad_norm_(run.model.parameters(), 1.0).isfinite()):
        raise _diverged("gradient", run.step)
    run.optimizer.step()
    objective.ranks.average([value for value in run.model.buffers() if value.dtype.is_floating_point])
    run.levels.after_step(losses)
    run.step += 1
    _update_average(run, recipe.fit.ema)
    values = dict(zip((*LEVELS, "total"), (*losses.tolist(), total), strict=True))
    if (head := where_head(run.model)) is not None:
        values["where"] = head.last
    if run.step % HISTORY_EVERY == 0:
        weights = {f"weight_{name}": value for name, value in zip(LEVELS, run.levels.values.tolist(), strict=True)}
        rate = float(run.optimizer.param_groups[0]["lr"])
        run.history.append({"step": float(run.step), **values, **weights, "learning_rate": rate})
    return values


def _diverged(what: str, step: int) -> ModelError:
    advice = "Begin again in another --out with a lower rate, e.g. --set fit.learning_rate=1e-4."
    return ModelError(f"The {what} is not finite at step {step}.", advice)


@torch.no_grad()
def _update_average(run: Run, decay: float) -> None:
    if run.average is run.model:
        return
    # Early on a long average would only remember the start.
    decay = min(decay, (1 + run.step) / (10 + run.step))
    mine, theirs = run.average.state_dict(), run.model.state_dict()
    for key, value in mine.items():
        if value.dtype.is_floating_point:
            value.lerp_(theirs[key], 1.0 - decay)
        else:
            value.copy_(theirs[key])
