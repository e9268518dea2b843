"""Clips made in the tests: every frame carries its own number as blocks, so that seeking can be proved exact.

The picture is a grid of 6 x 8 cells: a bar of eight colours, four rows with the 16 bits of the frame's number (plain,
then inverted) and the colours again, shifted. The blocks are large and the inverse is a check, so the number survives
H.264 at low quality, chroma subsampling and odd sizes; the colours show a swapped channel or a picture that is not
upright.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import PictureType
from numpy.typing import NDArray

ImageU8 = NDArray[np.uint8]
ROWS, COLUMNS, BITS = 6, 8, 16
COLOURS = np.array(
    [(200, 30, 30), (30, 180, 30), (30, 30, 200), (215, 215, 215), (30, 30, 30), (200, 200, 30), (30, 180, 180),
     (180, 30, 180)],
    np.uint8,
)  # fmt: skip
LAST_ROW = np.roll(COLOURS, 3, axis=0)
DARK, LIGHT = 40, 215


def coded_image(number: int, width: int, height: int) -> ImageU8:
    """The picture of frame ``number`` (0..65535), RGB ``(height, width, 3) uint8``."""
    bits = np.array([(number >> (BITS - 1 - i)) & 1 for i in range(BITS)], np.uint8).reshape(2, COLUMNS)
    levels = np.where(np.concatenate([bits, 1 - bits]), LIGHT, DARK).astype(np.uint8)
    cells = np.concatenate([COLOURS[None], np.repeat(levels[..., None], 3, axis=2), LAST_ROW[None]])
    rows = np.arange(height) * ROWS // height
    columns = np.arange(width) * COLUMNS // width
    return np.ascontiguousarray(cells[rows[:, None], columns[None, :]])


def cell_means(image: ImageU8) -> NDArray[np.float64]:
    """Mean colour of the inner part of every cell, ``(6, 8, 3)``."""
    height, width = image.shape[:2]
    means = np.empty((ROWS, COLUMNS, 3))
    for row in range(ROWS):
        top, bottom = row * height / ROWS, (row + 1) * height / ROWS
        inner_rows = slice(round(top + (bottom - top) * 0.25), max(round(bottom - (bottom - top) * 0.25), 1))
        for column in range(COLUMNS):
            left, right = column * width / COLUMNS, (column + 1) * width / COLUMNS
            inner = slice(round(left + (right - left) * 0.25), max(round(right - (right - left) * 0.25), 1))
            means[row, column] = image[inner_rows, inner].reshape(-1, 3).mean(axis=0)
    return means


def read_code(image: ImageU8) -> int | None:
    """The number burnt into ``image``; None if the blocks contradict their inverse or the picture is not upright."""
    means = cell_means(image)
    if np.abs(means[0] - COLOURS).max() > 90 or np.abs(means[-1] - LAST_ROW).max() > 90:
        return None
    luma = means[1:5].mean(axis=2)
    plain, inverted = luma[:2].ravel() > 128, luma[2:].ravel() > 128
    if (plain == inverted).any():
        return None
    return int("".join("1" if bit else "0" for bit in plain), 2)


@dataclass(frozen=True)
class Clip:
    """How a clip is made. ``ticks`` gives the pts of frame ``i`` in ``time_base``; None is one tick a frame."""

    name: str
    codec: str = "libx264"
    suffix: str = "mp4"
    pix_fmt: str = "yuv420p"
    width: int = 320
    height: int = 192
    frames: int = 60
    rate: Fraction = Fraction(30)
    gop: int = 20
    options: dict[str, str] = field(default_factory=dict)
    bframes: int | None = None
    ticks: Callable[[int], int] | None = None
    time_base: Fraction | None = None
    rotation: int = 0
    audio: bool = False
    video_streams: int = 1
    muxer: dict[str, str] = field(default_factory=dict)
    hidden: int = 0
    """Frames at the start that an edit list hides."""
    fallback: str = ""
    """Part of the reason why Decord is not used; empty where Decord must do it."""

    def pts(self, index: int) -> int:
        """Presentation time of frame ``index`` in units of ``base``."""
        return index if self.ticks is None else self.ticks(index)

    @property
    def base(self) -> Fraction:
        """Time base of ``pts``."""
        return self.time_base or 1 / self.rate

    def seconds(self, index: int) -> float:
        """Presentation time of frame ``index`` in seconds."""
        return float(self.pts(index) * self.base)


FAST = {
    "libx264": {"preset": "ultrafast", "crf": "30"},
    "libx265": {"preset": "ultrafast", "crf": "30", "x265-params": "log-level=none"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "crf": "40", "b": "0"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8", "crf": "40", "b": "400k"},
    "libsvtav1": {"preset": "8", "crf": "30", "svtav1-params": "lp=1"},
    "mpeg4": {"q": "6"},
    "mjpeg": {"q": "6"},
}


def make_clip(clip: Clip, folder: Path) -> Path:
    """Write ``clip`` into ``folder`` and return its path."""
    path = folder / f"{clip.name}.{clip.suffix}"
    with _usual_priority(), av.open(str(path), "w", options=clip.muxer) as container:
        videos = [_video_stream(container, clip) for _ in range(clip.video_streams)]
        sound = container.add_stream("aac", rate=16_000) if clip.audio else None
        for number, stream in enumerate(videos):
            for index in range(clip.frames):
                # Every further stream carries numbers of its own, so that a mix-up of streams is seen.
                frame = _frame(clip, index, index + 1000 * number)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        if sound is not None:
            for frame in _sound(clip):
                container.mux(sound.encode(frame))
            container.mux(sound.encode(None))
    return path


@contextmanager
def _usual_priority() -> Iterator[None]:
    """SVT-AV1 gives the process that it runs in real-time priority where it may, and leaves it so."""
    yield
    if hasattr(os, "sched_setscheduler"):
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def _video_stream(container: av.container.OutputContainer, clip: Clip) -> av.VideoStream:
    stream = container.add_stream(clip.codec, rate=clip.rate, options={**FAST.get(clip.codec, {}), **clip.options})
    stream.width, stream.height, stream.pix_fmt = clip.width, clip.height, clip.pix_fmt
    stream.codec_context.gop_size = clip.gop
    stream.codec_context.time_base = clip.base
    stream.codec_context.thread_count = 1
    if clip.bframes is not None:
        stream.codec_context.max_b_frames = clip.bframes
    if clip.rotation:
        stream.set_display_rotation(-clip.rotation % 360)
    return stream


def _frame(clip: Clip, index: int, number: int) -> av.VideoFrame:
    turns = clip.rotation // 90 % 4
    upright = (clip.height, clip.width) if turns % 2 else (clip.width, clip.height)
    image = np.ascontiguousarray(np.rot90(coded_image(number, *upright), turns))
    frame = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(format=clip.pix_fmt)
    frame.pts, frame.time_base = clip.pts(index), clip.base
    frame.pict_type = PictureType.NONE
    return frame


def _sound(clip: Clip) -> Iterator[av.AudioFrame]:
    total = int(clip.seconds(clip.frames) * 16_000)
    for start in range(0, total, 1024):
        samples = np.sin(np.arange(start, start + 1024) * 0.05).astype(np.float32)[None] * 0.2
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 16_000, start, Fraction(1, 16_000)
        yield frame


def truncated(source: Path, target: Path, share: float) -> Path:
    """Copy the first ``share`` of a file's bytes."""
    data = source.read_bytes()
    target.write_bytes(data[: int(len(data) * share)])
    return target


def corrupted(source: Path, target: Path, share: float, count: int = 300) -> Path:
    """Copy a file with ``count`` bytes changed, starting at ``share`` of its payload."""
    data = bytearray(source.read_bytes())
    payload = max(data.find(b"mdat"), 0) + 8
    start = payload + int((len(data) - payload) * share)
    for position in range(start, min(start + count, len(data))):
        data[position] ^= 0x5A
    target.write_bytes(data)
    return target


def patched(source: Path, target: Path, *changes: tuple[bytes, int, bytes]) -> Path:
    """Copy a file with ``(marker, offset, new)``: ``new`` bytes written ``offset`` after the first ``marker``."""
    data = bytearray(source.read_bytes())
    for marker, offset, new in changes:
        found = data.find(marker)
        assert found >= 0, f"{marker!r} is not in {source.name}"
        data[found + offset : found + offset + len(new)] = new
    target.write_bytes(data)
    return target


__all__ = [
    "Clip", "cell_means", "coded_image", "corrupted", "make_clip", "patched", "read_code", "replace", "truncated",
]  # fmt: skip
