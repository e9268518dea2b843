"""Losses on node probabilities with unobserved labels left out.

Fidelity loss: [FRank] Tsai et al., SIGIR 2007, as used by [SJEDD]; ``1 - sqrt(p q) - sqrt((1 - p)(1 - q))`` in [0, 1].
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor

from sjedd_video.hierarchy import UNOBSERVED

EPS = 1e-8
LossName = Literal["fidelity", "bce"]


def fidelity(p: Tensor, q: Tensor) -> Tensor:
    """Elementwise fidelity loss of probabilities ``p`` against targets ``q``, both in [0, 1]."""
    return 1.0 - torch.sqrt(p * q + EPS) - torch.sqrt((1.0 - p) * (1.0 - q) + EPS)


def binary_cross_entropy(p: Tensor, q: Tensor) -> Tensor:
    """Elementwise cross-entropy of probabilities, in nats; the ablation of [SJEDD]."""
    p = p.clamp(1e-6, 1.0 - 1e-6)
    return -(q * p.log() + (1.0 - q) * (1.0 - p).log())


LOSSES: dict[LossName, Callable[[Tensor, Tensor], Tensor]] = {"fidelity": fidelity, "bce": binary_cross_entropy}


def level_losses(p: Tensor, labels: Tensor, levels: Tensor, loss: LossName = "fidelity") -> Tensor:
    """Mean loss of each level over its observed labels [SJEDD section III].

    Args:
        p: ``(B, n)`` node probabilities.
        labels: ``(B, n)`` 1, 0 or ``UNOBSERVED``.
        levels: ``(n,)`` level of each node, 1 to 3.
        loss: Name of the elementwise loss.

    Returns:
        ``(3,)`` losses of the primary, global and local level; 0 where nothing of a level was observed.
    """
    observed = labels != UNOBSERVED
    # An unobserved label gets a constant target and a zero weight, so no gradient can come from it.
    elementwise = LOSSES[loss](p, torch.where(observed, labels, 0).to(p.dtype)) * observed
    totals = [
        elementwise[:, levels == level].sum() / observed[:, levels == level].sum().clamp(min=1) for level in (1, 2, 3)
    ]
    return torch.stack(totals)
