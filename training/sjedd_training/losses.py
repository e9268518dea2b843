"""Losses on node probabilities with unobserved labels left out.

Fidelity loss: [FRank] Tsai et al., SIGIR 2007, as used by [SJEDD]; ``1 - sqrt(p q) - sqrt((1 - p)(1 - q))`` in [0, 1].
Cross-entropy and the negative log joint over legal states [HEX] are its ablations. Probabilities come as log-odds: what
a model is wrongly sure of has a gradient, too, where ``p`` or ``1 - p`` rounds to 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch
from torch import Tensor, nn

from sjedd_video.hierarchy import UNOBSERVED

EPS = 1e-8
Elementwise = Literal["fidelity", "bce"]
LossName = Literal["fidelity", "bce", "hierarchical"]


def fidelity(odds: Tensor, q: Tensor) -> Tensor:
    """Elementwise fidelity loss of probabilities with log-odds ``odds`` against targets ``q`` in [0, 1]."""
    p, not_p = torch.sigmoid(odds), torch.sigmoid(-odds)
    return 1.0 - torch.sqrt(p * q + EPS) - torch.sqrt(not_p * (1.0 - q) + EPS)


def binary_cross_entropy(odds: Tensor, q: Tensor) -> Tensor:
    """Elementwise cross-entropy in nats of the same; the ablation of [SJEDD]."""
    return nn.functional.binary_cross_entropy_with_logits(odds, q, reduction="none")


LOSSES: dict[Elementwise, Callable[[Tensor, Tensor], Tensor]] = {"fidelity": fidelity, "bce": binary_cross_entropy}


def observed_counts(labels: Tensor, levels: Tensor) -> Tensor:
    """``(3,)`` number of observed labels of each level in ``labels`` ``(B, n)``."""
    observed = labels != UNOBSERVED
    return torch.stack([observed[:, levels == level].sum() for level in (1, 2, 3)])


def level_losses(
    odds: Tensor, labels: Tensor, levels: Tensor, loss: Elementwise = "fidelity", counts: Tensor | None = None
) -> Tensor:
    """Mean loss of each level over its observed labels [SJEDD section III].

    Args:
        odds: ``(B, n)`` log-odds of node probabilities.
        labels: ``(B, n)`` 1, 0 or ``UNOBSERVED``.
        levels: ``(n,)`` level of each node, 1 to 3.
        loss: Name of the elementwise loss.
        counts: ``(3,)`` observed labels of the whole batch, where ``odds`` is only a part of it: the losses of the
            parts then add up to that of the batch.

    Returns:
        ``(3,)`` losses of the primary, global and local level; 0 where nothing of a level was observed.
    """
    observed = labels != UNOBSERVED
    # An unobserved label gets a constant target and a zero weight, so no gradient can come from it.
    elementwise = LOSSES[loss](odds, torch.where(observed, labels, 0).to(odds.dtype)) * observed
    sums = torch.stack([elementwise[:, levels == level].sum() for level in (1, 2, 3)])
    return sums / (observed_counts(labels, levels) if counts is None else counts).clamp(min=1)


def hierarchical(raw: Tensor, labels: Tensor, states: Tensor) -> Tensor:
    """Negative log-probability of the observed labels, in nats, unobserved ones summed out [HEX].

    Args:
        raw: ``(B, n)`` raw scores.
        labels: ``(B, n)`` 1, 0 or ``UNOBSERVED``; at least one legal state must agree with each row.
        states: ``(S, n)`` legal states in the dtype of ``raw``.

    Returns:
        ``(B,)`` losses; exactly 0, without gradient, for a row of which nothing was observed.
    """
    energy = raw @ states.T
    agrees = ((labels[:, None] == UNOBSERVED) | (labels[:, None] == states)).all(dim=-1)
    return torch.logsumexp(energy, dim=-1) - torch.logsumexp(energy.masked_fill(~agrees, -torch.inf), dim=-1)
