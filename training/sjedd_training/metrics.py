"""Detection metrics with bootstrap intervals. Scores are high for altered; labels are 1 for altered, 0 for real."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def auc(real: Array, altered: Array) -> float:
    """Area under the ROC curve: the chance that an altered one scores above a real one, ties counted half."""
    scores = np.concatenate([real, altered])
    order = np.sort(scores)
    # Mean rank of ties: halfway between the first and the last place they hold.
    ranks = (np.searchsorted(order, scores, "left") + np.searchsorted(order, scores, "right") + 1) / 2.0
    u = ranks[len(real) :].sum() - len(altered) * (len(altered) + 1) / 2.0
    return float(u / (len(real) * len(altered)))


def error_rates(real: Array, altered: Array, threshold: float) -> tuple[float, float]:
    """False positive rate and false negative rate when ``score >= threshold`` is called altered."""
    return float((real >= threshold).mean()), float((altered < threshold).mean())


def interval(
    metric: Callable[[Array, Array], float], real: Array, altered: Array, *, rounds: int = 1000, seed: int = 0
) -> tuple[float, float]:
    """95 % bootstrap interval of ``metric(real, altered)``, resampling each class by itself."""
    rng = np.random.default_rng(seed)
    values = [metric(rng.choice(real, len(real)), rng.choice(altered, len(altered))) for _ in range(rounds)]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
