"""What the window knows about an open file: its facts and the time stamp of every frame. Without Qt."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sjedd_video.decode import wire
from sjedd_video.decode.base import FrameIndex
from sjedd_video.types import FrameTime, StreamFacts

FLAG = "--sjedd-player-child"
"""First argument of a frozen application that is to act as the process that decodes."""
SLOTS = 2
"""Pictures that are under way at most."""
STAMP_BYTES = 9
"""Bytes a frame in a packed index: the time stamp, and whether it is a keyframe."""


@dataclass(frozen=True, slots=True, eq=False)
class Media:
    """An open video or picture. Positions count its frames in order of presentation, from 0.

    Attributes:
        facts: What the headers say.
        pts: ``(n,) int64`` time stamps, strictly rising, n > 0.
        keys: ``(n,) bool``, whether decoding can start at the frame.
        time_base: Seconds per unit of ``pts``.
        end_pts: When the last frame ends.
        size: Bytes of the file.
        modified: When the file was last written, seconds since 1970.
    """

    facts: StreamFacts
    pts: NDArray[np.int64]
    keys: NDArray[np.bool_]
    time_base: Fraction
    end_pts: int
    size: int
    modified: float

    def __len__(self) -> int:
        return len(self.pts)

    @property
    def still(self) -> bool:
        """Whether it is one picture, without time."""
        return self.facts.kind == "image"

    @property
    def full(self) -> tuple[int, int]:
        """Width and height of an upright frame in pixels."""
        width, height = self.facts.width, self.facts.height
        return (width, height) if self.facts.rotation % 180 == 0 else (height, width)

    @property
    def start_s(self) -> float:
        """When the first frame is shown, in seconds since pts 0."""
        return self.time(0).seconds

    @property
    def end_s(self) -> float:
        """When the last frame ends, in seconds since pts 0."""
        return float(self.end_pts * self.time_base)

    def time(self, position: int) -> FrameTime:
        """Time of the frame at ``position``."""
        return FrameTime(int(self.pts[position]), self.time_base)

    def position_at(self, seconds: float) -> int:
        """The frame on screen at ``seconds`` since pts 0; the first or last one outside the video."""
        # Half a unit more: seconds were rounded from time stamps, and none may fall to the frame before.
        stamp = math.floor(Fraction(seconds) / self.time_base + Fraction(1, 2))
        stamp = min(max(stamp, int(self.pts[0])), int(self.pts[-1]))
        return int(np.searchsorted(self.pts, stamp, side="right")) - 1


def pack_index(index: FrameIndex) -> bytes:
    """The time stamps and keyframes of an index, ``STAMP_BYTES`` a frame."""
    return index.pts.astype("<i8").tobytes() + index.keys.astype(np.uint8).tobytes()


def unpack_media(untrusted: dict[str, Any], payload: bytes) -> Media:
    """The media of an ``opened`` message, checked on this side of the boundary.

    Raises:
        ValueError, TypeError, KeyError: A value is missing, of the wrong kind or out of bounds.
    """
    count = wire.whole(untrusted["frames"], 1, wire.MAX_FRAMES)
    if len(payload) != count * STAMP_BYTES:
        raise ValueError("the index has another length than it claims")
    pts = np.frombuffer(payload, "<i8", count).astype(np.int64)
    time_base = Fraction(wire.text(untrusted["time_base"]))
    if time_base <= 0 or not (np.diff(pts) > 0).all():
        raise ValueError("the time stamps do not rise")
    return Media(
        facts=wire.unpack_facts(untrusted["facts"]),
        pts=pts,
        keys=np.frombuffer(payload, np.uint8, count, count * 8).astype(bool),
        time_base=time_base,
        end_pts=wire.whole(untrusted["end_pts"], *wire.PTS_RANGE),
        size=wire.whole(untrusted["size"], 0, wire.PTS_RANGE[1]),
        modified=float(untrusted["modified"]),
    )
