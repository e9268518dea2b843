"""The fallback decoder: PyAV (FFmpeg's libraries), frame-exact by time stamp, and open about damage."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import av
import numpy as np
from av.error import FFmpegError

from sjedd_video.decode import errlog
from sjedd_video.decode.base import Beat, FrameIndex
from sjedd_video.decode.probe import choose_stream, open_container
from sjedd_video.decode.structure import examine
from sjedd_video.types import ImageU8, StreamFacts

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

MAX_THREADS = 8
SEEK_GAIN = 12
"""Frames that a seek must save; below that, decoding on is quicker than starting over at a keyframe."""
GUESSED_TIMES = ("avi", "mpeg", "vob", "dv")
"""Containers that store few or no presentation times. Where frames are reordered, libav's guesses cannot be relied on;
frames are then counted as they come out, in order of presentation, from the start of the file."""


class PyAvDecoder:
    """Decodes forward from the keyframe before each wanted frame.

    With one thread, where an error belongs to the packet just decoded: with several, how much of a damaged file is
    given up depends on which thread was quicker, and a report must come out the same again. Every frame that was
    decoded from a damaged one is given up, to the next keyframe.
    """

    name = f"PyAV {av.__version__}"

    def __init__(self, path: Path, facts: StreamFacts, index: FrameIndex) -> None:
        self._path, self._facts, self._index = path, facts, index
        self._container: InputContainer | None = None
        errlog.listen()

    def frames(self, positions: Sequence[int], beat: Beat) -> Iterator[tuple[int, ImageU8 | None]]:
        """See ``Decoder.frames``."""
        run = self.begin(careful=True)
        for position in positions:
            frame = run.advance(position, beat) or run.advance_from_before(position, beat)
            yield position, None if frame is None else self._convert(frame)

    def close(self) -> None:
        """Release the file."""
        if self._container is not None:
            self._container.close()
            self._container = None

    def begin(self, *, careful: bool) -> Run:
        """A pass from the start of the file; it ends the one before. ``careful``: with one thread, see
        above; the player, which shows no frame that it doubts, goes with all processors."""
        self.close()
        container = self._container = open_container(self._path, examine(self._path))
        stream = choose_stream(container, self._path)
        stream.thread_type = "AUTO"
        stream.thread_count = 1 if careful else min(usable_processors(), MAX_THREADS)
        counted = bool(self._facts.details["b_frames"]) and container.format.name in GUESSED_TIMES
        return Run(container, stream, self._index, careful=careful, counted=counted)

    def _convert(self, frame: VideoFrame) -> ImageU8:
        """Upright RGB of the size the probe announced, whatever a change of resolution inside the stream says."""
        image = frame.to_ndarray(format="rgb24", width=self._facts.width, height=self._facts.height)
        return upright(cast("ImageU8", image), self._facts.rotation)


class Run:
    """One forward pass: the packets fed, the frames that came out, and which of them are not to be trusted.

    ``at`` is the position last asked for; what was shown before it is gone.
    """

    def __init__(
        self, container: InputContainer, stream: VideoStream, index: FrameIndex, *, careful: bool, counted: bool
    ) -> None:
        self._container, self._stream, self._index = container, stream, index
        self._careful, self._counted = careful, counted
        self._count = 0
        self._log = errlog.ErrorLog()
        self.at = 0
        self._restart()

    def _restart(self) -> None:
        self._packets: Iterator[Packet[VideoStream]] = self._container.demux(self._stream)
        self._ready: list[tuple[int, VideoFrame]] = []
        self._bad: set[int] = set()
        self._hurt = False
        self._shadow: int | None = None
        """Frames shown before this keyframe but stored after it were coded from damaged ones."""
        self._landed: int | None = None
        """Time stamp of the keyframe of the last seek; None when reading from the start."""

    def advance(self, position: int, beat: Beat) -> VideoFrame | None:
        """The frame at ``position``, which rises from call to call; None if it is damaged or never comes."""
        key = self._index.key_before(position)
        if not self._counted and key - self.at > SEEK_GAIN:
            self._start_at(key, position)
        self.at = position
        return self._read_to(int(self._index.pts[position]), beat)

    def advance_from_before(self, position: int, beat: Beat) -> VideoFrame | None:
        """The same once more, from further back: some streams recover only gradually from a seek."""
        keys = np.flatnonzero(self._index.keys[: position + 1])
        if self._landed is None:
            return None
        self._start_at(int(keys[-3]) if len(keys) > 2 else 0, position)
        return self._read_to(int(self._index.pts[position]), beat)

    def rewind(self, position: int) -> bool:
        """Start over at the keyframe before ``position``; False where frames are counted and only a new pass helps."""
        if not self._counted:
            self._start_at(self._index.key_before(position), position)
            self.at = position
        return not self._counted

    def _read_to(self, target: int, beat: Beat) -> VideoFrame | None:
        while True:
            while self._ready:
                stamp, frame = self._ready[0]
                if stamp >= target:
                    return None if stamp > target or self._is_bad(frame) else frame
                self._ready.pop(0)
            beat()  # before the packet is taken: it may raise, and the pass can go on later
            packet = next(self._packets, None)
            if packet is None:
                return None
            self._feed(packet)

    def _start_at(self, key: int, position: int) -> None:
        """Seek so that decoding starts at a keyframe at or before frame ``key``."""
        target = self._index.pts[position]
        # Most containers are searched by presentation time, transport streams by decoding time.
        for stamp in (self._index.pts[key], self._index.dts[key]):
            self._container.seek(int(stamp), stream=self._stream)
            self._restart()
            first = self._next_keyframe()
            if first is not None and first.pts is not None and first.pts <= target:
                self._landed = first.pts
                self._feed(first)
                return
        self._container.seek(self._container.start_time or 0)
        self._restart()

    def _next_keyframe(self) -> Packet[VideoStream] | None:
        return next((packet for packet in self._packets if packet.is_keyframe), None)

    def _feed(self, packet: Packet[VideoStream]) -> None:
        stamp = packet.pts if packet.pts is not None else packet.dts
        if packet.is_keyframe and self._careful:
            if self._hurt:
                self._shadow = stamp
            self._hurt = False
        failed = packet.is_corrupt
        try:
            for frame in packet.decode():
                self._put(frame)
        except MemoryError:
            raise
        except FFmpegError:
            failed = True
            self._count += 1
        failed |= bool(self._log.complaints())
        # After a seek, frames shown before the keyframe lack what they were coded from; nobody asks for those.
        self._hurt |= failed and not _precedes(stamp, self._landed)
        if stamp is not None and (self._hurt or _precedes(stamp, self._shadow)):
            self._bad.add(stamp)

    def _put(self, frame: VideoFrame) -> None:
        if not self._counted:
            if frame.pts is not None:
                self._ready.append((frame.pts, frame))
        elif self._count < len(self._index.pts):
            self._ready.append((int(self._index.pts[self._count]), frame))
            self._count += 1

    def _is_bad(self, frame: VideoFrame) -> bool:
        if frame.is_corrupt:
            return True
        return frame.pts in self._bad if self._careful else self._hurt


def _precedes(stamp: int | None, keyframe: int | None) -> bool:
    return stamp is not None and keyframe is not None and stamp < keyframe


def usable_processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def upright(image: ImageU8, rotation: int) -> ImageU8:
    """``image`` turned clockwise by ``rotation`` degrees, a multiple of 90."""
    return np.rot90(image, -rotation // 90 % 4) if rotation else image
