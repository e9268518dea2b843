"""Clips that are cut out: exactly at frames, upright, with their sound, and open about what they are."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from sjedd_video.errors import Cancelled, MediaError, OutputError
from sjedd_video.progress import CancelToken
from sjedd_video.report.clip import write_clip
from synthetic import Clip, make_clip, read_code


def frames(path):
    """Time in seconds and number of every frame."""
    with av.open(str(path)) as container:
        return [(float(f.time), read_code(f.to_ndarray(format="rgb24"))) for f in container.decode(video=0)]


def metadata(path):
    with av.open(str(path)) as container:
        return {key.lower(): value for key, value in container.metadata.items()}


CLIPS = [
    Clip("steady", gop=20),
    Clip("turned", rotation=90, frames=40),
    Clip("b-frames", bframes=3, gop=60),
    Clip("rates", ticks=lambda i: i * 40 + (i % 3) * 13, time_base=Fraction(1, 1000)),
    Clip("matroska", suffix="mkv", frames=50),
]


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
@pytest.mark.parametrize("clip", CLIPS, ids=lambda clip: clip.name)
def test_exactly_the_frames_on_screen_with_their_distances(clip, ending, tmp_path):
    source, target = make_clip(clip, tmp_path), tmp_path / f"out.{ending}"
    start, end = clip.seconds(13) + 0.001, clip.seconds(27) + 0.001
    write_clip(source, start, end, target)
    found = frames(target)
    assert [number for _, number in found] == list(range(13, 28))
    expected = [clip.seconds(i) - clip.seconds(13) for i in range(13, 28)]
    np.testing.assert_allclose([time for time, _ in found], expected, atol=0.0011)


def test_the_lossless_clip_has_the_very_pixels(tmp_path):
    source, target = make_clip(Clip("a", frames=20), tmp_path), tmp_path / "out.mkv"
    write_clip(source, 0.0, 0.1, target)
    with av.open(str(source)) as one, av.open(str(target)) as other:
        pairs = list(zip(one.decode(video=0), other.decode(video=0), strict=False))
    assert len(pairs) == 4
    for before, after in pairs:
        np.testing.assert_array_equal(before.to_ndarray(), after.to_ndarray())


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_sound_goes_along_as_long_as_the_pictures(ending, tmp_path):
    source, target = make_clip(Clip("loud", audio=True), tmp_path), tmp_path / f"out.{ending}"
    write_clip(source, 0.5, 1.5, target)
    with av.open(str(target)) as container:
        samples = sum(frame.samples for frame in container.decode(audio=0))
    assert samples == pytest.approx(16_000, abs=1100)
    assert len(frames(target)) == 31


def test_it_says_what_it_is(tmp_path):
    source, target = make_clip(Clip("a"), tmp_path), tmp_path / "out.mp4"
    before = source.read_bytes()
    write_clip(source, 0.2, 0.4, target, sha256="ab" * 32)
    comment = metadata(target)["comment"]
    for words in ("Not the original", "a.mp4", "encoded again with H.264", "ab" * 32, "0.200000 s to 0.400000 s"):
        assert words in comment
    assert source.read_bytes() == before


def test_stopping_leaves_nothing_and_progress_reaches_the_end(tmp_path):
    source, target, cancel, told = make_clip(Clip("a"), tmp_path), tmp_path / "out.mp4", CancelToken(), []
    write_clip(source, 0.0, 1.0, target, progress=lambda *values: told.append(values))
    assert told[-1] == ("clip", 1000, 1000)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    target.unlink()
    with pytest.raises(Cancelled):
        write_clip(source, 0.0, 1.0, target, progress=lambda *_: cancel.cancel(), cancel=cancel)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_what_cannot_be_cut_is_an_error_and_leaves_nothing(tmp_path):
    source = make_clip(Clip("a", frames=10), tmp_path)
    text = tmp_path / "notes.mp4"
    text.write_text("notes")
    with pytest.raises(MediaError):
        write_clip(text, 0.0, 1.0, tmp_path / "out.mp4")
    with pytest.raises(OutputError, match="cannot be written"):
        write_clip(source, 0.0, 1.0, tmp_path / "nowhere" / "out.mp4")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "notes.mp4"]
