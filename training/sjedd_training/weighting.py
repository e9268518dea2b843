"""Weights of the level losses: fixed, or by their rates of descent. The bi-level ones are in `bilevel`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

from sjedd_training.objective import Batch, Objective

Groups = Sequence[dict[str, Any]]
"""Parameter groups of an optimiser, with ``params``, ``lr`` and ``weight_decay``."""


class LevelWeights(Protocol):
    """The three weights of a run and how they change; part of its checkpoint.

    Attributes:
        values: ``(3,) float32`` weights of the primary, global and local loss, on the CPU.
        other_batch: Whether `before_step` needs a second minibatch.
    """

    values: Tensor
    other_batch: bool

    def before_step(self, objective: Objective, groups: Groups, batch: Batch, other: Batch | None) -> None:
        """Called with what the step is about to use."""

    def after_step(self, losses: Tensor) -> None:
        """Called with the ``(3,)`` losses of the step."""

    def state_dict(self) -> dict[str, Any]:
        """Everything that `load_state_dict` needs to go on."""

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a saved state."""


class FixedWeights:
    """Weights that stay as they are."""

    other_batch = False

    def __init__(self, values: Sequence[float]) -> None:
        self.values = torch.tensor(values)

    def before_step(self, objective: Objective, groups: Groups, batch: Batch, other: Batch | None) -> None:
        """Nothing."""

    def after_step(self, losses: Tensor) -> None:
        """Nothing."""

    def state_dict(self) -> dict[str, Any]:
        """See `LevelWeights`."""
        return {"values": self.values}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """See `LevelWeights`."""
        self.values = state["values"]


class DynamicAverage:
    """Dynamic weight average [JE eq. 7]: the slower a loss falls, the more it weighs.

    ``lambda_k = K exp(w_k / T) / sum_i exp(w_i / T)`` with ``w_k = L_k(t - 1) / L_k(t - 2)``; the losses are means over
    periods of steps, and the weights stay as they began until two periods are over. Source: Liu et al., "End-to-end
    multi-task learning with attention", CVPR 2019, with T = 2 as there.

    Args:
        values: The weights of the first two periods.
        period: Steps in a period.
    """

    other_batch = False
    temperature = 2.0

    def __init__(self, values: Sequence[float], period: int) -> None:
        self.values, self.period = torch.tensor(values), period
        self._sum, self._count = torch.zeros(3, dtype=torch.float64), 0
        self._last: Tensor | None = None

    def before_step(self, objective: Objective, groups: Groups, batch: Batch, other: Batch | None) -> None:
        """Nothing."""

    def after_step(self, losses: Tensor) -> None:
        """Collect the losses; at the end of a period, choose new weights."""
        self._sum += losses.detach().double().cpu()
        self._count += 1
        if self._count < self.period:
            return
        mean = self._sum / self._count
        if self._last is not None:
            # A level of which nothing was observed has no loss; it counts as one that stays as it is.
            descent = torch.where(self._last > 0, mean / self._last.clamp(min=1e-12), 1.0)
            self.values = (3.0 * torch.softmax(descent / self.temperature, dim=0)).float()
        self._last, self._sum, self._count = mean, torch.zeros(3, dtype=torch.float64), 0

    def state_dict(self) -> dict[str, Any]:
        """See `LevelWeights`."""
        return {"values": self.values, "sum": self._sum.clone(), "count": self._count, "last": self._last}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """See `LevelWeights`."""
        self.values, self._sum, self._count, self._last = (state[key] for key in ("values", "sum", "count", "last"))
