"""The mean of the weights of several runs that began alike, which judges unseen people better than each of them.

Source: Wortsman et al., Model soups, ICML 2022.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from sjedd_training.checkpoint import CHECKPOINT
from sjedd_training.recipe import Recipe
from sjedd_training.run import ancestors, load_finished
from sjedd_video.errors import OptionsError
from sjedd_video.report.files import made_folder


def average_runs(folders: Sequence[Path], out: Path) -> None:
    """Write a run to ``out`` that exports the mean of what ``folders`` export.

    Everything else in its checkpoint (recipe, history) is that of the last folder; ``made_from`` holds all recipes.

    Args:
        folders: At least two finished runs of the same model on the same crops, whose size may differ. A head of places
            (``model.where_weight``) that the last one lacks is left out.
        out: Folder of the new run.

    Raises:
        OptionsError: Fewer than two, or they train different models or adapters, or ``out`` is a run already.
        ModelError: One has no checkpoint, or it is damaged or not finished.
    """
    if len(folders) < 2:
        raise OptionsError("One run has no mean.", "Name two or more.")
    if (out / CHECKPOINT).exists():
        raise OptionsError(f"{out} is a run already.", "Choose another --out.")
    loaded = [load_finished(folder) for folder in folders]
    recipe, last = loaded[-1]
    for folder, (other, _) in zip(folders, loaded, strict=True):
        if other.model.lora:
            # The mean of two products A B is not the product of the means.
            raise OptionsError(f"{folder} has low-rank adapters.", "Average runs that train every weight.")
        if recipe.model.where_weight and not other.model.where_weight:
            message = f"{folder} has no head of places, {folders[-1]} has one."
            raise OptionsError(message, f"Name {folder} last; the mean then has none.")
        if _built(other) != _built(recipe):
            raise OptionsError(f"{folder} trains another model than {folders[-1]}.", "Only equal models have a mean.")
    states = [run.average.state_dict() for _, run in loaded]
    mean = {
        key: torch.stack([state[key] for state in states]).mean(0) if value.is_floating_point() else value
        for key, value in states[-1].items()
    }
    last.average.load_state_dict(mean)
    last.made_from = ancestors(folders)
    about = f"Mean of the weights of the runs {', '.join(folder.name for folder in folders)}."
    last.save(made_folder(out) / CHECKPOINT, recipe.model_copy(update={"name": out.name, "about": about}))


def _built(recipe: Recipe) -> tuple[object, ...]:
    """What the recipe builds and looks at, whatever it began with and whatever of it was trained in which way."""
    same: dict[str, Any] = {
        "backbone": "",
        "drop_path": 0.0,
        "freeze_text": False,
        "freeze_towers": False,
        "freeze_trunks": False,
        "where_weight": 0.0,
    }
    model = recipe.model.model_copy(update=same)
    return model, recipe.data.crop_scale, recipe.data.crop_down
