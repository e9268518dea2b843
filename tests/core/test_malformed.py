"""Damaged, hostile and mislabelled files, and decoders that die: every one ends in a typed outcome."""

from __future__ import annotations

import io
import os
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from sjedd_video.decode import process, sandbox
from sjedd_video.decode.coverage import IndexSummary
from sjedd_video.decode.errlog import ErrorLog
from sjedd_video.decode.sandbox import open_media
from sjedd_video.decode.wire import unpack_facts
from sjedd_video.errors import Cancelled, DecoderCrashed, DecoderStalled, MediaError
from sjedd_video.options import AnalysisOptions
from sjedd_video.progress import CancelToken
from sjedd_video.types import Outcome, ReasonCode, SamplingReport
from synthetic import Clip, coded_image, corrupted, make_clip, patched, read_code, truncated

GOOD = {"preset": "veryfast", "crf": "26"}
FAST_START = {"movflags": "faststart"}
BILLIONS = struct.pack(">I", 0x7FFFFFFF)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("sound")
    made = [
        Clip("mp4", frames=90, gop=15, options=GOOD),
        Clip("fast", frames=90, gop=15, options=GOOD, muxer=FAST_START),
        *(Clip(suffix, suffix=suffix, frames=90, gop=15, options=GOOD) for suffix in ("mkv", "avi", "ts")),
    ]
    return {clip.name: make_clip(clip, folder) for clip in made}


def _audio_only(folder: Path) -> Path:
    path = folder / "sound.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=16_000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 16_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _written(folder: Path, name: str, data: bytes) -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def _huge_png() -> bytes:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [b"IHDR" + header, b"IDAT" + zlib.compress(bytes(1000))]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks
    )


