"""The survey of a file: its facts and its frame index, in one pass over the packets, almost without decoding."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sjedd_video.decode.base import Beat, FrameIndex
from sjedd_video.decode.errlog import ErrorLog
from sjedd_video.decode.header import implausible, read_facts
from sjedd_video.decode.probe import STILLS, FirstFrame, choose_stream, open_container
from sjedd_video.decode.structure import examine
from sjedd_video.decode.wire import MAX_FRAMES
from sjedd_video.errors import MediaError
from sjedd_video.types import ReasonCode, StreamFacts

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.stream import VideoStream

BEAT_EVERY = 2000


def survey(path: Path, beat: Beat) -> tuple[StreamFacts, FrameIndex]:
    """Read the header, then every packet of the judged stream once. Memory: 17 bytes a frame.

    Returns:
        The facts of ``probe`` with details on groups of pictures, and the index (of one frame for a still image).

    Raises:
        MediaError: The file is not readable media, holds no frame, or claims more than any plausible video.
        OSError: The file cannot be opened.
    """
    structure = examine(path)
    if structure.family in STILLS:
        from sjedd_video.decode.image_ import probe_image

        zero = np.zeros(1, np.int64)
        return probe_image(path), FrameIndex(zero, zero, np.ones(1, np.bool_), Fraction(1), 1)
    log = ErrorLog()
    with open_container(path, structure) as container:
        stream = choose_stream(container, path)
        facts, first = read_facts(container, stream, structure, path), FirstFrame(stream)
        packets = _Packets(path, facts.codec)
        for number, packet in enumerate(container.demux(stream)):
            if number % BEAT_EVERY == 0:
                beat()
            if packet.size:
                first.offer(packet)
                packets.add(packet)
    index = packets.index(facts.time_base, "".join(log.complaints()[:1]))
    return _with_gop(first.complete(facts), index), index


class _Packets:
    """Collects the time stamps of packets in the order of the file."""

    def __init__(self, path: Path, codec: str) -> None:
        self._path, self._hidden = path, _hidden_test(codec)
        self._presented, self._decoding, self._keys = array("q"), array("q"), array("b")
        self._damaged = self._discarded = self._unstamped = self._last_duration = 0
        self._keyframe: int | None = None
        self._open_groups = False

    def add(self, packet: Packet[VideoStream]) -> None:
        """Take note of a packet that carries data."""
        if len(self._presented) > MAX_FRAMES:
            raise implausible(self._path, f"more than {MAX_FRAMES} frames")
        stamp = packet.pts if packet.pts is not None else packet.dts
        if self._hidden(packet):
            return
        if packet.is_corrupt:
            self._damaged += 1
        elif packet.is_discard:
            self._discarded += 1
        elif stamp is None:
            self._unstamped += 1
        else:
            self._presented.append(stamp)
            self._decoding.append(stamp if packet.dts is None else packet.dts)
            self._keys.append(packet.is_keyframe)
            self._last_duration = packet.duration or self._last_duration
            self._keyframe = stamp if packet.is_keyframe else self._keyframe
            self._open_groups |= self._keyframe is not None and stamp < self._keyframe

    def index(self, time_base: Fraction, complaint: str) -> FrameIndex:
        """The index in order of presentation.

        Raises:
            MediaError: There is no frame with a time stamp.
        """
        if not self._presented:
            raise self._nothing()
        pts, first = np.unique(np.frombuffer(self._presented, np.int64), return_index=True)
        return FrameIndex(
            pts=pts,
            dts=np.frombuffer(self._decoding, np.int64)[first],
            keys=_with_first_key(np.frombuffer(self._keys, np.int8).astype(bool)[first]),
            time_base=time_base,
            end_pts=int(pts[-1]) + _last_duration(pts, self._last_duration),
            open_groups=self._open_groups,
            damaged=self._damaged,
            discarded=self._discarded,
            complaint=complaint,
        )

    def _nothing(self) -> MediaError:
        if self._unstamped:
            return MediaError(
                ReasonCode.NOTHING_DECODED,
                f"{self._path.name} is a bare stream without time stamps.",
                "Put a copy into an MP4 or MKV container, and keep the original as the exhibit.",
            )
        return MediaError(
            ReasonCode.NOTHING_DECODED,
            f"{self._path.name} holds no readable frame.",
            "Copy the file again from its source.",
        )


def _with_first_key(keys: NDArray[np.bool_]) -> NDArray[np.bool_]:
    # A container that tells no keyframes is taken as decodable from its first frame only.
    if not keys.any():
        keys[0] = True
    return keys


def _last_duration(pts: NDArray[np.int64], declared: int) -> int:
    if declared > 0:
        return declared
    return int(np.median(np.diff(pts))) if len(pts) > 1 else 1


def _hidden_test(codec: str) -> Callable[[Packet[VideoStream]], bool]:
    """A test for packets that carry no picture: VP8 stores its hidden reference frames as packets of their own."""

    def vp8_hidden(packet: Packet[VideoStream]) -> bool:
        return not memoryview(packet)[0] >> 4 & 1

    return vp8_hidden if codec == "vp8" else lambda packet: False


def _with_gop(facts: StreamFacts, index: FrameIndex) -> StreamFacts:
    """Facts with what the index knows about the distances of keyframes, in frames."""
    keys = np.flatnonzero(index.keys)
    gaps = np.diff(np.append(keys, len(index.pts)))
    gop = {"keyframes": len(keys), "longest": int(gaps.max()), "mean": round(float(gaps.mean()), 2)}
    return replace(facts, details={**facts.details, "frames_indexed": len(index.pts), "gop": gop})
