"""Let a run that learned from forged videos alone say nothing about stills, of which it has seen none.

Such a run reacts to stills all the same, and where its scores are added to another run's (`join`) that is noise in the
verdict on them. Only its last projection is changed, by ridge regression in closed form, without labels: scores of
video faces stay what they were, those of stills, untouched or forged, lose their variance.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from sjedd_training.checkpoint import CHECKPOINT
from sjedd_training.data.expansion import KINDS, Kind
from sjedd_training.data.pool import Pool
from sjedd_training.pool_scores import aligned, drawn, in_batches
from sjedd_training.run import Run, ancestors, load_finished
from sjedd_video.errors import OptionsError
from sjedd_video.model.card import Preprocess
from sjedd_video.model.joint_embedding import UNIT_LENGTH, JointEmbedding
from sjedd_video.model.scorer import prepare
from sjedd_video.report.files import made_folder

Array = NDArray[np.float64]
Faces = list[tuple[NDArray[np.int64], Kind | None]]


def settle_run(
    folder: Path,
    pool: Pool,
    out: Path,
    *,
    weight: float,
    ridge: float,
    limit: int,
    tell: Callable[[], None] = lambda: None,
) -> tuple[float, float]:
    """Write a run to ``out`` that scores the video faces of ``pool`` as before, and all of its stills alike.

    Args:
        folder: A finished run.
        pool: Faces of the training people.
        out: Folder of the new run.
        weight: How much the variance on stills counts beside the change on video faces.
        ridge: How much the change of the projection itself counts, see `settled`.
        limit: Stills, and video faces of each class, that are looked at; each still is also forged in every kind.
        tell: Called after each face.

    Returns:
        Deviation of the first node's raw score on stills before and after.

    Raises:
        OptionsError: The run has no linear projection of features or compares directions, the pool lacks stills
            with landmarks or faces of videos, or ``out`` is a run already.
        ModelError: The run has no checkpoint, or it is damaged or not finished.
    """
    if (out / CHECKPOINT).exists():
        raise OptionsError(f"{out} is a run already.", "Choose another --out.")
    recipe, run = load_finished(folder)
    _check(folder, run.average)
    stills, videos = _faces(pool, limit)
    model = run.average.eval()
    still, video = (_features(model, pool, faces, recipe.preprocess, tell) for faces in (stills, videos))
    text = model.text_matrix().detach().double().numpy()
    projection = model.clip.visual.head.proj
    before = text @ projection.weight.detach().double().numpy()
    after, moved = settled(before, video, still, weight, ridge)
    _write(run, np.linalg.pinv(text) @ after, np.linalg.pinv(text) @ moved)
    run.made_from = ancestors([folder])
    about = f"{folder.name} with a projection that does not react to stills."
    run.save(made_folder(out) / CHECKPOINT, recipe.model_copy(update={"name": out.name, "about": about}))
    return float((still @ before[0]).std()), float((still @ after[0]).std())


def faces_to_see(pool: Pool, limit: int) -> int:
    """How often `settle_run` calls ``tell``."""
    return sum(len(places) for faces in _faces(pool, limit) for places, _ in faces)


def settled(weights: Array, kept: Array, quiet: Array, weight: float, ridge: float) -> tuple[Array, Array]:
    """The projection nearest to ``weights`` in what it says of ``kept`` that says little of ``quiet``.

    It minimises ``var(K w - K w0) + weight var(Q w) + r |w - w0|^2``; the deviation and the mean on ``kept`` are then
    brought back to what they were.

    Args:
        weights: ``(n, f)`` map from features to raw scores.
        kept: ``(N, f)`` features of faces whose scores are to stay.
        quiet: ``(M, f)`` features of faces whose scores are to be alike.
        weight: Factor of the second term.
        ridge: r in parts of the mean variance of a feature of ``kept``; above 0, to hold directions that no face uses.

    Returns:
        ``(n, f)`` weights, and ``(n,)`` what is to be added to the scores.
    """
    stay, still = np.cov(kept.T, bias=True), np.cov(quiet.T, bias=True)
    stay = stay + ridge * np.trace(stay) / len(stay) * np.eye(len(stay))
    found = np.linalg.solve(stay + weight * still, stay @ weights.T).T
    spread = (kept @ weights.T).std(axis=0) / np.maximum((kept @ found.T).std(axis=0), 1e-12)
    found = found * spread[:, None]
    return found, (weights - found) @ kept.mean(axis=0)


def _check(folder: Path, model: JointEmbedding) -> None:
    projection = getattr(getattr(model.clip.visual, "head", None), "proj", None)
    if not isinstance(projection, nn.Linear) or projection.bias is None:
        message = f"{folder}: {model.architecture} has no linear projection behind its trunk."
        raise OptionsError(message, "Settle a run of sjedd-lite2.")
    if model.scoring in UNIT_LENGTH:
        message = f"{folder} compares directions ({model.scoring}); its scores are not linear in the features."
        raise OptionsError(message, "Settle a run whose model.scoring is inner or direct.")


def _faces(pool: Pool, limit: int) -> tuple[Faces, Faces]:
    """Stills, as they are and each forged in every kind, and video faces, real and forged; always the same ones."""
    groups = (pool.with_landmarks(pool.still), pool.video_real, pool.forged)
    stills, real, forged = (drawn(places, limit) for places in groups)
    if not (len(stills) and len(real) and len(forged)):
        advice = "Name a folder with stills that have landmarks and with real and forged faces of videos."
        raise OptionsError("There are no stills to settle on, or no video faces whose scores are to stay.", advice)
    made: Faces = [(stills, kind) for kind in KINDS]
    return [(stills, None), *made], [(real, None), (forged, None)]


@torch.no_grad()
def _features(model: JointEmbedding, pool: Pool, faces: Faces, how: Preprocess, tell: Callable[[], None]) -> Array:
    """``(N, f)`` what the projection is given for the mirror images of the faces, which a second trunk sees."""
    found: list[Array] = []
    for places, kind in faces:
        for batch in in_batches(aligned(pool, places, how.crop, kind)):
            pictures = torch.from_numpy(prepare(np.stack([crop for _, crop in batch]), how))
            found.append(model.clip.visual.trunk(pictures.flip(-1)).double().numpy())
            for _ in batch:
                tell()
    return np.concatenate(found)


@torch.no_grad()
def _write(run: Run, weight: Array, moved: Array) -> None:
    """Give both states of the run the projection, whose bias moves by ``moved``."""
    bias = run.average.clip.visual.head.proj.bias + torch.from_numpy(moved).float()
    for model in {id(one): one for one in (run.model, run.average)}.values():
        model.clip.visual.head.proj.weight.copy_(torch.from_numpy(weight))
        model.clip.visual.head.proj.bias.copy_(bias)
