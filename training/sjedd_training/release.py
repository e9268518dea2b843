"""From a finished run to a bundle that may judge: measure, calibrate, write the card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import expit

from sjedd_training.calibrate import calibrate
from sjedd_training.data.pool import Pool
from sjedd_training.export import export_bundle
from sjedd_training.recipe import Recipe
from sjedd_training.run import Run, load_run
from sjedd_training.validate import Row, measure, table
from sjedd_training.where import Places
from sjedd_video.model.bundle import Bundle
from sjedd_video.model.card import Preprocess
from sjedd_video.model.convert import in_torch, round_to_half
from sjedd_video.model.joint_embedding import JointEmbedding
from sjedd_video.model.scorer import odds_of_places, prepare, views
from sjedd_video.types import ImageU8

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
    run_folder: Path,
    pool: Pool,
    target: Path,
    *,
    name: str,
    limit: int | None = None,
    half: bool = False,
    overwrite: bool = False,
    tell: Callable[[], None] = lambda: None,
) -> tuple[Bundle, list[Row]]:
    """Measure and calibrate the averaged weights of a run on validation people, and write the bundle.

    Args:
        run_folder: Folder with ``last.pt``.
        pool: Faces of validation people.
        target: Folder or ``.sjedd`` file to write.
        name: Name on the card.
        limit: Faces per group, for a quick look; the card says so.
        half: Round large weights to half precision first: half the size, and other last digits.
        overwrite: Replace what is at ``target``.
        tell: Called after each scored face.

    Raises:
        ModelError: The run has no checkpoint, or a runtime does not reproduce the model.
    """
    recipe, run = _opened(run_folder, half)
    model, preprocess = run.result(), recipe.preprocess
    groups = measure(pool, torch_scorer(model, preprocess), preprocess.crop, limit=limit, tell=tell)
    rows = table(groups)
    scope = CALIBRATION_SET if limit is None else f"{CALIBRATION_SET} At most {limit} faces a group."
    bundle = export_bundle(
        model,
        target,
        name=name,
        preprocess=preprocess,
        places=run.places(),
        training_data=TRAINING_DATA,
        licence=LICENCE,
        calibration=calibrate(groups, scope),
        metrics={"validation": [_rounded(row) for row in rows]},
        training={"recipe": recipe.model_dump(mode="json"), "steps_done": run.step},
        overwrite=overwrite,
    )
    return bundle, rows


def export_run(run_folder: Path, target: Path, *, name: str, half: bool = False, overwrite: bool = False) -> Bundle:
    """Write the bundle of a run as it is, uncalibrated: it can be scored, evaluated and calibrated, but not judge.

    The arguments are those of `release`.

    Raises:
        ModelError: The run has no checkpoint, or a runtime does not reproduce the model.
        OutputError: ``target`` exists or cannot be written.
    """
    recipe, run = _opened(run_folder, half)
    faces = ", ".join(f"{source} {count:,}" for source, count in sorted(run.faces.items()))
    return export_bundle(
        run.result(),
        target,
        name=name,
        preprocess=recipe.preprocess,
        places=run.places(),
        training_data=f"Recipe {recipe.name}; faces by source: {faces or 'not recorded'}.",
        licence="As the data and the weights that it was trained from allow.",
        training={"recipe": recipe.model_dump(mode="json"), "steps_done": run.step},
        overwrite=overwrite,
    )


def _opened(run_folder: Path, half: bool) -> tuple[Recipe, Run]:
    recipe, run = load_run(run_folder)
    if half:
        round_to_half(run.average)
    return recipe, run


def torch_scorer(model: JointEmbedding, preprocess: Preprocess) -> Callable[[NDArray[np.uint8]], NDArray[np.float64]]:
    """Node probabilities of ``(B, S, S, 3) uint8`` crops by ``model`` in float32."""

    @torch.no_grad()
    def score(crops: NDArray[np.uint8]) -> NDArray[np.float64]:
        seen = [model(torch.from_numpy(prepare(view, preprocess))) for view in views(crops, preprocess)]
        raw = torch.stack(seen).mean(dim=0)
        return np.asarray(model.probabilities(raw).double().numpy())

    return score


def torch_places(places: Places, preprocess: Preprocess) -> Callable[[ImageU8], NDArray[np.float64]]:
    """Where a crop ``(S, S, 3) uint8`` was altered, ``(g, g)`` in [0, 1], as a bundle of this run would tell."""
    return lambda crop: np.asarray(expit(odds_of_places(in_torch(places), crop, preprocess)), np.float64)


def _rounded(row: Row) -> dict[str, Any]:
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(row).items()}
