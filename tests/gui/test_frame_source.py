"""The frame source: every frame by its time stamp, in any order, from a process that may die."""

from __future__ import annotations

import os
import random
import signal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sjedd_gui.player import source as source_module
from sjedd_gui.player.media import pack_index, unpack_media
from sjedd_gui.player.reader import FrameReader
from sjedd_gui.player.source import FrameSource
from sjedd_video.decode import ring, wire
from sjedd_video.decode.index import survey
from sjedd_video.faces.align import align_face
from sjedd_video.types import Crop
from synthetic import Clip, coded_image, corrupted, make_clip, read_code, truncated

GOOD = {"preset": "veryfast", "crf": "26"}
OPEN_H264 = {"preset": "medium", "crf": "28", "x264-params": "open-gop=1:bframes=4:b-pyramid=normal"}
CLIPS = {
    clip.name: clip
    for clip in (
        Clip("variable", ticks=lambda i: i * i * 10 + i * 500, time_base=Fraction(1, 30000), frames=40),
        Clip("b_late", options=GOOD, bframes=3, ticks=lambda i: i + 90, frames=45, gop=250),
        Clip("turned", rotation=90, frames=24),
        Clip("open_groups", options=OPEN_H264),
        Clip("transport", suffix="ts", options=OPEN_H264, frames=45),
        Clip("counted", codec="mpeg4", suffix="avi", bframes=2, frames=40),
        Clip("vp9", codec="libvpx-vp9", suffix="webm", frames=30),
    )
}
LANDMARKS = np.array([[120, 60], [170, 60], [145, 90], [125, 120], [165, 120]], np.float32)


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """Makes a clip once for all tests."""
    folder, made = tmp_path_factory.mktemp("frames"), {}

    def make(name):
        if name not in made:
            made[name] = make_clip(CLIPS[name], folder)
        return made[name]

    return make


@pytest.fixture
def source(qtbot):
    source = FrameSource()
    yield source
    source.close()


def no_beat():
    pass


def descriptors():
    """Open files and memory of this process; Linux only."""
    return {entry.name for entry in Path("/proc/self/fd").glob("*") if entry.exists() or entry.is_symlink()}


def opened(qtbot, source, path):
    with qtbot.waitSignal(source.opened, timeout=20_000) as waiting:
        source.open(path)
    return waiting.args[0]


def code(image):
    """The number in a picture."""
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    bgra = pixels[:, : image.width() * 4].reshape(image.height(), image.width(), 4)
    return read_code(np.ascontiguousarray(bgra[..., 2::-1]))


def frame(qtbot, source, position, size=(320, 192)):
    with qtbot.waitSignal(source.frame, timeout=20_000, check_params_cb=lambda p: p.position == position) as waiting:
        source.request(position, size)
    return waiting.args[0].image


@pytest.mark.parametrize("name", CLIPS)
@pytest.mark.parametrize("cache", [1, 192 << 20], ids=["no cache", "cache"])
def test_reader_gives_the_frame_asked_for_in_any_order(clips, name, cache):
    path = clips(name)
    facts, index = survey(path, no_beat)
    reader = FrameReader(path, facts, index, cache_bytes=cache)
    count = len(index.pts)
    orders = [*range(count), *reversed(range(count)), *random.Random(1).choices(range(count), k=30)]
    for position in orders if cache > 1 else orders[::5]:
        assert read_code(reader.picture(position, reader.full, "rgb24", no_beat)) == position


def search_for_ever(reader, position, beat):
    while True:
        reader.picture(position, (320, 192), "rgb24", beat)
        reader.fetch(0 if position > 20 else 44, beat)


def test_reader_goes_on_after_a_search_was_broken_off(clips):
    path = clips("b_late")
    facts, index = survey(path, no_beat)
    reader, beats = FrameReader(path, facts, index, cache_bytes=1), iter(range(10**6))

    def break_off():
        if next(beats) % 7 == 6:
            raise InterruptedError

    for position in (30, 12, 40, 39, 5, 44):
        with pytest.raises(InterruptedError):
            search_for_ever(reader, position, break_off)
        assert read_code(reader.picture(position, (320, 192), "rgb24", no_beat)) == position


def test_reader_keeps_no_more_than_its_cache(clips):
    path = clips("variable")
    facts, index = survey(path, no_beat)
    limit = 10 * 320 * 192 * 2
    reader = FrameReader(path, facts, index, cache_bytes=limit)
    for position in [*range(40), *reversed(range(40))]:
        reader.picture(position, (32, 20), "bgra", no_beat)
        assert reader._held <= limit
        assert 1 <= len(reader._cache) < 20


