"""Detection metrics with bootstrap intervals. Scores are high for altered; labels are 1 for altered, 0 for real."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Names = NDArray[np.str_]
ROUNDS = 1000
"""Bootstrap resamples."""
BINS = 10
"""Bins of equal width of the calibration error."""
LOG_EPS = float(np.finfo(np.float64).eps)
"""Probabilities are kept this far from 0 and 1 before a logarithm is taken, as scikit-learn does."""


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


def auc_interval(
    real: Array, altered: Array, people: tuple[Names, Names], *, rounds: int = ROUNDS, seed: int = 0
) -> tuple[float, float]:
    """95 % bootstrap interval of the AUC over people.

    Faces of one person are judged alike, so an interval over faces would be too narrow. Whole persons are drawn with
    replacement, with all of their faces of both classes; a draw that misses a class is drawn again.

    Args:
        real: ``(R,)`` scores.
        altered: ``(A,)`` scores.
        people: Whose they are, ``(R,)`` and ``(A,)``.
        rounds: Resamples.
        seed: Seed of the draws.
    """
    names, person = np.unique(np.concatenate(people), return_inverse=True)
    sample = Sample.of(np.concatenate([real, altered]), np.repeat([0, 1], [len(real), len(altered)]))
    person, rng, values = person[sample.clusters], np.random.default_rng(seed), list[float]()
    while len(values) < rounds:
        weights = rng.multinomial(len(names), np.full(len(names), 1 / len(names)))[person].astype(np.float64)
        if weights[sample.labels == 0].any() and weights[sample.labels == 1].any():
            values.append(roc_auc(sample, weights))
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


@dataclass(frozen=True)
class Estimate:
    """A metric with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Sample:
    """Scores with labels, ordered once, so that a metric of any weights is quick.

    Attributes:
        scores: ``(N,)``, high for altered.
        labels: ``(N,)`` 1 for altered, 0 for real.
        clusters: ``(N,)`` number of the file that each score comes from; files, not scores, are resampled.
    """

    scores: Array
    labels: Array
    clusters: NDArray[np.int64]

    @classmethod
    def of(cls, scores: ArrayLike, labels: ArrayLike, clusters: Sequence[Any] | None = None) -> Sample:
        """Order by falling score; without ``clusters`` every score is a file of its own.

        Raises:
            ValueError: Lengths differ, a score is not finite, a label is not 0 or 1, or a file has two labels.
        """
        values, truth = np.asarray(scores, np.float64), np.asarray(labels, np.float64)
        names = np.arange(len(values)) if clusters is None else np.unique(np.asarray(clusters), return_inverse=True)[1]
        if not (values.shape == truth.shape == names.shape) or not np.isfinite(values).all():
            raise ValueError("scores, labels and clusters must be finite and of one length")
        if not np.isin(truth, (0, 1)).all() or len(np.unique(np.column_stack([names, truth]), axis=0)) != len(
            np.unique(names)
        ):
            raise ValueError("labels must be 0 or 1, one for each file")
        order = np.argsort(-values, kind="stable")
        return cls(values[order], truth[order], names[order])

    @property
    def one_class(self) -> bool:
        """Whether there are not both real and altered ones."""
        return len(np.unique(self.labels)) < 2

    @cached_property
    def ones(self) -> Array:
        """``(N,)`` weights of 1."""
        return np.ones(len(self.scores))

    @cached_property
    def even(self) -> Array:
        """``(N,)`` factors that give both classes the same total."""
        altered = self.labels.mean()
        return np.asarray(np.where(self.labels == 1, 0.5 / altered, 0.5 / (1 - altered)), np.float64)

    @cached_property
    def last(self) -> NDArray[np.int64]:
        """Positions at which a run of equal scores ends."""
        return np.append(np.flatnonzero(np.diff(self.scores)), len(self.scores) - 1)

    def counts(self, weights: Array) -> tuple[Array, Array]:
        """Weights of altered and of real ones from the top down to each distinct score, beginning with 0."""
        above = [np.append(0.0, np.cumsum(weights * part)[self.last]) for part in (self.labels, 1 - self.labels)]
        return above[0], above[1]


Metric = Callable[[Sample, Array], float]
"""A metric of a sample whose items count ``(N,)`` times."""


def roc_curve(sample: Sample, weights: Array | None = None) -> tuple[Array, Array]:
    """False and true positive rates from (0, 0) to (1, 1), one point for each distinct score."""
    altered, real = sample.counts(sample.ones if weights is None else weights)
    return real / real[-1], altered / altered[-1]


def roc_auc(sample: Sample, weights: Array) -> float:
    """Area under the ROC curve."""
    fpr, tpr = roc_curve(sample, weights)
    return float(np.trapezoid(tpr, fpr))


