"""The state of a run, and the checkpoint that holds all of it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from sjedd_training.bilevel import BilevelWeights
from sjedd_training.build import build_model
from sjedd_training.checkpoint import CHECKPOINT, read_state
from sjedd_training.depthwise import quicken
from sjedd_training.lora import merged
from sjedd_training.recipe import Recipe
from sjedd_training.recipe_sections import FitRecipe
from sjedd_training.weighting import DynamicAverage, FixedWeights, LevelWeights
from sjedd_training.where import Places, split
from sjedd_video.errors import ModelError
from sjedd_video.model.joint_embedding import JointEmbedding

LEVELS = ("primary", "global", "local")
"""Names of the three losses and of their weights, in order."""


@dataclass
class Run:
    """The state of a run.

    Attributes:
        model: The model in training.
        average: Moving average of its weights; the model itself where the recipe wants none.
        optimizer: Its optimiser.
        levels: Weights of the level losses.
        step: Steps done.
        history: Losses, level weights and learning rate of every 20th step.
        faces: Number of faces of each source in the split that it is trained on.
        made_from: Earlier runs that its weights come from, oldest first, see `ancestors`.
    """

    model: JointEmbedding
    average: JointEmbedding
    optimizer: torch.optim.AdamW
    levels: LevelWeights
    step: int = 0
    history: list[dict[str, float]] = field(default_factory=list)
    faces: dict[str, int] = field(default_factory=dict)
    made_from: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def fresh(
        cls, recipe: Recipe, device: torch.device | None = None, *, weights: bool = True, quick: bool = True
    ) -> Run:
        """Start from the recipe alone.

        Args:
            recipe: The recipe.
            device: Where to train; the CPU by default.
            weights: Load the backbone; False where a checkpoint is loaded right after.
            quick: Use the rewritten gradients of depthwise convolutions on the CPU.

        Raises:
            ModelError: The backbone's weights do not fit.
            OptionsError: The recipe leaves something open.
        """
        device = device or torch.device("cpu")
        model = build_model(recipe.model, recipe.fit.seed, weights=weights).to(device)
        if quick and device.type == "cpu":
            quicken(model)
        trained = [p for p in model.parameters() if p.requires_grad]
        groups = [
            {"params": [p for p in trained if p.ndim > 1], "weight_decay": recipe.fit.weight_decay},
            {"params": [p for p in trained if p.ndim <= 1], "weight_decay": 0.0},
        ]
        optimizer = torch.optim.AdamW([group for group in groups if group["params"]], lr=recipe.fit.learning_rate)
        average = copy.deepcopy(model) if recipe.fit.ema else model
        return cls(model, average, optimizer, _level_weights(recipe.fit))

    def save(self, path: Path, recipe: Recipe) -> None:
        """Write a checkpoint to a temporary name, then rename it, so that a kill never leaves half a file."""
        state: dict[str, Any] = {
            "model": self.model.state_dict(),
            "average": None if self.average is self.model else self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "levels": self.levels.state_dict(),
            "step": self.step,
            "history": self.history,
            "faces": self.faces,
            "made_from": self.made_from,
            "recipe": recipe.model_dump_json(),
        }
        temporary = path.with_suffix(".part")
        torch.save(state, temporary)
        temporary.replace(path)

    def load(self, state: dict[str, Any]) -> None:
        """Go on from the content of a checkpoint, see `read_state`."""
        self.model.load_state_dict(state["model"])
        if self.average is not self.model:
            self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        if "levels" in state:  # absent from the checkpoints of 0.1, whose weights were fixed
            self.levels.load_state_dict(state["levels"])
        self.step, self.history, self.faces = state["step"], state["history"], state.get("faces", {})
        self.made_from = state.get("made_from", [])

    def result(self) -> JointEmbedding:
        """A copy of the averaged model as it is exported: on the CPU, in evaluation mode, nothing but both towers."""
        return split(merged(self.average))[0].cpu().eval()

    def places(self) -> Places | None:
        """The averaged tower and what it learned of altered places; None if the recipe did not ask for it."""
        found = split(merged(self.average))[1]
        return None if found is None else found.cpu().eval()


def load_run(folder: Path) -> tuple[Recipe, Run]:
    """The recipe and the state that the checkpoint in ``folder`` holds, on the CPU.

    Raises:
        ModelError: There is no checkpoint, or it is damaged.
    """
    state = read_state(folder / CHECKPOINT)
    recipe = Recipe.model_validate_json(state["recipe"])
    run = Run.fresh(recipe, weights=False)
    run.load(state)
    return recipe, run


def load_finished(folder: Path) -> tuple[Recipe, Run]:
    """`load_run` of a run that has done all of its steps.

    Raises:
        ModelError: There is no checkpoint, or it is damaged, or the run is not finished.
    """
    recipe, run = load_run(folder)
    _require_finished(folder, run.step, recipe)
    return recipe, run


def is_finished(folder: Path, recipe: Recipe | None = None) -> bool:
    """Whether there is a run in ``folder`` that has done all of its steps, by ``recipe`` if one is given.

    Raises:
        ModelError: The checkpoint is damaged.
        OptionsError: It was made by another recipe.
    """
    if not (folder / CHECKPOINT).exists():
        return False
    state = read_state(folder / CHECKPOINT)
    made_by = Recipe.model_validate_json(state["recipe"])
    if recipe is not None:
        recipe.require_same(made_by, folder)
    return bool(state["step"] >= made_by.fit.steps)


def _require_finished(folder: Path, step: int, recipe: Recipe) -> None:
    if step < recipe.fit.steps:
        message = f"{folder} has done {step:,} of its {recipe.fit.steps:,} steps."
        raise ModelError(message, "Finish it with `sjedd-train fit`; --set fit.steps=N may end it earlier.")


def ancestors(folders: Iterable[Path]) -> list[dict[str, Any]]:
    """The runs in ``folders`` and those that they were made from, each once and oldest first.

    Each is told by its name, steps, recipe, and faces by source.

    Raises:
        ModelError: As ``load_finished``; nothing is made from a run that is not finished.
    """
    found: list[dict[str, Any]] = []
    for folder in folders:
        state = read_state(folder / CHECKPOINT)
        _require_finished(folder, state["step"], Recipe.model_validate_json(state["recipe"]))
        itself = {
            "run": folder.name,
            "steps": state["step"],
            "recipe": json.loads(state["recipe"]),
            "faces": state.get("faces", {}),
        }
        found += [one for one in (*state.get("made_from", []), itself) if one not in found]
    return found


def _level_weights(recipe: FitRecipe) -> LevelWeights:
    if recipe.level_weighting == "bilevel":
        return BilevelWeights(recipe.level_weights, recipe.level_rate)
    if recipe.level_weighting == "dwa":
        return DynamicAverage(recipe.level_weights, recipe.level_period)
    return FixedWeights(recipe.level_weights)