def test_damaged_frames_are_named_and_never_shown(clips, tmp_path):
    path = corrupted(clips("b_late"), tmp_path / "hurt.mp4", 0.5)
    facts, index = survey(path, no_beat)
    reader = FrameReader(path, facts, index)
    got = {}
    for position in [*range(len(index.pts)), *reversed(range(len(index.pts)))]:
        image = reader.picture(position, reader.full, "rgb24", no_beat)
        got.setdefault(position, set()).add(None if image is None else read_code(image))
    assert all(answers in ({position}, {None}) for position, answers in got.items())
    assert {None} in got.values()
    assert {0} in got.values()


def test_source_tells_every_time_stamp_and_shows_the_frame(qtbot, source, clips):
    path, clip = clips("variable"), CLIPS["variable"]
    media = opened(qtbot, source, path)
    _, index = survey(path, no_beat)
    assert media.pts.tolist() == index.pts.tolist()
    assert media.keys.tolist() == index.keys.tolist()
    assert media.time_base == index.time_base
    assert [media.time(i).seconds for i in range(40)] == pytest.approx([clip.seconds(i) for i in range(40)], abs=1e-4)
    for position in (0, 1, 2, 25, 24, 39, 3):
        assert code(frame(qtbot, source, position)) == position


def test_a_moment_belongs_to_the_frame_on_screen(qtbot, source, clips):
    media = opened(qtbot, source, clips("variable"))
    for position in range(40):
        seconds = media.time(position).seconds
        assert media.position_at(seconds) == position
        if position < 39:
            assert media.position_at((seconds + media.time(position + 1).seconds) / 2) == position
    assert media.position_at(-5.0) == 0
    assert media.position_at(1e6) == 39


def test_pictures_have_the_size_asked_for_and_stand_upright(qtbot, source, clips):
    media = opened(qtbot, source, clips("turned"))
    assert media.full == (192, 320)
    small = frame(qtbot, source, 7, (96, 160))
    assert (small.width(), small.height(), code(small)) == (96, 160, 7)
    with qtbot.waitSignal(source.full, timeout=10_000) as waiting:
        source.request_full(7)
    full = waiting.args[0].image
    assert (full.width(), full.height(), code(full)) == (192, 320, 7)


def test_crop_is_aligned_as_in_the_analysis(qtbot, source, clips):
    path = clips("turned")
    opened(qtbot, source, path)
    with qtbot.waitSignal(source.crop, timeout=20_000) as waiting:
        source.request_crop(5, LANDMARKS, Crop(1.3, 64, 0.1))
    facts, index = survey(path, no_beat)
    whole = FrameReader(path, facts, index).picture(5, (192, 320), "rgb24", no_beat)
    expected, _ = align_face(np.ascontiguousarray(whole), LANDMARKS, 1.3, 64, 0.1)
    position, crop = waiting.args
    assert position == 5
    assert np.array_equal(crop, expected)


def test_quick_scrubbing_ends_on_the_last_request(qtbot, source, clips):
    opened(qtbot, source, clips("b_late"))
    shown = []
    source.frame.connect(shown.append)
    wanted = [*random.Random(3).choices(range(45), k=80), 31]
    for position in wanted:
        source.request(position, (320, 192))
    qtbot.waitUntil(lambda: not source.busy, timeout=20_000)
    assert shown[-1].position == 31
    assert len(shown) < len(wanted)
    assert all(code(picture.image) == picture.position for picture in shown)


def test_still_picture_is_one_frame(qtbot, source, tmp_path):
    image = Image.fromarray(coded_image(77, 200, 120))
    exif = image.getexif()
    exif[0x0112] = 1
    image.save(tmp_path / "still.png", exif=exif)
    media = opened(qtbot, source, tmp_path / "still.png")
    assert (len(media), media.still, media.full) == (1, True, (200, 120))
    assert code(frame(qtbot, source, 0, (100, 60))) == 77


