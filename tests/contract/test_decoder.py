"""One suite for every decoder over every kind of clip: each frame that comes out is the one that was asked for."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from sjedd_video.decode.base import DecoderUnfit, FrameIndex
from sjedd_video.decode.decord_ import DecordDecoder
from sjedd_video.decode.index import survey
from sjedd_video.decode.probe import probe
from sjedd_video.decode.pyav_ import PyAvDecoder
from sjedd_video.decode.sandbox import open_media
from sjedd_video.options import AnalysisOptions
from sjedd_video.progress import CancelToken
from sjedd_video.types import Frame, ReasonCode, SamplingReport, StreamFacts
from synthetic import COLOURS, Clip, cell_means, make_clip, read_code

GOOD = {"preset": "veryfast", "crf": "26"}
OPEN_H264 = {"preset": "medium", "crf": "28", "x264-params": "open-gop=1:bframes=4:b-pyramid=normal"}
REFRESH_H264 = {"preset": "medium", "x264-params": "intra-refresh=1:bframes=2"}
OPEN_HEVC = {"preset": "medium", "crf": "28", "x265-params": "log-level=none:open-gop=1:bframes=4:pools=1"}
CLOSED_HEVC = {"preset": "fast", "crf": "28", "x265-params": "log-level=none:open-gop=0:bframes=4:pools=1"}
NOT_EXACT = "does not seek exactly"

CLIPS = [
    Clip("plain"),
    Clip("b_frames", options=GOOD, bframes=3),
    Clip("long_gop", frames=90, gop=250, options=GOOD, bframes=2),
    Clip("every_frame_a_key", codec="mjpeg", suffix="mov", pix_fmt="yuvj420p", frames=30),
    Clip("open_groups", options=OPEN_H264, fallback=NOT_EXACT),
    Clip("gradual_refresh", options=REFRESH_H264, fallback=NOT_EXACT),
    Clip("hevc_10_bit", codec="libx265", pix_fmt="yuv420p10le", options=CLOSED_HEVC),
    Clip("hevc_open_groups", codec="libx265", options=OPEN_HEVC, fallback=NOT_EXACT),
    Clip("vp9", codec="libvpx-vp9", suffix="webm"),
    Clip("vp8", codec="libvpx", suffix="webm"),
    Clip("av1", codec="libsvtav1", fallback="cannot open av1"),
    Clip("mpeg4_avi", codec="mpeg4", suffix="avi", fallback=NOT_EXACT),
    Clip("mpeg4_avi_b", codec="mpeg4", suffix="avi", bframes=2, fallback=NOT_EXACT),
    Clip("h264_avi_pyramid", suffix="avi", options={"preset": "medium"}, fallback=NOT_EXACT),
    Clip("prores_10_bit", codec="prores_ks", suffix="mov", pix_fmt="yuv422p10le", frames=12),
    Clip("mkv_with_sound", suffix="mkv", options=GOOD, audio=True),
    Clip("mp4_with_sound", options=GOOD, audio=True),
    Clip("transport_stream", suffix="ts", options=OPEN_H264, fallback=NOT_EXACT),
    Clip("fragmented", options=GOOD, muxer={"movflags": "frag_keyframe+empty_moov"}),
    Clip("edit_list", options=GOOD, ticks=lambda i: i - 10, hidden=10, fallback="edit list"),
    Clip("late_start", ticks=lambda i: i + 90),
    Clip("variable_rate", ticks=lambda i: i * i * 10 + i * 500, time_base=Fraction(1, 30000)),
    Clip("ntsc", rate=Fraction(30000, 1001), options=GOOD),
    Clip("turned_90", rotation=90),
    Clip("turned_180", rotation=180),
    Clip("turned_270", rotation=270),
    Clip("odd_size", pix_fmt="yuv444p", width=161, height=121),
    Clip("one_frame", frames=1),
    Clip("several_videos", suffix="mkv", video_streams=2, fallback="several video streams"),
    Clip("uhd", width=3840, height=2160, frames=5, gop=3),
    Clip("hour", width=64, height=48, frames=3600, rate=Fraction(1), gop=250, options=GOOD),
]
BY_NAME = {clip.name: clip for clip in CLIPS}
DECODERS = {"decord": DecordDecoder, "pyav": PyAvDecoder}


@pytest.fixture(scope="session")
def clip_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@cache
def _made(name: str, folder: Path) -> tuple[Path, StreamFacts, FrameIndex]:
    path = make_clip(BY_NAME[name], folder)
    return path, *survey(path, _no_beat)


def _no_beat() -> None:
    pass


CASES = [pytest.param(name, clip, id=f"{name}-{clip.name}") for clip in CLIPS for name in DECODERS]
DECODABLE = [case for case in CASES if case.values[0] == "pyav" or not case.values[1].fallback]


@pytest.mark.parametrize(("name", "clip"), CASES)
def test_every_wanted_frame_is_the_right_one(name: str, clip: Clip, clip_folder: Path) -> None:
    path, facts, index = _made(clip.name, clip_folder)
    shown = clip.frames - clip.hidden
    assert len(index.pts) == shown
    if name == "decord" and clip.fallback:
        with pytest.raises(DecoderUnfit, match=clip.fallback):
            DecordDecoder(path, facts, index)
        return
    for positions in _patterns(shown):
        decoder = DECODERS[name](path, facts, index)
        images = list(decoder.frames(positions, _no_beat))
        decoder.close()
        got = [(position, None if image is None else read_code(image)) for position, image in images]
        assert got == [(position, position + clip.hidden) for position in positions]


def _patterns(count: int) -> list[list[int]]:
    """Rising positions: evenly spread, dense, around keyframes and the ends, and thrown at random."""
    patterns = [list(range(0, count, max(count // 32, 1))), list(range(min(count, 60)))]
    patterns.append(sorted({0, count - 1, *(k for g in (20, 21, 40) for k in (g - 1, g) if k < count)}))
    for seed in range(3):
        chosen = np.random.default_rng(seed).permutation(count)[: max(count // (seed * 4 + 2), 1)][:40]
        patterns.append(sorted(int(i) for i in chosen))
    return patterns


@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.name)
def test_times_are_those_of_the_frames(clip: Clip, clip_folder: Path) -> None:
    _, _, index = _made(clip.name, clip_folder)
    seconds = index.pts * float(index.time_base)
    expected = np.array([clip.seconds(i) for i in range(clip.hidden, clip.frames)])
    offset = seconds[0] - expected[0]  # transport streams, edit lists and AVI move the start, and only that
    assert np.abs(seconds - offset - expected).max() <= float(index.time_base) + 1e-9


@pytest.mark.parametrize(("name", "clip"), DECODABLE)
def test_pictures_are_upright_rgb_in_true_colours(name: str, clip: Clip, clip_folder: Path) -> None:
    path, facts, index = _made(clip.name, clip_folder)
    decoder = DECODERS[name](path, facts, index)
    ((_, image),) = decoder.frames([len(index.pts) // 2], _no_beat)
    decoder.close()
    assert image is not None
    assert image.dtype == np.uint8
    turned = clip.rotation in {90, 270}
    assert image.shape == ((clip.width, clip.height, 3) if turned else (clip.height, clip.width, 3))
    assert facts.rotation == clip.rotation
    assert np.abs(cell_means(image)[0] - COLOURS).max() < 25


def test_both_decoders_give_the_same_picture(clip_folder: Path) -> None:
    path, facts, index = _made("b_frames", clip_folder)
    images = [next(iter(DECODERS[name](path, facts, index).frames([31], _no_beat)))[1] for name in DECODERS]
    assert images[0] is not None
    assert images[1] is not None
    assert np.abs(images[0].astype(int) - images[1].astype(int)).mean() < 2


SESSION_CLIPS = ["b_frames", "av1", "turned_90", "several_videos", "uhd", "hour", "one_frame", "edit_list"]


@pytest.mark.parametrize("name", SESSION_CLIPS)
def test_session_decodes_in_a_child_and_records_the_fallback(name: str, clip_folder: Path) -> None:
    path, facts, index = _made(name, clip_folder)
    clip = BY_NAME[name]
    frames, report, reasons, session_facts = _session(path, AnalysisOptions())
    assert [read_code(frame.image) for frame in frames] == [
        int(np.searchsorted(index.pts, frame.time.pts)) + clip.hidden for frame in frames
    ]
    assert session_facts == facts
    added = {"frames_indexed", "gop"}
    assert probe(path).details == {key: value for key, value in facts.details.items() if key not in added}
    assert probe(path).rotation == facts.rotation == clip.rotation
    assert report.requested == report.decoded == len(frames) == min(32, clip.frames - clip.hidden)
    assert report.failed == 0
    assert report.times == tuple(frame.time for frame in frames)
    assert report.expected_frames == clip.frames - clip.hidden
    assert report.readable_until is not None
    assert report.readable_until.pts == index.pts[-1]
    fallbacks = [reason.detail for reason in reasons if reason.code is ReasonCode.DECODER_FALLBACK]
    if clip.fallback:
        assert report.decoder.startswith("PyAV")
        assert len(fallbacks) == 1
        assert clip.fallback in fallbacks[0]
        assert fallbacks[0] in report.notes
    else:
        assert report.decoder.startswith("Decord")
        assert reasons == ()


def _session(
    path: Path, options: AnalysisOptions
) -> tuple[list[Frame], SamplingReport, tuple[object, ...], StreamFacts]:
    with open_media(path, options, CancelToken()) as session:
        frames = list(session.frames())
        return frames, session.report(), session.reasons(), session.facts


def test_a_name_that_is_no_text_is_no_reason_for_another_decoder(tmp_path: Path) -> None:
    made = make_clip(CLIPS[0], tmp_path)
    try:
        path = made.rename(tmp_path / "caf\udce9.mp4")
    except OSError:
        pytest.skip("this disk takes text only")
    with open_media(path, AnalysisOptions(), CancelToken()) as session:
        assert list(session.frames())
        assert session.report().decoder.startswith("Decord")
        assert session.reasons() == ()


@pytest.mark.parametrize(
    ("plan", "extra", "expected"),
    [
        ("uniform:4", {}, [11, 33, 56, 78]),
        ("uniform:500", {}, list(range(90))),
        ("every:30", {}, [0, 30, 60]),
        ("fps:2", {}, [0, 15, 30, 45, 60, 75]),
        ("fps:1000", {}, list(range(90))),
        ("keyframes", {}, [0]),
        ("every:10", {"start_s": 1.0, "end_s": 2.0}, [30, 40, 50, 60]),
        ("uniform:2", {"start_s": 2.5}, [78, 86]),
        ("every:1", {"max_frames": 3}, [15, 45, 75]),
    ],
)
def test_plans_choose_the_frames_they_promise(
    plan: str, extra: dict[str, object], expected: list[int], clip_folder: Path
) -> None:
    path, _, _ = _made("long_gop", clip_folder)
    frames, report, _, _ = _session(path, AnalysisOptions.parse({"sampling": plan, **extra}))
    assert [read_code(frame.image) for frame in frames] == expected
    assert report.plan == plan
    assert report.requested == len(expected)
    assert any("thinned" in note for note in report.notes) == ("max_frames" in extra)


def test_fps_plan_follows_the_clock_when_the_rate_varies(clip_folder: Path) -> None:
    path, _, index = _made("variable_rate", clip_folder)
    frames, _, _, _ = _session(path, AnalysisOptions(sampling="fps:4"))
    seconds = index.pts * float(index.time_base)
    on_screen = [int(np.flatnonzero(seconds <= k / 4 + 1e-6)[-1]) for k in range(int(seconds[-1] * 4) + 1)]
    assert [read_code(frame.image) for frame in frames] == on_screen
