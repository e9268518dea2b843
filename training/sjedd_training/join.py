"""Two finished runs as one model with two trunks, whose raw scores are the sum of theirs.

Scores of models that did not begin alike have a mean which judges unseen people better than each of them (their weights
have none, see `average`). The sum of raw scores multiplies the odds that the models give to every legal state. Both
trunks feed one projection: the second model's map from features to raw scores is written in terms of the first one's
text embeddings, which is exact, because there are more dimensions than nodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from sjedd_training.checkpoint import CHECKPOINT
from sjedd_training.recipe import Recipe
from sjedd_training.run import Run, ancestors, load_finished
from sjedd_training.where import NAME
from sjedd_video.errors import OptionsError
from sjedd_video.model.joint_embedding import UNIT_LENGTH, JointEmbedding, register_architectures
from sjedd_video.report.files import made_folder

SUFFIX = "-twin"
"""An architecture with this behind its name has two of its trunks."""


def join_runs(first: Path, second: Path, out: Path, shares: Sequence[float] = (1.0, 1.0)) -> None:
    """Write a run to ``out`` that exports both models as one; the second looks at the mirror image.

    Hierarchy, text tower and head of places are those of the first; a further run with ``model.freeze_towers`` lets the
    head see both trunks. Nodes that the second does not have are the first one's alone; a plain classifier thus only
    moves the face.

    Args:
        first: Folder of a finished run.
        second: Folder of another one of the same architecture; its hierarchy may differ.
        out: Folder of the new run.
        shares: Factors of the raw scores of the first and of the second.

    Raises:
        OptionsError: They cannot be joined, or ``out`` is a run already.
        ModelError: One has no checkpoint, or it is damaged or not finished.
    """
    if (out / CHECKPOINT).exists():
        raise OptionsError(f"{out} is a run already.", "Choose another --out.")
    (recipe, one), (other, two) = load_finished(first), load_finished(second)
    _check(first, recipe, second, other)
    if one.model.hierarchy.nodes[0] not in two.model.hierarchy.nodes:
        message = f"{second} does not score {one.model.hierarchy.nodes[0]!r}, the root of {first}."
        raise OptionsError(message, "Join runs whose hierarchies share their root.")
    joined = _recipe(recipe, out.name, f"Two trunks: {first.name} and {second.name}.")
    run = Run.fresh(joined, weights=False)
    run.model.load_state_dict(_state(one.average, two.average, shares))
    run.average.load_state_dict(run.model.state_dict())
    run.step, run.history, run.faces = one.step, one.history, one.faces
    run.made_from = ancestors([first, second])
    run.save(made_folder(out) / CHECKPOINT, joined)


def _check(first: Path, recipe: Recipe, second: Path, other: Recipe) -> None:
    for folder, found in ((first, recipe), (second, other)):
        if found.model.scoring in UNIT_LENGTH:
            message = f"{folder} compares directions ({found.model.scoring}); such scores have no sum."
            raise OptionsError(message, "Join runs whose model.scoring is inner or direct.")
        if found.model.lora:
            raise OptionsError(f"{folder} has low-rank adapters.", "Join runs that train every weight.")
    if recipe.model.architecture != other.model.architecture:
        raise OptionsError(f"{first} and {second} are of different architectures.", "Join two of the same.")
    if f"{recipe.model.architecture}{SUFFIX}" not in register_architectures():
        message = f"{first}: there is no architecture with two trunks of {recipe.model.architecture}."
        raise OptionsError(message, "Join runs of sjedd-lite2.")
    seen = [found.preprocess.model_copy(update={"mirror": False}) for found in (recipe, other)]
    if seen[0] != seen[1]:
        message = f"{first} and {second} look at different crops: {seen[0]} and {seen[1]}."
        raise OptionsError(message, "Join runs with the same crop, the same size at the end and the same colours.")


def _recipe(recipe: Recipe, name: str, about: str) -> Recipe:
    # Both trunks as one leave no block out: each run did so while it was fitted.
    changes = {"architecture": recipe.model.architecture + SUFFIX, "drop_path": 0.0}
    model = recipe.model.model_copy(update=changes)
    data = recipe.data.model_copy(update={"mirror": False})
    return recipe.model_copy(update={"name": name, "about": about, "model": model, "data": data})


def _state(one: JointEmbedding, two: JointEmbedding, shares: Sequence[float]) -> dict[str, Tensor]:
    """State dict of the joined model: the first one's, with both trunks and one projection."""
    mine = {key: value for key, value in one.state_dict().items() if not key.startswith("clip.visual.")}
    trunks = {
        f"clip.visual.trunk.{name}.{key}": value
        for name, model in (("first", one), ("second", two))
        for key, value in model.clip.visual.trunk.state_dict().items()
    }
    # The head of places of two trunks has room for the maps of the second, which it does not look at yet.
    mine |= {
        key: torch.cat([value, torch.zeros_like(value)], dim=1)
        for key, value in mine.items()
        if key.startswith(f"{NAME}.") and value.ndim == 4
    }
    weight, bias = _projection(one, two, shares)
    return {**mine, **trunks, "clip.visual.head.proj.weight": weight, "clip.visual.head.proj.bias": bias}


@torch.no_grad()
def _projection(one: JointEmbedding, two: JointEmbedding, shares: Sequence[float]) -> tuple[Tensor, Tensor]:
    """``(d, 2 f)`` and ``(d,)`` of the projection, from ``T P = s1 T1 P1 + s2 T2 P2`` over shared nodes."""
    text = one.text_matrix().double()
    theirs = two.text_matrix().double()
    projection = two.clip.visual.head.proj
    scores, offset = theirs @ projection.weight.double(), theirs @ projection.bias.double()
    names = two.hierarchy.nodes
    rows = torch.zeros(len(text), scores.shape[1], dtype=torch.float64)
    offsets = torch.zeros(len(text), dtype=torch.float64)
    for i, name in enumerate(one.hierarchy.nodes):
        if name in names:
            rows[i], offsets[i] = scores[names.index(name)], offset[names.index(name)]
    inverse = torch.linalg.pinv(text)
    first = one.clip.visual.head.proj
    weight = torch.cat([shares[0] * first.weight.double(), shares[1] * inverse @ rows], dim=1)
    bias = shares[0] * first.bias.double() + shares[1] * inverse @ offsets
    return weight.float(), bias.float()
