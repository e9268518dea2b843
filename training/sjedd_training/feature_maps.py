"""The maps of features inside an image tower, for Grad-CAM and for learning places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self

import torch
from torch import Tensor, nn

from sjedd_video.model.twin import Twin


def trunks(tower: nn.Module) -> list[tuple[nn.Module, bool]]:
    """The parts of a tower that each have maps of their own, and whether they see the mirror image."""
    trunk = getattr(tower, "trunk", None)
    return [(trunk.first, False), (trunk.second, True)] if isinstance(trunk, Twin) else [(tower, False)]


class FeatureMaps:
    """Keeps, while entered, the last map of every resolution that a tower computes; of a transformer, its tokens.

    Args:
        tower: The image tower; of an open_clip transformer the tokens before the last attention are kept.
        active: False keeps nothing.
    """

    def __init__(self, tower: nn.Module, *, active: bool = True) -> None:
        self._trunks = trunks(tower) if active else []
        self._found: list[dict[int, Tensor]] = [{} for _ in self._trunks]
        self._hooks: list[Any] = []

    def __enter__(self) -> Self:
        self._hooks = [
            module.register_forward_hook(_keeper(found))
            for (trunk, _), found in zip(self._trunks, self._found, strict=True)
            for module in _watched(trunk)
        ]
        return self

    def __exit__(self, *_: object) -> None:
        for hook in self._hooks:
            hook.remove()

    def coarsest(self, count: int) -> list[Tensor]:
        """At most so many maps ``(B, C, h, w)``, the coarsest first, or one row of tokens ``(B, 1 + h w, C)``.

        The channels of two trunks follow each other, those of the mirror image turned back.
        """
        kept = [
            [found[places].flip(-1) if mirrored else found[places] for places in sorted(found)[:count]]
            for (_, mirrored), found in zip(self._trunks, self._found, strict=True)
        ]
        return [torch.cat(same, dim=1) if len(same) > 1 else same[0] for same in zip(*kept, strict=True)]


def _watched(trunk: nn.Module) -> list[nn.Module]:
    blocks: Any = getattr(getattr(trunk, "transformer", None), "resblocks", None)
    leaves = [module for module in trunk.modules() if not list(module.children())]
    return [blocks[-1].ln_1] if blocks is not None else leaves


def _keeper(found: dict[int, Tensor]) -> Callable[[nn.Module, Any, Any], None]:
    def keep(module: nn.Module, inputs: Any, output: Any) -> None:
        if not isinstance(output, Tensor):
            return
        if output.ndim == 4 and min(output.shape[2:]) > 1:
            found[output.shape[2] * output.shape[3]] = output
        elif output.ndim == 3:
            found[output.shape[1]] = output

    return keep
