"""The time axis: which stretch is shown, where a time lies on screen, and curves thinned to what a screen can show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil, floor, log10

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SHORTEST = 0.5
"""Seconds that can fill the axis at most enlarged."""


@dataclass(frozen=True, slots=True)
class TimeScale:
    """Seconds ``low`` to ``high`` lie on ``left`` to ``left + width`` pixels; ``limits`` is all there is to see."""

    low: float
    high: float
    limits: tuple[float, float]
    left: float = 0.0
    width: float = 1.0

    def x(self, seconds: float) -> float:
        """Pixel of a time."""
        return self.left + (seconds - self.low) * self.width / self.span

    def xs(self, seconds: Floats) -> Floats:
        """Pixels of times."""
        return self.left + (seconds - self.low) * (self.width / self.span)

    def seconds(self, x: float) -> float:
        """Time of a pixel; beyond the axis that of its nearer end."""
        return self.low + min(max((x - self.left) / self.width, 0.0), 1.0) * self.span

    @property
    def span(self) -> float:
        """Seconds shown; never 0."""
        return max(self.high - self.low, 1e-6)

    @property
    def whole(self) -> bool:
        """Whether everything is shown."""
        return self.low <= self.limits[0] and self.high >= self.limits[1]

    def placed(self, left: float, width: float) -> TimeScale:
        """The same stretch elsewhere on screen."""
        return replace(self, left=left, width=max(width, 1.0))

    def shown(self, low: float, high: float) -> TimeScale:
        """Another stretch, kept inside of the limits and not shorter than ``SHORTEST``."""
        first, last = self.limits
        span = min(max(high - low, SHORTEST), last - first)
        low = min(max((low + high - span) / 2, first), last - span)
        return replace(self, low=low, high=low + span)

    def zoomed(self, factor: float, around: float) -> TimeScale:
        """``factor`` times as much enlarged; the time ``around`` stays where it is unless a limit is in the way."""
        low = around - (around - self.low) / factor
        return self.shown(low, low + self.span / factor)

    def moved(self, seconds: float) -> TimeScale:
        """Another stretch as long as this."""
        return self.shown(self.low + seconds, self.high + seconds)

    def holding(self, seconds: float) -> TimeScale:
        """The same stretch if it holds this time; else one as long with the time in its middle."""
        if self.low <= seconds <= self.high:
            return self
        return self.moved(seconds - (self.low + self.high) / 2)


def ticks(low: float, high: float, most: int) -> Iterator[float]:
    """At most about ``most`` round seconds from ``low`` to ``high``, never closer than a tenth."""
    rough = max((high - low) / max(most, 1), 0.1)
    power = 10.0 ** floor(log10(rough))
    steps = [m * power for m in (1, 2, 5, 10)] if rough < 10 else [10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600]
    step = next((s for s in steps if s >= rough - 1e-9), 3600 * ceil(rough / 3600))
    for i in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1):
        yield i * step


def thinned(xs: Floats, ys: Floats, pixels: float = 1.0) -> tuple[Floats, Floats]:
    """A curve of many points as lowest and highest value of every pixel column, in order; peaks are never lost.

    Args:
        xs: ``(n,)`` ascending places.
        ys: ``(n,)`` values.
        pixels: Width of a column.

    Returns:
        The same arrays where there are no more points than two a column.
    """
    columns = np.floor(xs / pixels)
    first = np.flatnonzero(np.diff(columns, prepend=columns[:1] - 1))
    if len(xs) <= 2 * len(first):
        return xs, ys
    low, high = np.minimum.reduceat(ys, first), np.maximum.reduceat(ys, first)
    upward = np.arange(len(first)) % 2 == 0  # low-high, high-low, ...: no stroke crosses a column twice
    pairs = np.where(upward[:, None], np.stack([low, high], axis=1), np.stack([high, low], axis=1))
    return np.repeat(xs[first], 2), pairs.ravel()
