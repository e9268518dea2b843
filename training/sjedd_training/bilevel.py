"""Weights of the level losses by bi-level optimisation [SJEDD eq. 7].

Outer problem: the primary loss on another minibatch, after one virtual step of the model, shall fall by a change of the
weights. Inner problem: the weighted sum of the losses. The derivative through the virtual step is a second one; a
finite difference of the losses along the outer gradient stands in for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from sjedd_training.objective import Batch, Objective
from sjedd_training.weighting import Groups

RADIUS = 0.01
"""Length of the step of the finite difference."""
PRIMARY = torch.tensor([1.0, 0.0, 0.0])


class Problem(Protocol):
    """What is needed of an `Objective`."""

    @property
    def model(self) -> nn.Module:
        """Whose parameters and buffers are moved and put back."""

    def backward(self, batch: Any, weights: Tensor, *, exact: bool = False) -> Tensor:
        """See `Objective.backward`."""

    def losses(self, batch: Any) -> Tensor:
        """See `Objective.losses`."""


def weight_gradient(problem: Problem, groups: Groups, batch: Any, other: Any, weights: Tensor) -> Tensor:
    """Derivative of the primary loss on ``other``, after a virtual step on ``batch``, by the level weights.

    With ``theta' = theta - lr (grad L(theta) + wd theta)``, ``v = grad l_1(theta')`` and ``eps = RADIUS / |v|`` it is
    ``-lr (l(theta + eps v) - l(theta - eps v)) / (2 eps)``, ``l`` being the three losses on ``batch``. Everything is
    computed in float32: a step of length 0.01 is lost in the rounding of bfloat16.

    Args:
        problem: Losses and their gradients.
        groups: Parameter groups with ``params``, ``lr`` and ``weight_decay``.
        batch: The minibatch of the step.
        other: Another training minibatch.
        weights: ``(3,)`` level weights.

    Returns:
        ``(3,)`` derivative. Parameters and buffers are, bit for bit, as before; there are no gradients left.
    """
    saved = {name: value.clone() for name, value in problem.model.state_dict().items()}
    try:
        problem.backward(batch, weights, exact=True)
        _virtual_step(groups)
        problem.backward(other, PRIMARY.to(weights), exact=True)
        moved = [p for group in groups for p in group["params"] if p.grad is not None]
        outer = [p.grad.clone() for p in moved]
        problem.model.zero_grad(set_to_none=True)
        length = float(torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(v) for v in outer])))
        if length == 0.0:
            return torch.zeros_like(weights)
        epsilon, ends = RADIUS / length, []
        for sign in (1.0, -1.0):
            problem.model.load_state_dict(saved)
            _shift(moved, outer, sign * epsilon)
            with torch.random.fork_rng():  # the same blocks are left out at both ends
                ends.append(problem.losses(batch))
        return -float(groups[0]["lr"]) * (ends[0] - ends[1]) / (2.0 * epsilon)
    finally:
        problem.model.load_state_dict(saved)
        problem.model.zero_grad(set_to_none=True)


@torch.no_grad()
def _virtual_step(groups: Groups) -> None:
    for group in groups:
        for p in group["params"]:
            if p.grad is not None:
                p.sub_(group["lr"] * (p.grad + group["weight_decay"] * p))


@torch.no_grad()
def _shift(parameters: Sequence[Tensor], direction: Sequence[Tensor], by: float) -> None:
    for p, v in zip(parameters, direction, strict=True):
        p.add_(v, alpha=by)


class BilevelWeights:
    """Level weights that Adam moves along `weight_gradient` before every step of the model.

    Args:
        values: The weights to start from.
        rate: Learning rate of Adam.
    """

    other_batch = True

    def __init__(self, values: Sequence[float], rate: float) -> None:
        self.values = torch.tensor(values)
        self._adam = torch.optim.Adam([self.values], lr=rate)

    def before_step(self, objective: Objective, groups: Groups, batch: Batch, other: Batch | None) -> None:
        """Move the weights."""
        if other is None:
            raise ValueError("bi-level weights need another minibatch")
        self.values.grad = weight_gradient(objective, groups, batch, other, self.values)
        self._adam.step()

    def after_step(self, losses: Tensor) -> None:
        """Nothing."""

    def state_dict(self) -> dict[str, Any]:
        """See `LevelWeights`."""
        return {"values": self.values, "adam": self._adam.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """See `LevelWeights`."""
        self.values.copy_(state["values"])
        self._adam.load_state_dict(state["adam"])
