"""What header, index and structure say about how much of a file is there; and which frames a plan takes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from sjedd_video.decode.base import FrameIndex, plan_positions
from sjedd_video.decode.coverage import IndexSummary, expected_frames, missing_frames, remarks, truncation
from sjedd_video.decode.structure import examine
from sjedd_video.types import StreamFacts

STREAMS = [{"index": 0, "type": "video", "codec": "h264"}]


def _facts(*, declared: int | None = None, duration: float | None = None, **details: object) -> StreamFacts:
    return StreamFacts(
        kind="video", container="mov", codec="h264", width=320, height=192, rotation=0, duration_s=duration,
        frames_declared=declared, average_rate=Fraction(30), time_base=Fraction(1, 30), start_pts=0,
        details={"family": "isobmff", "streams": STREAMS, **details},
    )  # fmt: skip


def _summary(frames: int, **extra: object) -> IndexSummary:
    values = {"damaged": 0, "discarded": 0, "first": 0, "last": frames - 1, "end": frames, **extra}
    return IndexSummary(frames=frames, time_base=Fraction(1, 30), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "index", "expected", "cut"),
    [
        (_facts(declared=300, duration=10.0), _summary(300), 300, ""),
        (_facts(declared=300, duration=10.0), _summary(150), 300, "5.00 s before the end"),
        (_facts(declared=310, duration=10.0), _summary(300, discarded=10), 300, ""),
        (_facts(declared=301, duration=10.0, family="riff"), _summary(300), 300, ""),
        (_facts(declared=310, duration=10.0, family="riff"), _summary(300), 310, ""),
        (_facts(duration=10.0, family="ebml"), _summary(300), 300, ""),
        (_facts(duration=10.0, family="ebml"), _summary(210), 300, "3.00 s before the end"),
        (_facts(duration=12.0, stream_duration_s=10.0), _summary(300), 300, ""),
        (_facts(duration=99.0, streams=[*STREAMS, {"type": "audio"}]), _summary(300), 300, ""),
        (_facts(missing_bytes=9000), _summary(300), 300, "9000 bytes"),
        (_facts(), _summary(300, damaged=4), 304, ""),
    ],
)
def test_promised_frames_and_early_ends(facts: StreamFacts, index: IndexSummary, expected: int, cut: str) -> None:
    assert expected_frames(facts, index) == expected
    assert bool(truncation(facts, index)) == bool(cut)
    assert cut in truncation(facts, index)
    assert bool(missing_frames(facts, index)) == (expected > index.frames)


def test_readers_are_told_of_gaps_and_unusual_pictures() -> None:
    facts = _facts(sample_aspect_ratio="16/15", interlaced=True, video_streams=2, stream=1, colour={"transfer": 16})
    text = " ".join(remarks(Path("a.mp4"), facts, _summary(300, gap=(30, 90))))
    for words in ("between 1.00 s and 3.00 s", "not square (16/15)", "interlaced", "2 video streams", "HDR (PQ)"):
        assert words in text
    assert remarks(Path("a.mp4"), _facts(), _summary(300)) == []


def _index(pts: list[int], keys: tuple[int, ...] = (0,)) -> FrameIndex:
    stamps = np.array(pts, np.int64)
    return FrameIndex(stamps, stamps, np.isin(np.arange(len(pts)), keys), Fraction(1, 30), pts[-1] + 1)


def test_gap_is_found_only_where_frames_are_usually_closer() -> None:
    assert _index([*range(30), *range(100, 130)]).longest_gap() == (29, 100)
    assert _index(list(range(0, 3000, 60))).longest_gap() is None
    assert _index([*range(30), *range(45, 60)]).longest_gap() is None


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        ("uniform:1", [50]),
        ("uniform:2", [25, 75]),
        ("uniform:3", [16, 50, 83]),
        ("every:40", [0, 40, 80]),
        ("keyframes", [0, 60]),
        ("fps:1", [0, 30, 60, 90]),
        ("fps:1.5", [0, 20, 40, 60, 80]),
    ],
)
def test_plan_positions(plan: str, expected: list[int]) -> None:
    assert plan_positions(_index(list(range(100)), (0, 60)), plan, 0.0, None, 1000) == (expected, "")


def test_time_range_counts_from_the_first_frame_and_includes_its_ends() -> None:
    index = _index(list(range(900, 1000)))
    assert plan_positions(index, "every:15", 1.0, 2.0, 1000)[0] == [30, 45, 60]
    assert plan_positions(index, "every:15", 50.0, None, 1000)[0] == []


@pytest.mark.parametrize(
    ("data", "family", "missing", "has_index"),
    [
        (b"\xff\xd8\xff\xe0" + bytes(60), "jpeg", 0, True),
        (b"RIFF" + (72).to_bytes(4, "little") + b"WEBP" + bytes(68), "webp", 0, True),
        (b"RIFF" + (1000).to_bytes(4, "little") + b"AVI " + bytes(68), "riff", 928, True),
        (b"\0\0\0\x10ftypmp42\0\0\0\0\0\0\0\x08moov", "isobmff", 0, True),
        (b"\0\0\0\x10ftypmp42\0\0\0\0\0\0\x01\x08moov", "isobmff", 256, False),
        (b"\0\0\0\x10ftypheic\0\0\0\0", "heif", 0, True),
        (b"\0\0\0\x10ftypmp42\0\0\0\0\0\0\0\0mdat", "isobmff", 0, False),
        ((b"\x47" + bytes(187)) * 5 + b"\x47abc", "mpegts", 184, True),
        (b"\x1a\x45\xdf\xa3\x84abcd\x18\x53\x80\x67\x90" + bytes(6), "ebml", 10, True),
        (b"\x1a\x45\xdf\xa3\x84abcd\x18\x53\x80\x67\xff" + bytes(6), "ebml", 0, True),
        (b"just words", "", 0, True),
        (b"", "", 0, True),
    ],
)
def test_outermost_structure(data: bytes, family: str, missing: int, has_index: bool, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(data)
    found = examine(tmp_path / "file")
    assert (found.family, found.missing_bytes, found.has_index) == (family, missing, has_index)
