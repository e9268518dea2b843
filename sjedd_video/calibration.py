"""From raw frame scores to a calibrated probability, its interval and its band in words. Pure numpy, deterministic.

The feature is the mean, over the usable frames of one person, of ``logit(p_face)``; a logistic fitted on held-out
videos (and stored in the bundle) turns it into a probability. The interval comes from a circular block bootstrap over
time: neighbouring frames resemble each other, so whole blocks are drawn, not single frames. It covers which moments of
the clip happened to be sampled; it does not cover what the model never learned.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sjedd_video.errors import ModelError
from sjedd_video.types import Band, FloatArray, Interval, ModelFacts

EPS = 1e-6
"""Probabilities are kept this far from 0 and 1 before log-odds are taken."""
REPLICATES = 2000
SEED = 240816305
"""Fixed, so that the same frames give the same interval on every machine."""
LEVEL = 0.95
BANDS = ((0.9, Band.VERY_STRONG), (0.7, Band.STRONG), (0.5, Band.MODERATE), (0.0, Band.WEAK))
"""Least probability of each band, the wording of the InVID verification tools; strongest first."""


def logit(probability: Any) -> NDArray[np.float64]:
    """Log-odds of probabilities in [0, 1], clipped to ``EPS``."""
    p = np.clip(np.asarray(probability, dtype=np.float64), EPS, 1 - EPS)
    return np.asarray(np.log(p) - np.log1p(-p), dtype=np.float64)


def sigmoid(value: Any) -> NDArray[np.float64]:
    """Logistic function of log-odds, without overflow."""
    return np.asarray(np.exp(-np.logaddexp(0.0, -np.asarray(value, dtype=np.float64))), dtype=np.float64)


def band_of(probability: float) -> Band:
    """The band in words of a calibrated probability in [0, 1]."""
    return next(band for least, band in BANDS if probability >= least)


@dataclass(frozen=True, slots=True)
class Calibration:
    """The logistic of a bundle.

    Attributes:
        slope: Factor on the mean log-odds of a video, above 0: a higher score never lowers the probability.
        offset: Constant added to it.
        image_slope: The same for a single picture.
        image_offset: The same for a single picture.
        threshold: Probability from which on a face counts as suspicious, in (0, 1).
    """

    slope: float
    offset: float
    image_slope: float
    image_offset: float
    threshold: float

    @classmethod
    def of(cls, model: ModelFacts) -> Calibration:
        """Read the calibration of ``model``.

        Raises:
            ModelError: Numbers are missing, not finite, or the slope is not above 0.
        """
        section = model.calibration
        try:
            a, b = float(section["a"]), float(section["b"])
            image_a, image_b = (float(v) if (v := section.get(k)) is not None else d
                                for k, d in (("image_a", a), ("image_b", b)))  # fmt: skip
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"The calibration of model {model.name} is incomplete: {error!r}.") from error
        found = cls(a, b, image_a, image_b, float(model.threshold))
        if not (np.isfinite([a, b, image_a, image_b]).all() and min(a, image_a) > 0 and 0 < found.threshold < 1):
            raise ModelError(f"The calibration of model {model.name} is impossible: {found}.")
        return found

    def video(self, mean_logit: Any) -> NDArray[np.float64]:
        """Probability from the mean log-odds of a person in a video; also applied frame by frame to draw curves."""
        return sigmoid(self.slope * np.asarray(mean_logit) + self.offset)

    def image(self, logit_: Any) -> NDArray[np.float64]:
        """Probability from the log-odds of a single picture."""
        return sigmoid(self.image_slope * np.asarray(logit_) + self.image_offset)

    def of_kind(self, logits: FloatArray, *, single: bool) -> float:
        """Probability of a person from ``(n,)`` log-odds of their usable faces, n > 0."""
        return float((self.image if single else self.video)(np.mean(logits)))


def block_length(count: int) -> int:
    """Frames per bootstrap block: the square root of ``count``, so that slow changes stay inside a block."""
    return max(1, round(math.sqrt(count)))


def bootstrap_means(logits: FloatArray) -> NDArray[np.float64]:
    """``(REPLICATES,)`` resampled means of ``(n,)`` log-odds in order of time, by circular blocks, fixed seed.

    Deviations are widened by ``sqrt(k / (k - 1))`` for k independent blocks, the small-sample correction of a variance.
    """
    values = np.asarray(logits, dtype=np.float64)
    count, length = len(values), block_length(len(values))
    sums = np.convolve(np.concatenate([values, values[: length - 1]]), np.ones(length), mode="valid")
    blocks = -(-count // length)
    starts = np.random.default_rng(SEED).integers(0, count, (REPLICATES, blocks))
    means = sums[starts].mean(axis=1) / length
    mean = values.mean()
    return np.asarray(mean + (means - mean) * np.sqrt(blocks / max(blocks - 1, 1)), dtype=np.float64)


def interval_of(logits: FloatArray, calibration: Calibration, *, level: float = LEVEL) -> Interval:
    """Percentile interval of a person's probability; always holds the point estimate, and is [0, 1] for one frame.

    Args:
        logits: ``(n,)`` log-odds of the usable frames in order of time, n > 0.
        calibration: The bundle's logistic.
        level: Coverage in (0, 1).
    """
    if len(logits) < 2:
        return Interval(0.0, 1.0)
    point = calibration.of_kind(logits, single=False)
    tail = (1 - level) / 2
    low, high = calibration.video(np.quantile(bootstrap_means(logits), [tail, 1 - tail]))
    return Interval(min(float(low), point), max(float(high), point))
