"""How much of a file was there: what header and index promise against what can be read. Pure functions of facts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from sjedd_video.decode import wire
from sjedd_video.types import StreamFacts

ROUNDING_FRAMES = 2
"""Containers other than ISO files may declare this many frames more than they hold without anything missing."""
LATE_SECONDS = 1.0
"""A stream that ends this much before its declared end is taken for incomplete."""
IMAGE_SUFFIXES = {"jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"), "png": (".png",), "webp": (".webp",)}
HDR_TRANSFERS = {16: "PQ", 18: "HLG"}


@dataclass(frozen=True, slots=True)
class IndexSummary:
    """What the parent knows of the child's frame index; times in units of ``time_base``."""

    frames: int
    damaged: int
    discarded: int
    first: int
    last: int
    end: int
    time_base: Fraction
    gap: tuple[int, int] | None = None
    complaint: str = ""

    @classmethod
    def unpack(cls, untrusted: dict[str, Any]) -> IndexSummary:
        """The summary sent by the child.

        Raises:
            ValueError, KeyError, TypeError: A value is missing or out of bounds.
        """
        counts = {name: wire.whole(untrusted[name], 0, wire.MAX_FRAMES) for name in ("frames", "damaged", "discarded")}
        times = {name: wire.whole(untrusted[name], *wire.PTS_RANGE) for name in ("first", "last", "end")}
        time_base = Fraction(wire.text(untrusted["time_base"]))
        if time_base <= 0:
            raise ValueError("time base out of bounds")
        gap = untrusted["gap"]
        if gap is not None:
            before, after = gap
            gap = (wire.whole(before, *wire.PTS_RANGE), wire.whole(after, *wire.PTS_RANGE))
        return cls(**counts, **times, time_base=time_base, gap=gap, complaint=wire.text(untrusted["complaint"], 200))


def expected_frames(facts: StreamFacts, index: IndexSummary) -> int:
    """The frames that the header or the stream's own duration promise; at least those in the index."""
    there = index.frames + index.damaged
    if facts.kind == "image":
        return there
    if facts.frames_declared is not None:
        promised = facts.frames_declared - index.discarded
        slack = 0 if facts.details["family"] == "isobmff" else ROUNDING_FRAMES
        return promised if promised > there + slack else there
    gap = _seconds_missing(facts, index)
    return there + round(gap * facts.average_rate) if gap and facts.average_rate else there


def truncation(facts: StreamFacts, index: IndexSummary) -> str:
    """In words how the file was cut off, or "" when nothing says so."""
    reached = float((index.end - index.first) * index.time_base)
    missing_bytes = facts.details.get("missing_bytes", 0)
    if missing_bytes:
        return (
            f"The file is cut off after {reached:.2f} s of video: its last {missing_bytes} bytes or more are missing."
        )
    gap = _seconds_missing(facts, index)
    if gap:
        return f"The video ends after {reached:.2f} s, {gap:.2f} s before the end that its header declares."
    return ""


def missing_frames(facts: StreamFacts, index: IndexSummary) -> str:
    """In words which frames of the whole file cannot be read, or "" when nothing says so."""
    found = []
    expected = expected_frames(facts, index)
    if expected > index.frames:
        found.append(f"{expected - index.frames} of {expected} frames cannot be read.")
    if index.complaint:
        found.append(f"The file is damaged ({index.complaint}); frames may be missing.")
    return " ".join(found)


def _seconds_missing(facts: StreamFacts, index: IndexSummary) -> float:
    """Seconds between the last frame and the declared end; 0 when that is within tolerance or not declared."""
    declared = facts.details.get("stream_duration_s")
    only_video = all(stream["type"] == "video" for stream in facts.details.get("streams", ()))
    if declared is None and only_video:
        declared = facts.duration_s
    if declared is None:
        return 0.0
    gap = float(declared) - float((index.end - index.first) * index.time_base)
    return gap if gap > LATE_SECONDS else 0.0


def remarks(path: Path, facts: StreamFacts, index: IndexSummary) -> list[str]:
    """What a reader of the report should know about this kind of file."""
    details = facts.details
    found = [_name_remark(path, facts)]
    if index.gap is not None:
        before, after = (float(stamp * index.time_base) for stamp in index.gap)
        found.append(f"The video has no frame between {before:.2f} s and {after:.2f} s.")
    if details.get("video_streams", 0) > 1:
        found.append(f"The file has {details['video_streams']} video streams; stream {details['stream']} was read.")
    if details.get("animated"):
        found.append("The image is animated; its first frame was read.")
    if details.get("orientation") in {2, 4, 5, 7}:
        found.append("The image is stored mirrored; it was turned as its EXIF orientation says.")
    if details.get("sample_aspect_ratio") not in {None, "1"}:
        found.append(f"Pixels are not square ({details['sample_aspect_ratio']}); frames were used as stored.")
    if details.get("rotation_declared"):
        found.append(
            f"The header asks for {details['rotation_declared']} degrees of rotation; {facts.rotation} were used."
        )
    if details.get("interlaced"):
        found.append("The video is interlaced; frames were used without deinterlacing.")
    transfer = HDR_TRANSFERS.get(details.get("colour", {}).get("transfer"))
    if transfer:
        found.append(f"The video is HDR ({transfer}); it was converted to 8 bits without tone mapping.")
    return [text for text in found if text]


def _name_remark(path: Path, facts: StreamFacts) -> str:
    suffix, family = path.suffix.lower(), facts.details["family"]
    if facts.kind == "image" and suffix not in IMAGE_SUFFIXES[family]:
        return f"The file is named {suffix or 'without an ending'}, but by its content it is a {family.upper()} image."
    if facts.kind == "video" and any(suffix in suffixes for suffixes in IMAGE_SUFFIXES.values()):
        return f"The file is named {suffix}, but by its content it is a video ({facts.container})."
    return ""
