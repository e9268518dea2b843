"""What the decoders share: the index of a stream, the sampling plan over it, and the interface.

A frame is identified by its presentation time stamp in the exact time base of its stream. Positions count the frames of
the index in order of presentation, from 0; they never leave the decoding process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sjedd_video.types import ImageU8

GAP_SECONDS = Fraction(1)
GAP_STEPS = 10
"""Frames further apart than this many usual steps, and ``GAP_SECONDS``, are told to the reader of the report."""

Beat = Callable[[], None]
"""Called by a decoder whenever it got further, so that the watchdog can tell slow from stalled."""


class DecoderUnfit(Exception):
    """This decoder cannot do this file (or the rest of it); the fallback takes over where it stopped."""


@dataclass(frozen=True, slots=True, eq=False)
class FrameIndex:
    """Every frame that the packets of one stream promise, in order of presentation.

    Attributes:
        pts: ``(n,) int64`` time stamps, strictly rising, in units of ``time_base``.
        dts: ``(n,) int64`` when the same frames are to be decoded; some containers are searched by it.
        keys: ``(n,) bool``, whether decoding can start at the frame.
        time_base: Seconds per unit of ``pts``.
        end_pts: When the last frame ends.
        open_groups: Whether frames stored after a keyframe are shown before it, coded from the group before.
        damaged: Packets that the container marks as corrupt (a cut last packet); not part of ``pts``.
        discarded: Packets that an edit list hides; not part of ``pts``.
        complaint: The first error that the demultiplexer logged; "" for none.
    """

    pts: NDArray[np.int64]
    dts: NDArray[np.int64]
    keys: NDArray[np.bool_]
    time_base: Fraction
    end_pts: int
    open_groups: bool = False
    damaged: int = 0
    discarded: int = 0
    complaint: str = ""

    def longest_gap(self) -> tuple[int, int] | None:
        """Time stamps before and after the longest stretch without frames; None when the frames are evenly spread."""
        if len(self.pts) < 3:
            return None
        steps = np.diff(self.pts)
        at = int(steps.argmax())
        if steps[at] < max(GAP_STEPS * float(np.median(steps)), float(GAP_SECONDS / self.time_base)):
            return None
        return int(self.pts[at]), int(self.pts[at + 1])

    def key_before(self, position: int) -> int:
        """Position of the last frame at or before ``position`` where decoding can start (0 when none is marked)."""
        found = np.flatnonzero(self.keys[: position + 1])
        return int(found[-1]) if len(found) else 0


class Decoder(Protocol):
    """Decodes chosen frames of one stream. Made for one pass; used inside the decoding process only."""

    name: str
    """Name and version, for the report."""

    def frames(self, positions: Sequence[int], beat: Beat) -> Iterator[tuple[int, ImageU8 | None]]:
        """Yield ``(position, image)`` for every one of the rising ``positions``, in order.

        ``image`` is upright RGB ``(H, W, 3) uint8``, or None where the frame cannot be decoded truthfully.

        Raises:
            DecoderUnfit: The rest needs another decoder.
        """

    def close(self) -> None:
        """Release the file."""


def plan_positions(
    index: FrameIndex, sampling: str, start_s: float, end_s: float | None, max_frames: int
) -> tuple[list[int], str]:
    """Resolve a sampling plan to positions in the index.

    Args:
        index: The frames there are.
        sampling: ``uniform:N`` (the middle frames of N equal shares), ``fps:F``, ``every:N`` or ``keyframes``.
        start_s: Frames before this time are left out, in seconds from the first frame.
        end_s: Frames after this time are left out; None for none.
        max_frames: When the plan wants more, it is thinned evenly.

    Returns:
        Rising positions (empty when no frame lies in the range) and a note for the report, or "".
    """
    first = int(index.pts[0]) if len(index.pts) else 0
    low = first + Fraction(start_s) / index.time_base
    inside = index.pts >= float(low)
    if end_s is not None:
        inside &= index.pts <= float(first + Fraction(end_s) / index.time_base)
    candidates = np.flatnonzero(inside)
    if not len(candidates):
        return [], ""
    chosen = candidates[_choose(index, candidates, sampling)]
    if len(chosen) <= max_frames:
        return [int(i) for i in chosen], ""
    note = f"The plan {sampling} asks for {len(chosen)} frames; thinned evenly to the limit of {max_frames}."
    return [int(i) for i in chosen[_mid_bins(len(chosen), max_frames)]], note


def _choose(index: FrameIndex, candidates: NDArray[np.intp], sampling: str) -> NDArray[np.intp]:
    """Which of ``candidates`` the plan takes, as rising offsets into them."""
    kind, _, value = sampling.partition(":")
    if kind == "uniform":
        return _mid_bins(len(candidates), int(value))
    if kind == "every":
        return np.arange(0, len(candidates), int(value))
    if kind == "keyframes":
        return np.flatnonzero(index.keys[candidates])
    return _at_rate(index.pts[candidates], float(1 / index.time_base) / float(value))


def _mid_bins(count: int, wanted: int) -> NDArray[np.intp]:
    """The middles of ``wanted`` equal shares of ``count`` items, each item at most once."""
    if wanted >= count:
        return np.arange(count)
    return (2 * np.arange(wanted) + 1) * count // (2 * wanted)


def _at_rate(pts: NDArray[np.int64], step: float) -> NDArray[np.intp]:
    """The frames that are on screen at every multiple of ``step`` ticks from the first, each at most once."""
    # Half a tick of tolerance: containers round time stamps (33, 67, 100 ms), and the rounding must not skip a frame.
    steps = int((pts[-1] - pts[0] + 0.5) // step) + 1
    if steps >= 4 * len(pts):  # more instants than frames can be told apart: every frame is on screen at one of them
        return np.arange(len(pts))
    instants = pts[0] + np.arange(steps) * step + 0.5
    return np.unique(np.searchsorted(pts, instants, side="right") - 1)