def average_precision(sample: Sample, weights: Array) -> float:
    """Mean precision over the recall gained at each score, without interpolation. Depends on the share of altered."""
    altered, real = sample.counts(weights)
    called = altered + real
    precision = np.divide(altered, called, out=np.ones_like(altered), where=called > 0)
    return float((np.diff(altered) * precision[1:]).sum() / altered[-1])


def equal_error_rate(sample: Sample, weights: Array) -> float:
    """The error rate where false positive and false negative rate agree, on straight lines between ROC points."""
    fpr, tpr = roc_curve(sample, weights)
    gap = fpr + tpr - 1  # rises from -1 to 1
    at = int(np.searchsorted(gap, 0.0))
    if gap[at] == 0:
        return float(fpr[at])
    part = -gap[at - 1] / (gap[at] - gap[at - 1])
    return float(fpr[at - 1] + part * (fpr[at] - fpr[at - 1]))


def log_loss(sample: Sample, weights: Array) -> float:
    """Mean negative log likelihood in nats of probabilities; what is said with certainty and wrong costs most."""
    p = np.clip(sample.scores, LOG_EPS, 1 - LOG_EPS)
    return float(np.average(-np.where(sample.labels == 1, np.log(p), np.log1p(-p)), weights=weights))


def calibration_error(sample: Sample, weights: Array) -> float:
    """Expected calibration error of probabilities: mean distance of said and true share over bins of equal width."""
    place = np.minimum((sample.scores * BINS).astype(int), BINS - 1)
    gap = np.bincount(place, weights * (sample.scores - sample.labels), BINS)
    return float(np.abs(gap).sum() / weights.sum())


def balanced_accuracy(threshold: float) -> Metric:
    """Mean of the shares of real ones below and of altered ones from ``threshold`` on."""

    def metric(sample: Sample, weights: Array) -> float:
        right = (sample.scores >= threshold) == (sample.labels == 1)
        rates = [np.average(right[sample.labels == k], weights=weights[sample.labels == k]) for k in (0, 1)]
        return float(np.mean(rates))

    return metric


def at_even_odds(metric: Metric) -> Metric:
    """The same metric with both classes weighted alike, as they are in calibration."""
    return lambda sample, weights: metric(sample, weights * sample.even)


def strata_auc(scores: Array, labels: Array, by: Array, strata: int = 3) -> float | None:
    """Mean AUC within strata of about equal ``by``, weighted by size; None where no stratum has both classes."""
    edges = np.quantile(by, np.linspace(0, 1, strata + 1)[1:-1])
    place, total, weight = np.digitize(by, edges), 0.0, 0
    for k in range(strata):
        real, altered = (scores[(place == k) & (labels == label)] for label in (0, 1))
        if len(real) and len(altered):
            total += auc(real, altered) * (len(real) + len(altered))
            weight += len(real) + len(altered)
    return total / weight if weight else None


def estimates(
    sample: Sample, metrics: Mapping[str, Metric], *, rounds: int = ROUNDS, seed: int = 0
) -> dict[str, Estimate]:
    """Each metric with its 95 % percentile interval, all on the same resamples.

    Whole files are drawn with replacement, real and altered ones each by themselves, so that a resample has both.

    Raises:
        ValueError: The sample has one class only.
    """
    if sample.one_class:
        raise ValueError("metrics need both classes")
    rng, drawn = np.random.default_rng(seed), {name: np.empty(rounds) for name in metrics}
    classes = [np.unique(sample.clusters[sample.labels == label]) for label in (0, 1)]
    for k in range(rounds):
        times = np.zeros(sample.clusters.max() + 1)
        for files in classes:
            times[files] = rng.multinomial(len(files), np.full(len(files), 1 / len(files)))
        weights = times[sample.clusters]
        for name, metric in metrics.items():
            drawn[name][k] = metric(sample, weights)
    return {name: _estimate(metric(sample, sample.ones), drawn[name]) for name, metric in metrics.items()}


def share(hits: int, total: int, *, rounds: int = ROUNDS, seed: int = 0) -> Estimate:
    """``hits / total`` with its bootstrap interval, for a total above 0."""
    drawn = np.random.default_rng(seed).binomial(total, hits / total, rounds) / total
    return _estimate(hits / total, drawn)


def wilson(hits: int, total: int) -> Estimate:
    """``hits / total`` with Wilson's 95 % interval, which says something even of 0 hits (JASA 22, 1927)."""
    z2, p = 1.959964**2, hits / total
    middle, half = p + z2 / (2 * total), np.sqrt(z2 * (p * (1 - p) + z2 / (4 * total)) / total)
    low, high = ((middle + side * half) / (1 + z2 / total) for side in (-1, 1))
    return Estimate(p, max(0.0, float(low)), min(1.0, float(high)))


def _estimate(value: float, drawn: Array) -> Estimate:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(float(value), float(low), float(high))
