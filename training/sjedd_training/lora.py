"""Low-rank adapters by ``peft``: Hu et al., "LoRA: Low-rank adaptation of large language models", 2021."""

from __future__ import annotations

import copy
from typing import Any

from torch import nn

from sjedd_video.model.joint_embedding import JointEmbedding


def add_lora(model: JointEmbedding, rank: int, *, image_only: bool = False) -> None:
    """Give every dense layer an adapter of ``rank``; these, and a head without text, are all that is trained.

    The adapters start at zero, so the model computes what it did before.

    Args:
        model: Changed in place.
        rank: Rank of the adapters; they are scaled by 2, as is usual.
        image_only: Leave the text tower alone.
    """
    from peft import LoraConfig, inject_adapter_in_model

    names = [
        name
        for name, module in model.clip.named_modules()
        if _is_dense(module) and (name.startswith("visual.") or not image_only)
    ]
    inject_adapter_in_model(LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=names), model.clip)
    if model.scoring == "direct":
        model.head.requires_grad_(True)


def _is_dense(module: nn.Module) -> bool:
    # The output projection of an attention is adapted with it; depthwise convolutions are small already.
    if isinstance(module, nn.Conv2d):
        return module.groups == 1
    return type(module) is nn.Linear or isinstance(module, nn.MultiheadAttention)


def merged(model: JointEmbedding) -> JointEmbedding:
    """A copy whose adapters, if it has any, are added into the weights they adapt."""
    plain = copy.deepcopy(model)
    if not any("lora_" in name for name, _ in plain.named_parameters()):
        return plain
    from peft.tuners.tuners_utils import BaseTunerLayer

    done: list[str] = []
    for name, module in list(plain.named_modules()):
        inside = any(name.startswith(f"{outer}.") for outer in done)
        if isinstance(module, BaseTunerLayer) and not inside:
            plain.set_submodule(name, _without_adapter(module))
            done.append(name)
    return plain


def _without_adapter(layer: Any) -> nn.Module:
    if hasattr(layer, "unload_and_optionally_merge_module"):  # attention, whose own projection is adapted too
        base: nn.Module = layer.unload_and_optionally_merge_module(merge=True, safe_merge=False, adapter_names=None)
    else:
        layer.merge()
        base = layer.get_base_layer()
    return base