def test_end_of_a_cut_file_can_be_reached(qtbot, source, tmp_path):
    whole = make_clip(Clip("cut", suffix="mkv", options=GOOD, frames=60), tmp_path)
    media = opened(qtbot, source, truncated(whole, tmp_path / "half.mkv", 0.5))
    assert 5 < len(media) < 60
    images = [frame(qtbot, source, position) for position in range(len(media))]
    numbers = [None if image is None else code(image) for image in images]
    assert all(number in {None, position} for position, number in enumerate(numbers))
    assert numbers[: len(media) - 3] == list(range(len(media) - 3))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gone.mp4", None, "does not exist"),
        ("text.mp4", b"words, not media", "not a video"),
        ("none.mp4", b"", "empty"),
    ],
)
def test_what_cannot_be_opened_is_explained(qtbot, source, tmp_path, name, content, words):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with qtbot.waitSignal(source.failed, timeout=20_000) as waiting:
        source.open(path)
    message, advice, _ = waiting.args
    assert words in message
    assert advice
    assert source.process_id == 0


def test_name_of_strange_bytes_is_opened(qtbot, source, clips, tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9 \xff.mp4")
    path.write_bytes(clips("turned").read_bytes())
    assert len(opened(qtbot, source, path)) == 24


def test_killed_process_is_reported_and_can_be_started_again(qtbot, source, clips):
    path = clips("variable")
    opened(qtbot, source, path)
    frame(qtbot, source, 3)
    with qtbot.waitSignal(source.failed, timeout=10_000) as waiting:
        os.kill(source.process_id, signal.SIGKILL)
    assert "crashed" in waiting.args[0]
    assert source.media is None
    source.request(4, (320, 192))  # nothing to ask any more, and no error either
    opened(qtbot, source, path)
    assert code(frame(qtbot, source, 4)) == 4


def test_stalled_process_is_ended(qtbot, source, clips, monkeypatch):
    opened(qtbot, source, clips("variable"))
    monkeypatch.setattr(source_module, "STALL_MS", 300)
    pid = source.process_id
    os.kill(pid, signal.SIGSTOP)
    with qtbot.waitSignal(source.failed, timeout=10_000) as waiting:
        source.request(9, (320, 192))
    assert "no progress" in waiting.args[0]
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize("line", [b"no JSON\n", b"[1]\n", b'{"payload": -1}\n', b'{"type": "opened"}\n', b"{}\n"])
def test_nonsense_from_the_process_is_a_failure(qtbot, source, line):
    with qtbot.waitSignal(source.failed) as waiting:
        source._take_line(line)
    assert "makes no sense" in waiting.args[0]


@pytest.mark.parametrize("wrong", [{"slot": 2}, {"height": 193}, {"height": 0}, {"width": -1}, {"position": 24}])
def test_picture_outside_the_memory_is_a_failure(qtbot, source, clips, wrong):
    facts, index = survey(clips("turned"), no_beat)
    message = {"facts": wire.pack_facts(facts), "frames": 24, "end_pts": index.end_pts,
               "time_base": str(index.time_base), "size": 1, "modified": 0.0}  # fmt: skip
    source._memory = ring.create_memory()
    ring.Ring(source._memory, source._memory_name, 2, 320 * 192 * 4, create=True).close()
    source._take({"type": "opened", **message}, pack_index(index))
    picture = {"type": "frame", "id": 1, "position": 0, "slot": 0, "height": 192, "width": 320}
    with qtbot.waitSignal(source.frame):
        source._take(picture, b"")
    with qtbot.waitSignal(source.failed) as waiting:
        source._take(picture | wrong, b"")
    assert "makes no sense" in waiting.args[0]


def test_an_index_is_checked(clips):
    facts, index = survey(clips("variable"), no_beat)
    message = {"facts": wire.pack_facts(facts), "frames": 40, "end_pts": index.end_pts,
               "time_base": str(index.time_base), "size": 1, "modified": 0.0}  # fmt: skip
    payload = pack_index(index)
    assert len(unpack_media(message, payload)) == 40
    falling = np.frombuffer(payload[:320], "<i8")[::-1].tobytes() + payload[320:]
    for values, data in ((message, payload[:-1]), (message, falling), (message | {"frames": 0}, b""),
                         (message | {"time_base": "-1/25"}, payload)):  # fmt: skip
        with pytest.raises(ValueError, match=r".+"):
            unpack_media(values, data)


def test_nothing_is_left_after_close(qtbot, source, clips):
    before = descriptors()
    for _ in range(2):
        opened(qtbot, source, clips("turned"))
        source.request(20, (320, 192))
        source.close()
        assert source.process_id == 0
        assert not source._watchdog.isActive()
    qtbot.wait(20)
    assert descriptors() <= before


def test_process_ends_when_the_window_is_gone(qtbot, source, clips):
    opened(qtbot, source, clips("turned"))
    with qtbot.waitSignal(source.failed, timeout=10_000) as waiting:
        source._process.closeWriteChannel()
    assert "ended" in waiting.args[0]
