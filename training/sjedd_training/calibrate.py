"""Calibration: from the logit of p(face) to a probability whose error rates are known.

A two-parameter logistic (Platt, "Probabilistic outputs for support vector machines", 1999) is fitted with both
classes weighted alike, so the probability speaks of even prior odds on data like the calibration set.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sjedd_training.data.expansion import KINDS
from sjedd_training.metrics import error_rates
from sjedd_training.validate import FORGED_VIDEO, REAL_STILL, REAL_VIDEO, Measured
from sjedd_video.calibration import logit, sigmoid
from sjedd_video.errors import ModelError, OptionsError

Array = NDArray[np.float64]
THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
LEAST_RELATED = 2
"""People or originals of each class: one for the curve, one to judge by it."""


def fit_platt(x: Array, y: Array, rounds: int = 100) -> tuple[float, float]:
    """Slope and offset of ``sigmoid(a x + b)`` by Newton's method with class-balanced weights.

    The targets are Platt's, a little inside of 0 and 1, so that few or separable logits give no endless slope.

    Args:
        x: ``(N,)`` logits.
        y: ``(N,)`` 1 for altered, 0 for real; both occur.
    """
    altered, real = int((y == 1).sum()), int((y == 0).sum())
    weight = np.where(y == 1, 0.5 / altered, 0.5 / real)
    target = np.where(y == 1, (altered + 1) / (altered + 2), 1 / (real + 2))
    design = np.column_stack([x, np.ones_like(x)])
    theta = np.zeros(2)
    for _ in range(rounds):
        p = sigmoid(design @ theta)
        gradient = design.T @ (weight * (p - target))
        hessian = (design * (weight * p * (1 - p))[:, None]).T @ design + 1e-9 * np.eye(2)
        step = np.linalg.solve(hessian, gradient)
        theta -= step
        if np.abs(step).max() < 1e-9:
            break
    return float(theta[0]), float(theta[1])


def calibration_set(groups: dict[str, Measured]) -> tuple[Array, Array, NDArray[np.str_]]:
    """Logits, labels and persons: video faces real and forged, still faces real and forged in one random kind each."""
    parts = [(groups[n].face, 0, groups[n].person) for n in (REAL_STILL, REAL_VIDEO) if n in groups]
    if REAL_STILL in groups:
        kind = np.random.default_rng(11).integers(len(KINDS), size=len(groups[REAL_STILL].face))
        made = np.array([groups[KINDS[k]].face[i] for i, k in enumerate(kind)])
        parts.append((made, 1, groups[REAL_STILL].person))
    if FORGED_VIDEO in groups:
        parts.append((groups[FORGED_VIDEO].face, 1, groups[FORGED_VIDEO].person))
    x = logit(np.concatenate([face for face, _, _ in parts]))
    y = np.concatenate([np.full(len(face), label, np.float64) for face, label, _ in parts])
    return x, y, np.concatenate([person for _, _, person in parts])


def calibrate(groups: dict[str, Measured], data: str) -> dict[str, Any]:
    """The calibration section of a card from validation groups; for pictures and videos alike.

    Raises:
        OptionsError: As ``require_people``.
        ModelError: Altered faces do not score above real ones, so nothing can be calibrated.
    """
    section = platt_section(*calibration_set(groups), data)
    return {**section, "image_a": section["a"], "image_b": section["b"]}


def platt_section(x: Array, y: Array, related: NDArray[np.str_], data: str) -> dict[str, Any]:
    """The calibration section of a card from logits.

    The error rates are cross-fitted over two halves, so nothing is judged by a curve fitted on it.

    Args:
        x: ``(N,)`` logits.
        y: ``(N,)`` 1 for altered, 0 for real.
        related: ``(N,)`` who or what each is of; what is related stays in one half.
        data: The calibration set in words.

    Raises:
        OptionsError: As ``require_people``.
        ModelError: Altered ones do not score above real ones, so nothing can be calibrated.
    """
    require_people(y, related, "The calibration set")
    a, b = fit_platt(x, y)
    if not a > 0:
        raise ModelError("On the calibration set altered faces do not score above real ones.", "Train it further.")
    held_out, first = np.empty_like(x), _first_half(y, related)
    for half in (first, ~first):
        slope, offset = fit_platt(x[~half], y[~half])
        held_out[half] = sigmoid(slope * x[half] + offset)
    rates = [error_rates(held_out[y == 0], held_out[y == 1], t) for t in THRESHOLDS]
    return {
        "method": "platt",
        "feature": "mean_logit",
        "a": a,
        "b": b,
        "threshold": 0.5,
        "data": data,
        "n_real": int((y == 0).sum()),
        "n_fake": int((y == 1).sum()),
        "error_rates": [
            {"threshold": t, "fpr": round(fpr, 4), "fnr": round(fnr, 4)}
            for t, (fpr, fnr) in zip(THRESHOLDS, rates, strict=True)
        ],
    }


def require_people(y: Array, related: NDArray[np.str_], what: str) -> None:
    """Refuse what cannot be cross-fitted.

    Args:
        y: ``(N,)`` 1 for altered, 0 for real.
        related: ``(N,)`` who or what each is of.
        what: Name of the set.

    Raises:
        OptionsError: Real or altered ones are of fewer than two people or originals.
    """
    real, altered = (len(np.unique(related[y == label])) for label in (0, 1))
    if min(real, altered) < LEAST_RELATED:
        message = f"{what} has real ones of {real} and altered ones of {altered} different people or originals."
        advice = f"Add others: {LEAST_RELATED} of each are needed, half for the curve, half for its error rates."
        raise OptionsError(message, advice)


def _first_half(y: Array, related: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Half of the names at random, with about half of those that have altered ones and of those that have real ones."""
    names = np.random.default_rng(5).permutation(np.unique(related))
    real, altered = (np.isin(names, related[y == label]).astype(int) for label in (0, 1))
    # Real ones only, both, altered ones only: two neighbours with a class are in different halves.
    return np.isin(related, names[np.argsort(altered - real, kind="stable")][::2])
