"""Messages between the two processes: one JSON object a line, so that a subverted decoder can send data but no code."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any, TypeVar

from sjedd_video.types import StreamFacts

T = TypeVar("T")

MAX_LINE = 4 << 20
PTS_RANGE = (-(1 << 63), (1 << 63) - 1)
MAX_SIDE = 32_768
MAX_PIXELS = 100_000_000
MAX_DURATION_S = 30 * 86_400.0
MAX_FRAMES = 20_000_000
"""About four days at 60 frames per second; more is taken for a damaged or hostile header."""


@dataclass(frozen=True, slots=True)
class DecodeRequest:
    """What the child is to do with one file. ``decoders`` are ``module:class``, the second taking over from the first;
    ``skip`` frames of the plan were already delivered by a process that died."""

    path: str
    sampling: str
    start_s: float
    end_s: float | None
    max_frames: int
    decoders: tuple[str, ...]
    max_memory_mb: int
    skip: int = 0


def encode(message: dict[str, Any]) -> bytes:
    """One message as a line."""
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> dict[str, Any]:
    """The message of a line.

    Raises:
        ValueError: It is not a JSON object.
    """
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError("a message must be an object")
    return message


def pack_request(request: DecodeRequest) -> dict[str, Any]:
    """A request as plain values."""
    return asdict(request)


def unpack_request(values: dict[str, Any]) -> DecodeRequest:
    """The request of ``pack_request``."""
    return DecodeRequest(**{**values, "decoders": tuple(values["decoders"])})


def pack_facts(facts: StreamFacts) -> dict[str, Any]:
    """Facts as plain values."""
    values = {name: getattr(facts, name) for name in StreamFacts.__dataclass_fields__}
    values["time_base"] = str(facts.time_base)
    values["average_rate"] = None if facts.average_rate is None else str(facts.average_rate)
    return values


def unpack_facts(untrusted: dict[str, Any]) -> StreamFacts:
    """The facts of ``pack_facts``, checked again on this side of the boundary.

    Raises:
        ValueError, TypeError, KeyError: A value is missing, of the wrong kind or out of bounds.
    """
    rate, duration, declared = untrusted["average_rate"], untrusted["duration_s"], untrusted["frames_declared"]
    facts = StreamFacts(
        kind=one_of(untrusted["kind"], ("video", "image")),
        container=text(untrusted["container"]),
        codec=text(untrusted["codec"]),
        width=whole(untrusted["width"], 1, MAX_SIDE),
        height=whole(untrusted["height"], 1, MAX_SIDE),
        rotation=one_of(untrusted["rotation"], (0, 90, 180, 270)),
        duration_s=None if duration is None else float(duration),
        frames_declared=None if declared is None else whole(declared, 0, MAX_FRAMES),
        average_rate=None if rate is None else Fraction(text(rate)),
        time_base=Fraction(text(untrusted["time_base"])),
        start_pts=whole(untrusted["start_pts"], *PTS_RANGE),
        details=dict(untrusted["details"]),
    )
    if facts.width * facts.height > MAX_PIXELS or facts.time_base <= 0:
        raise ValueError("picture size or time base out of bounds")
    return facts


def whole(value: object, low: int, high: int) -> int:
    """``value`` if it is an int in ``[low, high]``; ValueError otherwise."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError(f"expected a whole number from {low} to {high}")
    return value


def text(value: object, longest: int = 4000) -> str:
    """``value`` if it is a string, cut to ``longest`` characters; ValueError otherwise."""
    if not isinstance(value, str):
        raise ValueError("expected text")
    return value[:longest]


def one_of(value: object, allowed: tuple[T, ...]) -> T:
    """``value`` if it is among ``allowed``; ValueError otherwise."""
    for item in allowed:
        if item == value and type(item) is type(value):
            return item
    raise ValueError(f"expected one of {allowed}")