Maker = Callable[[dict[str, Path], Path], Path]
UNREADABLE: dict[str, tuple[Maker, ReasonCode]] = {
    "missing": (lambda clips, folder: folder / "nothing.mp4", ReasonCode.NOT_FOUND),
    "name too long": (lambda clips, folder: folder / ("x" * 5000), ReasonCode.NOT_READABLE),
    "folder": (lambda clips, folder: folder, ReasonCode.NOT_READABLE),
    "device": (lambda clips, folder: Path(os.devnull), ReasonCode.NOT_READABLE),
    "empty": (lambda clips, folder: _written(folder, "empty.mp4", b""), ReasonCode.EMPTY_FILE),
    "text": (lambda clips, folder: _written(folder, "text.mp4", b"not a video\n" * 50), ReasonCode.NOT_MEDIA),
    "text named txt": (lambda clips, folder: _written(folder, "text.txt", b"plain words\n" * 50), ReasonCode.NOT_MEDIA),
    "noise": (
        lambda clips, folder: _written(folder, "noise.mp4", np.random.default_rng(0).bytes(50_000)),
        ReasonCode.NOT_MEDIA,
    ),
    "playlist of other files": (
        lambda clips, folder: _written(folder, "list.mp4", f"ffconcat version 1.0\nfile {clips['mp4']}\n".encode()),
        ReasonCode.NOT_MEDIA,
    ),
    "playlist of a server": (
        lambda clips, folder: _written(
            folder, "list.m3u8", b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n"
        ),
        ReasonCode.NOT_MEDIA,
    ),
    "sound only": (lambda clips, folder: _audio_only(folder), ReasonCode.NO_VIDEO_STREAM),
    "one byte": (lambda clips, folder: _written(folder, "one.mp4", b"\x00"), ReasonCode.NOT_MEDIA),
    "cut before its index": (
        lambda clips, folder: truncated(clips["mp4"], folder / "cut.mp4", 0.5),
        ReasonCode.TRUNCATED,
    ),
    "cut inside its header": (
        lambda clips, folder: truncated(clips["fast"], folder / "cut.mp4", 0.02),
        ReasonCode.TRUNCATED,
    ),
    "unknown codec": (
        lambda clips, folder: patched(clips["mp4"], folder / "codec.mp4", (b"avc1\x00", 0, b"zzz1")),
        ReasonCode.UNSUPPORTED_CODEC,
    ),
    "billions of frames, MP4": (
        lambda clips, folder: patched(clips["mp4"], folder / "absurd.mp4", (b"stts", 12, BILLIONS)),
        ReasonCode.IMPLAUSIBLE_HEADER,
    ),
    "billions of frames, AVI": (
        lambda clips, folder: patched(
            clips["avi"], folder / "absurd.avi", (b"strh", 40, b"\xf0\xff\xff\xff"), (b"avih", 24, b"\xf0\xff\xff\xff")
        ),
        ReasonCode.IMPLAUSIBLE_HEADER,
    ),
    "more samples than bytes": (
        lambda clips, folder: patched(clips["mp4"], folder / "samples.mp4", (b"stsz", 12, b"\xff\xff\xff\xf0")),
        ReasonCode.NOT_READABLE,
    ),
    "samples of one byte": (
        lambda clips, folder: patched(clips["mp4"], folder / "samples.mp4", (b"stsz", 8, b"\0\0\0\1\x0f\xff\xff\xf0")),
        ReasonCode.NOTHING_DECODED,
    ),
    "payload all zero": (
        lambda clips, folder: patched(clips["fast"], folder / "zero.mp4", (b"mdat", 4, bytes(9_000))),
        ReasonCode.NOTHING_DECODED,
    ),
    "image of 3600 megapixels": (
        lambda clips, folder: _written(folder, "huge.png", _huge_png()),
        ReasonCode.IMPLAUSIBLE_HEADER,
    ),
    "image without its data": (
        lambda clips, folder: _written(folder, "cut.jpg", _jpeg()[:100]),
        ReasonCode.NOT_READABLE,
    ),
    "image cut in half": (
        lambda clips, folder: _written(folder, "half.jpg", _jpeg()[: len(_jpeg()) // 2]),
        ReasonCode.NOTHING_DECODED,
    ),
    "empty time range": (lambda clips, folder: clips["mp4"], ReasonCode.EMPTY_RANGE),
}


def _jpeg(**extra: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(coded_image(77, 320, 192)).save(buffer, "JPEG", quality=90, **extra)
    return buffer.getvalue()


Found = tuple[list[int | None], SamplingReport, set[ReasonCode]]


def _codes(path: Path, options: AnalysisOptions | None = None) -> Found:
    with open_media(path, options or AnalysisOptions(sampling="every:1"), CancelToken()) as session:
        codes = [read_code(frame.image) for frame in session.frames()]
        return codes, session.report(), {reason.code for reason in session.reasons()}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_file_says_why(name: str, clips: dict[str, Path], tmp_path: Path) -> None:
    make, reason = UNREADABLE[name]
    path = make(clips, tmp_path)
    options = AnalysisOptions(start_s=50.0) if reason is ReasonCode.EMPTY_RANGE else AnalysisOptions()
    with pytest.raises(MediaError) as caught:
        _codes(path, options)
    assert caught.value.reason.code is reason
    assert caught.value.outcome is Outcome.UNREADABLE
    assert path.name[:200] in caught.value.message


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything")
def test_file_without_permission(clips: dict[str, Path], tmp_path: Path) -> None:
    path = _written(tmp_path, "secret.mp4", clips["mp4"].read_bytes())
    path.chmod(0)
    with pytest.raises(MediaError) as caught:
        _codes(path)
    assert caught.value.reason.code is ReasonCode.NOT_READABLE


@pytest.mark.parametrize("name", ["fast", "mkv", "avi", "ts"])
def test_cut_file_is_used_as_far_as_it_goes_and_says_so(name: str, clips: dict[str, Path], tmp_path: Path) -> None:
    path = truncated(clips[name], tmp_path / f"cut.{clips[name].suffix}", 0.6)
    codes, report, reasons = _codes(path)
    assert ReasonCode.TRUNCATED in reasons
    assert None not in codes
    assert codes == sorted(set(codes))
    assert 20 < len(codes) < 80
    assert report.readable_until == report.times[-1]
    if name != "ts":  # a transport stream does not declare how long it is
        assert ReasonCode.FRAMES_MISSING in reasons
        assert report.expected_frames is not None
        assert abs(report.expected_frames - 90) <= 2
    assert any("cut off" in note for note in report.notes)


@pytest.mark.parametrize("name", ["fast", "mkv", "avi", "ts"])
def test_damage_inside_is_counted_and_never_shown(name: str, clips: dict[str, Path], tmp_path: Path) -> None:
    path = corrupted(clips[name], tmp_path / f"damaged{clips[name].suffix}", 0.4)
    codes, report, reasons = _codes(path)
    assert ReasonCode.FRAMES_MISSING in reasons
    assert None not in codes
    assert codes == sorted(set(codes))
    assert 30 < len(codes) < 90
    assert report.decoded == len(codes)
    assert report.requested == report.decoded + report.failed
    assert "PyAV" in report.decoder


def test_frames_of_a_damaged_file_equal_those_of_the_sound_one(clips: dict[str, Path], tmp_path: Path) -> None:
    path = corrupted(clips["fast"], tmp_path / "damaged.mp4", 0.4, count=60)
    options = AnalysisOptions(sampling="every:1", decoder="pyav")
    with open_media(clips["fast"], options, CancelToken()) as session:
        sound = {frame.time: frame.image for frame in session.frames()}
    with open_media(path, options, CancelToken()) as session:
        delivered = {frame.time: frame.image for frame in session.frames()}
    assert 30 < len(delivered) < len(sound)
    for moment, image in delivered.items():
        assert np.array_equal(image, sound[moment]), f"frame at {moment.seconds:.2f} s was concealed"


def test_jpeg_named_mp4_is_an_image_with_a_note(tmp_path: Path) -> None:
    codes, report, _ = _codes(_written(tmp_path, "photo.mp4", _jpeg()))
    assert codes == [77]
    assert any(".mp4" in note and "JPEG" in note for note in report.notes)
    assert report.expected_frames == 1


def test_video_named_jpg_is_a_video_with_a_note(clips: dict[str, Path], tmp_path: Path) -> None:
    codes, report, _ = _codes(_written(tmp_path, "video.jpg", clips["mp4"].read_bytes()), AnalysisOptions())
    assert len(codes) == 32
    assert any(".jpg" in note for note in report.notes)


@pytest.mark.parametrize(("orientation", "turns", "rotation"), [(1, 0, 0), (3, 2, 180), (6, 1, 90), (8, 3, 270)])
def test_photo_is_turned_by_its_orientation(orientation: int, turns: int, rotation: int, tmp_path: Path) -> None:
    stored = Image.fromarray(np.ascontiguousarray(np.rot90(coded_image(500, 320, 192), turns)))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "photo.jpg", exif=exif, quality=90)
    with open_media(tmp_path / "photo.jpg", AnalysisOptions(), CancelToken()) as session:
        (frame,) = session.frames()
        assert session.facts.kind == "image"
        assert session.facts.rotation == rotation
    assert frame.image.shape == (192, 320, 3)
    assert read_code(frame.image) == 500


STILLS = [("png", "RGBA"), ("png", "L"), ("png", "P"), ("webp", "RGB"), ("jpg", "CMYK")]


@pytest.mark.parametrize(("suffix", "mode"), STILLS)
def test_still_formats_and_modes(suffix: str, mode: str, tmp_path: Path) -> None:
    source = Image.fromarray(coded_image(9, 320, 192))
    converted = source.convert(mode)
    converted.save(tmp_path / f"still.{suffix}")
    with open_media(tmp_path / f"still.{suffix}", AnalysisOptions(), CancelToken()) as session:
        (frame,) = session.frames()
    expected = np.asarray(converted.convert("RGB"))
    assert frame.image.shape == (192, 320, 3)
    assert np.abs(frame.image.astype(int) - expected).mean() < 6


def test_grey_of_16_bits_is_scaled_not_clipped(tmp_path: Path) -> None:
    Image.fromarray(np.full((40, 60), 0x8000, np.uint16)).save(tmp_path / "grey.png")
    with open_media(tmp_path / "grey.png", AnalysisOptions(), CancelToken()) as session:
        (frame,) = session.frames()
    assert frame.image.shape == (40, 60, 3)
    assert (frame.image == 128).all()


FAULTS = {
    "Segfaulting": (DecoderCrashed, ReasonCode.DECODER_CRASHED, Outcome.CRASHED, "SIGSEGV"),
    "Aborting": (DecoderCrashed, ReasonCode.DECODER_CRASHED, Outcome.CRASHED, "SIGABRT"),
    "Exiting": (DecoderCrashed, ReasonCode.DECODER_CRASHED, Outcome.CRASHED, "code 3"),
    "Stalling": (DecoderStalled, ReasonCode.DECODER_STALLED, Outcome.TIMED_OUT, "no progress"),
    "Hungry": (DecoderCrashed, ReasonCode.OUT_OF_MEMORY, Outcome.CRASHED, "memory"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_of_the_only_decoder(fault: str, clips: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    kind, reason, outcome, words = FAULTS[fault]
    monkeypatch.setitem(sandbox.DECODERS, "pyav", f"faulty_decoders:{fault}")
    options = AnalysisOptions(decoder="pyav", idle_timeout_s=3.0, max_memory_mb=512)
    with open_media(clips["mp4"], options, CancelToken()) as session:
        frames = []
        with pytest.raises(kind) as caught:
            frames.extend(session.frames())
        report = session.report()
    assert caught.value.reason.code is reason
    assert caught.value.outcome is outcome
    assert words in caught.value.message
    assert "mp4.mp4" in caught.value.message
    assert report.decoded == 3
    assert report.requested == 32


@pytest.mark.parametrize("fault", [*FAULTS, "GivingUp"])
def test_fallback_goes_on_where_the_first_decoder_failed(
    fault: str, clips: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sandbox.DECODERS, "decord", f"faulty_decoders:{fault}")
    options = AnalysisOptions(sampling="every:3", idle_timeout_s=3.0, max_memory_mb=512)
    codes, report, reasons = _codes(clips["mp4"], options)
    assert codes == list(range(0, 90, 3))
    assert reasons == {ReasonCode.DECODER_FALLBACK}
    assert report.decoder.startswith("Faulty 1.0, then PyAV")
    assert any("after 3 frames" in note for note in report.notes)


def test_library_noise_cannot_break_the_protocol(clips: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sandbox.DECODERS, "decord", "faulty_decoders:Chattering")
    codes, report, _ = _codes(clips["mp4"], AnalysisOptions(sampling="every:3"))
    assert codes == list(range(0, 90, 3))
    assert report.decoder == "Faulty 1.0"


def test_chosen_decoder_is_not_replaced_in_silence(clips: dict[str, Path]) -> None:
    with pytest.raises(MediaError) as caught:
        _codes(clips["ts"], AnalysisOptions(decoder="decord"))
    assert caught.value.reason.code is ReasonCode.UNSUPPORTED_CODEC


def test_cancelling_ends_the_child(clips: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sandbox.DECODERS, "pyav", "faulty_decoders:Stalling")
    cancel = CancelToken()
    with open_media(clips["mp4"], AnalysisOptions(decoder="pyav"), cancel) as session:
        child = session._process
        assert child is not None
        frames = session.frames()
        for _ in range(3):
            next(frames)
        threading.Timer(0.2, cancel.cancel).start()
        with pytest.raises(Cancelled):
            next(frames)
    assert not child.alive


def test_closing_early_leaves_nothing_behind(clips: dict[str, Path]) -> None:
    before = set(threading.enumerate())
    with open_media(clips["mp4"], AnalysisOptions(), CancelToken()) as session:
        child = session._process
        assert child is not None
        next(session.frames())
    assert not child.alive
    assert set(threading.enumerate()) == before


def test_child_ends_when_its_parent_dies(clips: dict[str, Path]) -> None:
    child = process.DecodeProcess()
    assert child._child.stdin is not None
    child._child.stdin.close()  # what the end of the parent looks like
    assert child._child.wait(timeout=60) == 0
    child.stop()


ORPHAN_MAKER = """
import sys
from pathlib import Path
from sjedd_video.decode import sandbox
from sjedd_video.options import AnalysisOptions
from sjedd_video.progress import CancelToken
sandbox.DECODERS["pyav"] = "faulty_decoders:Stalling"
session = sandbox.open_media(Path(sys.argv[1]), AnalysisOptions(decoder="pyav"), CancelToken())
frames = session.frames()
for _ in range(3):
    next(frames)
print(session._process._child.pid, flush=True)
next(frames)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_hanging_child_does_not_outlive_a_killed_parent(clips: dict[str, Path]) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [sys.executable, "-c", ORPHAN_MAKER, str(clips["mp4"])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        os.kill(child, 0)
        parent.kill()
    for _ in range(600):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{child}/stat").exists() and " Z " in Path(f"/proc/{child}/stat").read_text():
            return  # dead; nobody has collected it yet
        time.sleep(0.1)
    pytest.fail("the decoding process is still there")


def test_child_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['x', '0', 'x']; from sjedd_video.decode import child; child._import_decoders();"
        "print(*sorted(n for n in ('torch', 'cv2', 'pydantic', 'onnxruntime', 'PIL', 'ssl', 'http.client') "
        "if n in sys.modules))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, env=environment, check=True)
    assert done.stdout.split() == []


def test_error_log_is_bounded_and_skips_harmless_lines() -> None:
    saved = os.dup(2)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)
        try:
            log = ErrorLog()
            os.write(2, b"[h264 @ 0x7f12] mmco: unref short failure\n")
            harmless = log.complaints()
            os.write(2, b"[h264 @ 0x7f12] error while decoding MB 1 2\n" * 30_000)
            flood = log.complaints()
            size = os.fstat(2).st_size
            os.write(2, b"[h264 @ 0x7f12] one more\n")
            after = log.complaints()
        finally:
            os.dup2(saved, 2)
            os.close(saved)
    assert harmless == []
    assert flood[0] == "h264: error while decoding MB 1 2"
    assert size == 0
    assert after == ["h264: one more"]


def test_prestarted_child_is_used_and_survives_its_own_death(clips: dict[str, Path]) -> None:
    process.prestart()
    first = process._spare
    assert first is not None
    with open_media(clips["mp4"], AnalysisOptions(), CancelToken()) as session:
        assert session._process is first
    process.prestart()
    dead = process._spare
    assert dead is not None
    os.kill(dead._child.pid, signal.SIGKILL)
    dead._child.wait()
    with open_media(clips["mp4"], AnalysisOptions(), CancelToken()) as session:
        assert session._process is not dead
        assert len(list(session.frames())) == 32


def test_memory_stays_bounded_by_the_ring(clips: dict[str, Path]) -> None:
    with open_media(clips["mp4"], AnalysisOptions(sampling="every:1"), CancelToken()) as session:
        assert session._ring is not None
        assert session._ring.slots < 90  # so that the 90 frames below reuse slots
        frames = list(session.frames())
    assert [read_code(frame.image) for frame in frames] == list(range(90))


VALID_FACTS = {
    "kind": "video", "container": "mov", "codec": "h264", "width": 320, "height": 192, "rotation": 0,
    "duration_s": 3.0, "frames_declared": 90, "average_rate": "30", "time_base": "1/15360", "start_pts": 0,
    "details": {},
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value"),
    [("width", 10**9), ("height", -1), ("width", True), ("rotation", 45), ("kind", "script"), ("time_base", "0/1"),
     ("time_base", "1/0"), ("frames_declared", 5 * 10**9), ("codec", 7), ("start_pts", 1 << 80)],
)  # fmt: skip
def test_facts_from_the_child_are_checked_again(key: str, value: object) -> None:
    assert unpack_facts(VALID_FACTS).width == 320
    with pytest.raises((ValueError, ZeroDivisionError)):
        unpack_facts({**VALID_FACTS, key: value})


def test_index_from_the_child_is_checked_again() -> None:
    valid = {
        "frames": 9, "damaged": 0, "discarded": 0, "first": 0, "last": 8, "end": 9, "time_base": "1/30",
        "gap": None, "complaint": "",
    }  # fmt: skip
    assert IndexSummary.unpack(valid).frames == 9
    for key, value in (("frames", -1), ("last", "x"), ("gap", [1]), ("time_base", "-1")):
        with pytest.raises((ValueError, TypeError)):
            IndexSummary.unpack({**valid, key: value})
