"""From a finished run to a bundle that may judge: measure, calibrate, write the card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from sjedd_training.calibrate import calibrate
from sjedd_training.data.pool import open_pool
from sjedd_training.export import export_bundle
from sjedd_training.fit import Run, normalise
from sjedd_training.recipe import ModelRecipe, Recipe
from sjedd_training.validate import Row, measure, table
from sjedd_video.errors import ModelError
from sjedd_video.model.bundle import Bundle
from sjedd_video.model.card import Preprocess
from sjedd_video.model.joint_embedding import JointEmbedding

CALIBRATION_SET = (
    "Validation people only: still faces, real and with one made forgery each, and faces of DeepFake Detection "
    "Challenge training videos, real and forged, one frame a video; both classes weighted alike. A mean over frames "
    "is read like a single frame, which errs on the cautious side."
)
TRAINING_DATA = (
    "9,379 real and 10,400 forged faces of DeepFake Detection Challenge training videos (one frame a video) and 2,835 "
    "real still faces from public repositories, with forgeries made from them. EfficientNet-Lite2, begun on ImageNet."
)
LICENCE = (
    "Research use only: the pictures that the weights were trained on belong to their owners, and several of their "
    "collections are licensed for non-commercial research. The code is Apache-2.0."
)


def release(
    run_folder: Path, data: Path, target: Path, *, name: str, limit: int | None = None, overwrite: bool = False
) -> tuple[Bundle, list[Row]]:
    """Measure and calibrate the averaged weights of a run on validation people, and write the bundle.

    Args:
        run_folder: Folder with ``last.pt``.
        data: The pool.
        target: Folder or ``.sjedd`` file to write.
        name: Name on the card.
        limit: Faces per group, for a quick look; the card says so.
        overwrite: Replace what is at ``target``.

    Raises:
        ModelError: The run has no checkpoint, or a runtime does not reproduce the model.
    """
    recipe, run = load_run(run_folder)
    model = run.average.eval()
    size = recipe.data.crop_sizes[-1][1]
    groups = measure(
        open_pool(data, "val"),
        torch_scorer(model, recipe.model),
        (recipe.data.crop_scale, size, recipe.data.crop_down),
        limit=limit,
    )
    rows = table(groups)
    scope = CALIBRATION_SET if limit is None else f"{CALIBRATION_SET} At most {limit} faces a group."
    bundle = export_bundle(
        model,
        target,
        name=name,
        preprocess=Preprocess(
            crop_scale=recipe.data.crop_scale,
            crop_down=recipe.data.crop_down,
            crop_size=size,
            input_size=size,
            mean=recipe.model.mean,
            std=recipe.model.std,
        ),
        training_data=TRAINING_DATA,
        licence=LICENCE,
        calibration=calibrate(groups, scope),
        metrics={"validation": [_rounded(row) for row in rows]},
        training={"recipe": recipe.model_dump(mode="json"), "steps_done": run.step},
        overwrite=overwrite,
    )
    return bundle, rows


def load_run(folder: Path) -> tuple[Recipe, Run]:
    """The recipe and the state that a checkpoint holds.

    Raises:
        ModelError: There is no checkpoint.
    """
    path = folder / "last.pt"
    if not path.is_file():
        raise ModelError(f"{path}: not found.", "Run `sjedd-train fit` first.")
    recipe = Recipe.model_validate_json(torch.load(path, map_location="cpu", weights_only=True)["recipe"])
    run = Run.fresh(recipe)
    run.load(path)
    return recipe, run


def torch_scorer(model: JointEmbedding, recipe: ModelRecipe) -> Callable[[NDArray[np.uint8]], NDArray[np.float64]]:
    """Node probabilities of ``(B, S, S, 3) uint8`` crops by ``model`` in float32."""

    @torch.no_grad()
    def score(crops: NDArray[np.uint8]) -> NDArray[np.float64]:
        raw = model(normalise(torch.from_numpy(crops), recipe))
        return np.asarray(model.probabilities(raw).double().numpy())

    return score


def _rounded(row: Row) -> dict[str, Any]:
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(row).items()}
