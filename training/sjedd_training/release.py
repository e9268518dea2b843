"""From a finished run to a bundle that may judge: measure, calibrate, write the card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import expit

from sjedd_training.calibrate import calibrate
from sjedd_training.data.pool import Pool
from sjedd_training.export import export_bundle
from sjedd_training.recipe import Recipe
from sjedd_training.run import Run, load_finished, load_run
from sjedd_training.validate import Row, measure, table
from sjedd_training.where import Places
from sjedd_video.model.bundle import Bundle
from sjedd_video.model.card import Preprocess
from sjedd_video.model.convert import in_torch, round_to_half
from sjedd_video.model.joint_embedding import JointEmbedding
from sjedd_video.model.scorer import odds_of_places, prepare, views
from sjedd_video.types import ImageU8

LICENCE = "As the data and the weights that it was trained from allow."


class Texts(NamedTuple):
    """What a card says in words; empty texts are replaced by what the run itself knows.

    Attributes:
        data: What the weights were trained on.
        licence: What their use is bound to.
    """

    data: str = ""
    licence: str = ""


NO_TEXTS = Texts()


def release(
    run_folder: Path,
    pool: Pool,
    target: Path,
    *,
    name: str,
    texts: Texts = NO_TEXTS,
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
        texts: What the card says of data and licence.
        limit: Faces per group, for a quick look; the card says so.
        half: Round large weights to half precision first: half the size, and other last digits.
        overwrite: Replace what is at ``target``.
        tell: Called after each scored face.

    Raises:
        ModelError: The run has no checkpoint or is not finished, or a runtime does not reproduce the model.
        OptionsError: The pool has no altered faces to measure on.
    """
    recipe, run = load_finished(run_folder)
    if half:
        round_to_half(run.average)
    score = torch_scorer(run.result(), recipe.preprocess)
    groups = measure(pool, score, recipe.preprocess.crop, limit=limit, tell=tell)
    rows = table(groups)
    bundle = export_bundle(
        run.result(),
        target,
        name=name,
        **_contents(recipe, run, texts),
        calibration=calibrate(groups, _calibration_set(pool, limit)),
        metrics={"validation": [_rounded(row) for row in rows]},
        overwrite=overwrite,
    )
    return bundle, rows


def export_run(
    run_folder: Path,
    target: Path,
    *,
    name: str,
    texts: Texts = NO_TEXTS,
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
    return export_bundle(run.result(), target, name=name, **_contents(recipe, run, texts), overwrite=overwrite)


def _contents(recipe: Recipe, run: Run, texts: Texts) -> dict[str, Any]:
    """What a bundle says of its run, calibrated or not."""
    made = {"recipe": recipe.model_dump(mode="json"), "steps_done": run.step, "made_from": run.made_from}
    return {
        "preprocess": recipe.preprocess,
        "places": run.places(),
        "training_data": texts.data or f"Recipe {recipe.name}; faces by source: {_listed(run.faces)}.",
        "licence": texts.licence or LICENCE,
        "training": made,
    }


def _calibration_set(pool: Pool, limit: int | None) -> str:
    counts = _listed(Counter(record.source for record in pool.records))
    scope = "" if limit is None else f" At most {limit} faces a group."
    return (
        f"Validation people only ({counts}): still faces, real and with one made forgery each, and faces of videos, "
        "real and forged, one frame each; both classes weighted alike. A mean over frames is read like a single frame, "
        f"which errs on the cautious side.{scope}"
    )


def _listed(faces: Mapping[str, int]) -> str:
    return ", ".join(f"{source} {count:,}" for source, count in sorted(faces.items())) or "not recorded"


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
