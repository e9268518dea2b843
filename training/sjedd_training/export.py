"""Write a trained model as a bundle and prove that both runtimes reproduce it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import nn

from sjedd_video.model.bundle import Bundle, write_bundle
from sjedd_video.model.card import Card, Preprocess
from sjedd_video.model.convert import bundle_parts, card_fields
from sjedd_video.model.factory import open_scorer
from sjedd_video.model.joint_embedding import JointEmbedding


def export_bundle(
    model: JointEmbedding,
    target: Path,
    *,
    name: str,
    preprocess: Preprocess,
    places: nn.Module | None = None,
    training_data: str,
    licence: str,
    calibration: Mapping[str, Any] | None = None,
    metrics: Mapping[str, Any] | None = None,
    training: Mapping[str, Any] | None = None,
    trained: bool = True,
    with_text_tower: bool = False,
    overwrite: bool = False,
) -> Bundle:
    """Write ``model`` and its card to ``target``, then check the golden vectors on ONNX Runtime and torch.

    Args:
        model: The model to ship, e.g. the weight-averaged one; it is not changed.
        target: A path ending in ``.sjedd`` for a single file, any other for a folder.
        name: Short name: lower-case letters, digits, ``.``, ``_``, ``-``.
        preprocess: How crops become its input.
        places: The image tower and what tells altered places from its maps, see ``bundle_parts``.
        training_data: What it was trained on, in words.
        licence: Licence of the weights.
        calibration: The card's calibration section; without one the bundle can be scored but not judge.
        metrics: Measured quality, plain JSON values.
        training: Recipe, seed, steps and the like, plain JSON values.
        trained: False only for weights that cannot tell altered faces.
        with_text_tower: Also store the text tower, to train further from the bundle.
        overwrite: Replace what is at ``target``.

    Raises:
        ModelError: A field of the card is not valid, or a runtime does not reproduce the model.
        OutputError: ``target`` exists or cannot be written.
    """
    card = Card.build(
        {
            "name": name,
            "preprocess": preprocess.model_dump(),
            "trained": trained,
            "training_data": training_data,
            "licence": licence,
            "calibration": calibration,
            "metrics": dict(metrics or {}),
            "training": dict(training or {}),
            **card_fields(model),
        }
    )
    parts = bundle_parts(model, preprocess, places=places, with_text_tower=with_text_tower)
    bundle = write_bundle(card, parts, target, overwrite=overwrite)
    for backend in ("onnx", "torch"):
        open_scorer(bundle, backend=backend, device="cpu")
    return bundle
