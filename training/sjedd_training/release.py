"""From a finished run to a bundle that may judge: measure, calibrate, write the card."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Mapping
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
from sjedd_training.parallel import chosen_device
from sjedd_training.recipe import Recipe
from sjedd_training.run import Run, load_finished, load_run
from sjedd_training.validate import FORGED_VIDEO, REAL_STILL, REAL_VIDEO, Groups, Row, measure, table
from sjedd_training.where import Places
from sjedd_video.model.bundle import Bundle
from sjedd_video.model.card import Preprocess
from sjedd_video.model.convert import in_torch, round_to_half
from sjedd_video.model.joint_embedding import JointEmbedding
from sjedd_video.model.scorer import odds_of_places, prepare, views
from sjedd_video.types import ImageU8

LICENCE = "As the data and the weights that it was trained from allow."


def release(
    run_folder: Path,
    pool: Pool,
    target: Path,
    *,
    name: str,
    training_data: str = "",
    licence: str = "",
    limit: int | None = None,
    half: bool = False,
    device: str = "auto",
    overwrite: bool = False,
    tell: Callable[[], None] = lambda: None,
) -> tuple[Bundle, list[Row]]:
    """Measure and calibrate the averaged weights of a run on validation people, and write the bundle.

    Args:
        run_folder: Folder with ``last.pt``.
        pool: Faces of validation people.
        target: Folder or ``.sjedd`` file to write.
        name: Name on the card.
        training_data: What the card says that the weights were trained on; by default what the run knows of it.
        licence: What the card says of the terms of their use.
        limit: Faces per group, for a quick look; the card says so.
        half: Round large weights to half precision first: half the size, and other last digits.
        device: Where it is measured: ``auto``, ``cpu`` or ``cuda``.
        overwrite: Replace what is at ``target``.
        tell: Called after each scored face.

    Raises:
        ModelError: The run has no checkpoint or is not finished, or a runtime does not reproduce the model.
        OptionsError: The pool has no altered faces to measure on, or there is no such device.
    """
    recipe, run = load_finished(run_folder)
    if half:
        round_to_half(run.average)
    model, preprocess = run.result(), recipe.preprocess
    score = torch_scorer(model, preprocess, device)
    groups = measure(pool, score, preprocess.crop, limit=limit, tell=tell)
    rows = table(groups)
    bundle = export_bundle(
        model,
        target,
        name=name,
        **_contents(recipe, run, training_data, licence),
        calibration=calibrate(groups, _calibration_set(pool, groups, limit)),
        metrics={"validation": [_rounded(row) for row in rows]},
        overwrite=overwrite,
    )
    return bundle, rows


def export_run(
    run_folder: Path,
    target: Path,
    *,
    name: str,
    training_data: str = "",
    licence: str = "",
    half: bool = False,
    overwrite: bool = False,
) -> Bundle:
    """Write the bundle of a run as it is, uncalibrated: it can be scored, evaluated and calibrated, but not judge.

    The arguments are those of `release`. The run need not be finished.

    Raises:
        ModelError: The run has no checkpoint, or a runtime does not reproduce the model.
        OutputError: ``target`` exists or cannot be written.
    """
    recipe, run = load_run(run_folder)
    if half:
        round_to_half(run.average)
    contents = _contents(recipe, run, training_data, licence)
    return export_bundle(run.result(), target, name=name, **contents, overwrite=overwrite)


def _contents(recipe: Recipe, run: Run, training_data: str, licence: str) -> dict[str, Any]:
    """What a bundle says of its run, calibrated or not."""
    made = {"recipe": recipe.model_dump(mode="json"), "steps_done": run.step, "made_from": run.made_from}
    return {
        "preprocess": recipe.preprocess,
        "places": run.places(),
        "training_data": training_data or f"Recipe {recipe.name}; faces by source: {_faces(run)}.",
        "licence": licence or LICENCE,
        "training": made,
    }


def _faces(run: Run) -> str:
    """The faces that the run and those that it was made from were shown, by source."""
    faces = Counter(run.faces)
    for one in run.made_from:
        faces |= Counter(one["faces"])
    return _listed(faces)


def _calibration_set(pool: Pool, groups: Groups, limit: int | None) -> str:
    sources, parts = _listed(Counter(record.source for record in pool.records)), []
    if REAL_STILL in groups:
        parts.append(f"{len(groups[REAL_STILL].face):,} real faces, as they are and with one made forgery each")
    if REAL_VIDEO in groups:
        parts.append(f"{len(groups[REAL_VIDEO].face):,} real faces of videos")
    if FORGED_VIDEO in groups:
        parts.append(f"{len(groups[FORGED_VIDEO].face):,} really forged ones")
    scope = "" if limit is None else f" At most {limit} faces a group."
    return (
        f"Validation people only ({sources}): {'; '.join(parts)}. Both classes are weighted alike. A mean over frames "
        f"is read like a single frame, which errs on the cautious side.{scope}"
    )


def _listed(faces: Mapping[str, int]) -> str:
    return ", ".join(f"{source} {count:,}" for source, count in sorted(faces.items())) or "not recorded"


def torch_scorer(
    model: JointEmbedding, preprocess: Preprocess, device: str = "auto"
) -> Callable[[NDArray[np.uint8]], NDArray[np.float64]]:
    """Node probabilities of ``(B, S, S, 3) uint8`` crops by a copy of ``model`` in float32 on ``device``."""
    place = chosen_device(device)
    model = copy.deepcopy(model).to(place)

    @torch.no_grad()
    def score(crops: NDArray[np.uint8]) -> NDArray[np.float64]:
        seen = [model(torch.from_numpy(prepare(view, preprocess)).to(place)) for view in views(crops, preprocess)]
        raw = torch.stack(seen).mean(dim=0)
        return np.asarray(model.probabilities(raw).double().cpu().numpy())

    return score


def torch_places(places: Places, preprocess: Preprocess) -> Callable[[ImageU8], NDArray[np.float64]]:
    """Where a crop ``(S, S, 3) uint8`` was altered, ``(g, g)`` in [0, 1], as a bundle of this run would tell."""
    return lambda crop: np.asarray(expit(odds_of_places(in_torch(places), crop, preprocess)), np.float64)


def _rounded(row: Row) -> dict[str, Any]:
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(row).items()}
