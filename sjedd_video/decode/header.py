"""What the headers of a container say, made safe to show, and whether it can be true."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sjedd_video.decode.structure import Structure
from sjedd_video.decode.wire import MAX_DURATION_S, MAX_FRAMES, MAX_PIXELS, MAX_SIDE
from sjedd_video.errors import MediaError
from sjedd_video.types import ReasonCode, StreamFacts

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

MAX_TAGS = 40
MAX_TEXT = 200


def read_facts(container: InputContainer, stream: VideoStream, structure: Structure, path: Path) -> StreamFacts:
    """What the headers say.

    Raises:
        MediaError: No real file of this size can have such headers.
    """
    context = stream.codec_context
    duration = container.duration
    untrusted = StreamFacts(
        kind="video",
        container=container.format.name,
        codec=context.codec.canonical_name,
        width=context.width,
        height=context.height,
        rotation=0,
        duration_s=None if duration is None else duration / 1_000_000,
        frames_declared=stream.frames or None,
        average_rate=stream.average_rate or None,
        time_base=stream.time_base or Fraction(1, 1000),
        start_pts=stream.start_time or 0,
        details={**_stream_details(stream), **_container_details(container, structure)},
    )
    return _check(untrusted, path)


def _stream_details(stream: VideoStream) -> dict[str, Any]:
    context = stream.codec_context
    pixels = context.format
    aspect = stream.sample_aspect_ratio
    return {
        "stream": stream.index,
        "profile": _clean(context.profile),
        "pixel_format": None if pixels is None else pixels.name,
        "bit_depth": None if pixels is None else max(c.bits for c in pixels.components),
        "colour": {
            "range": int(context.color_range), "matrix": int(context.colorspace),
            "primaries": int(context.color_primaries), "transfer": int(context.color_trc),
        },
        "sample_aspect_ratio": None if not aspect else str(aspect),
        "b_frames": bool(context.has_b_frames),
        "stream_duration_s": _stream_duration(stream),
        "stream_tags": _tags(stream.metadata),
    }  # fmt: skip


def _container_details(container: InputContainer, structure: Structure) -> dict[str, Any]:
    others = [
        {
            "index": s.index,
            "type": s.type,
            "codec": s.codec_context.codec.canonical_name if s.codec_context else "unknown",
        }
        for s in list(container.streams)[:MAX_TAGS]
    ]
    return {
        "bit_rate": container.bit_rate or None,
        "streams": others,
        "video_streams": len(container.streams.video),
        "tags": _tags(container.metadata),
        "family": structure.family,
        "missing_bytes": structure.missing_bytes,
    }


def _stream_duration(stream: VideoStream) -> float | None:
    """Duration of the stream itself in seconds; Matroska keeps it in a tag."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    parts = stream.metadata.get("DURATION", "").split(":")
    try:
        hours, minutes, seconds = (float(part) for part in parts)
    except ValueError:
        return None
    total = hours * 3600 + minutes * 60 + seconds
    return total if math.isfinite(total) and 0 < total < MAX_DURATION_S else None


def _check(untrusted: StreamFacts, path: Path) -> StreamFacts:
    """The facts, when a real file of this size can have such a header."""
    size = path.stat().st_size
    doubts = []
    declared = untrusted.frames_declared
    # A frame needs a byte at the least; headers with more frames than bytes make decoders allocate until they abort.
    if declared is not None and (declared < 0 or declared > MAX_FRAMES or declared > size):
        doubts.append(f"{declared} frames in {size} bytes")
    if not (0 < untrusted.width <= MAX_SIDE and 0 < untrusted.height <= MAX_SIDE) or (
        untrusted.width * untrusted.height > MAX_PIXELS
    ):
        doubts.append(f"a picture of {untrusted.width} x {untrusted.height}")
    duration = untrusted.duration_s
    if duration is not None and not 0 <= duration <= MAX_DURATION_S:
        doubts.append(f"a duration of {duration:.0f} s")
    if untrusted.time_base <= 0:
        doubts.append(f"a time base of {untrusted.time_base}")
    if doubts:
        raise implausible(path, " and ".join(doubts))
    return untrusted


def implausible(path: Path, claim: str) -> MediaError:
    """The error for a header that cannot be true."""
    return MediaError(
        ReasonCode.IMPLAUSIBLE_HEADER,
        f"The header of {path.name} cannot be true: it claims {claim}.",
        "The file is damaged or was made to break decoders; copy it again from its source.",
    )


def _tags(untrusted: dict[str, str]) -> dict[str, str]:
    return {str(_clean(key)): str(_clean(value)) for key, value in list(untrusted.items())[:MAX_TAGS]}


def _clean(untrusted: str | None) -> str | None:
    """Text of a file made safe to print: control characters replaced, length bounded."""
    if untrusted is None:
        return None
    return "".join(c if c.isprintable() else " " for c in untrusted[:MAX_TEXT])
