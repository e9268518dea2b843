"""When a face looks altered: stretches of one track above the threshold, by a stated rule.

The rule: the log-odds of the usable frames are averaged over a centred window (three frames, or more where frames are
dense, up to ``WINDOW_S`` seconds) and calibrated; frames at or above the threshold that follow each other form a span.
A change of shot, or a step in time of more than ``GAP_STEPS`` usual sampling steps, ends a span and is not smoothed
over. Spans of fewer than ``MIN_FRAMES`` frames or shorter than ``MIN_SECONDS`` are dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from sjedd_video.calibration import Calibration
from sjedd_video.types import FloatArray, FrameTime, Span

WINDOW_FRAMES = 3
WINDOW_S = 0.5
GAP_STEPS = 2.5
MIN_FRAMES = 3
MIN_SECONDS = 0.3


def sampling_step(times: Sequence[FrameTime]) -> float:
    """Median distance in seconds of neighbouring sampled frames; infinite below two frames."""
    if len(times) < 2:
        return float("inf")
    return float(np.median(np.diff([time.seconds for time in times])))


def runs(seconds: FloatArray, shots: Sequence[int], step: float) -> Iterator[slice]:
    """Slices of ``(n,)`` ascending ``seconds`` without a gap and within one shot."""
    first = 0
    for i in range(1, len(seconds) + 1):
        if i == len(seconds) or shots[i] != shots[first] or seconds[i] - seconds[i - 1] > GAP_STEPS * step:
            yield slice(first, i)
            first = i


def smooth(values: FloatArray, window: int) -> NDArray[np.float64]:
    """Centred running mean of odd width ``window``; at the ends over what is there."""
    ones = np.ones(min(window, 2 * len(values) - 1))
    total = np.convolve(values, ones, mode="full")
    count = np.convolve(np.ones(len(values)), ones, mode="full")
    edge = len(ones) // 2
    return np.asarray((total / count)[edge : edge + len(values)], dtype=np.float64)


def smoothed_curve(seconds: FloatArray, shots: Sequence[int], logits: FloatArray, step: float) -> NDArray[np.float64]:
    """Log-odds ``(n,)`` smoothed as the rule says; gaps and cuts are not smoothed over."""
    dense = int(WINDOW_S / step) if 0 < step < np.inf else 0
    window = max(WINDOW_FRAMES, dense - 1 + dense % 2)
    curve = np.zeros(len(logits))
    for run in runs(seconds, shots, step):
        curve[run] = smooth(logits[run], window)
    return curve


def find_spans(
    times: Sequence[FrameTime], shots: Sequence[int], logits: FloatArray, step: float, calibration: Calibration
) -> tuple[Span, ...]:
    """Spans of one track by the rule of this module.

    Args:
        times: Times of the usable frames, ascending.
        shots: Shot of each.
        logits: ``(n,)`` log-odds of p(face) of each.
        step: Usual distance of sampled frames in seconds.
        calibration: The bundle's logistic and threshold.
    """
    seconds = np.array([time.seconds for time in times])
    curve = calibration.video(smoothed_curve(seconds, shots, logits, step))
    above = curve >= calibration.threshold
    spans = []
    for run in runs(seconds, shots, step):
        for part in _stretches(above[run], run.start):
            long_enough = seconds[part.stop - 1] - seconds[part.start] >= MIN_SECONDS
            if part.stop - part.start >= MIN_FRAMES and long_enough:
                spans.append(Span(times[part.start], times[part.stop - 1], float(curve[part].max())))
    return tuple(spans)


def _stretches(flags: NDArray[np.bool_], offset: int) -> Iterator[slice]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    for first, stop in zip(edges[::2], edges[1::2], strict=True):
        yield slice(int(first) + offset, int(stop) + offset)
