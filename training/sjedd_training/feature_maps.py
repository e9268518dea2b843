"""The maps of features inside an image tower, for Grad-CAM and for learning places."""

from __future__ import annotations

from typing import Any, Self

from torch import Tensor, nn


class FeatureMaps:
    """Keeps, while entered, the last map of every resolution that a tower computes; of a transformer, its tokens.

    Args:
        tower: The image tower; of an open_clip transformer the tokens before the last attention are kept.
        active: False keeps nothing.
    """

    def __init__(self, tower: nn.Module, *, active: bool = True) -> None:
        blocks: Any = getattr(getattr(tower, "transformer", None), "resblocks", None)
        leaves = [module for module in tower.modules() if not list(module.children())]
        self._watched = ([blocks[-1].ln_1] if blocks is not None else leaves) if active else []
        self._found: dict[int, Tensor] = {}
        self._hooks: list[Any] = []

    def __enter__(self) -> Self:
        self._hooks = [module.register_forward_hook(self._keep) for module in self._watched]
        return self

    def __exit__(self, *_: object) -> None:
        for hook in self._hooks:
            hook.remove()

    def coarsest(self, count: int) -> list[Tensor]:
        """At most so many maps ``(B, C, h, w)``, the coarsest first, or one row of tokens ``(B, 1 + h w, C)``."""
        return [self._found[places] for places in sorted(self._found)[:count]]

    def _keep(self, module: nn.Module, inputs: Any, output: Any) -> None:
        if not isinstance(output, Tensor):
            return
        if output.ndim == 4 and min(output.shape[2:]) > 1:
            self._found[output.shape[2] * output.shape[3]] = output
        elif output.ndim == 3:
            self._found[output.shape[1]] = output
