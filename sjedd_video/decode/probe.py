"""The first look at a file: what it is and which stream is judged.

PyAV reads every header before Decord may: Decord aborts its whole process on a header that claims billions of frames.
Untrusted files run through this in the decoding process; ``probe`` itself may be called anywhere.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import av
from av.error import FFmpegError, InvalidDataError

from sjedd_video.decode.header import read_facts
from sjedd_video.decode.structure import Structure, examine
from sjedd_video.errors import MediaError
from sjedd_video.types import ReasonCode, StreamFacts

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

DEMUXERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,mxf,gxf,dv,ivf,h264,hevc,obu,m4v,gif,"
    "rm,nut,yuv4mpegpipe,apng,wav,mp3,flac,aac,aiff,ac3,amr,caf"
)
"""Containers that are read. Playlists and scripts (hls, dash, concat, ...) are not: they name other files and hosts."""
FIRST_FRAME_PACKETS = 300
STILLS = ("jpeg", "png", "webp")
ATTACHED_PICTURE = 0x0400


def probe(path: Path) -> StreamFacts:
    """Read and check the header of a video or still image.

    Raises:
        MediaError: The file is not a readable video or image; the reason says why.
        OSError: The file cannot be opened.
    """
    structure = examine(path)
    if structure.family in STILLS:
        from sjedd_video.decode.image_ import probe_image

        return probe_image(path)
    with open_container(path, structure) as container:
        stream = choose_stream(container, path)
        facts, first = read_facts(container, stream, structure, path), FirstFrame(stream)
        for packet in container.demux(stream):
            first.offer(packet)
            if first.settled:
                break
        return first.complete(facts)


def open_container(path: Path, structure: Structure) -> InputContainer:
    """Open a file with the allowed demuxers only, and no protocol but plain files.

    Raises:
        MediaError: It is no media file, or one that cannot be read.
    """
    if structure.family == "heif":
        raise MediaError(
            ReasonCode.UNSUPPORTED_CODEC, f"{path.name} is a HEIF or AVIF still image.", "Convert it to PNG first."
        )
    if structure.family == "isobmff" and not structure.has_index:
        raise MediaError(
            ReasonCode.TRUNCATED,
            f"{path.name} has no complete index (moov box): the recording was cut off or is incomplete.",
            "Copy the file again from its source, or have it repaired from an intact recording of the same camera.",
        )
    try:
        return av.open(str(path.absolute()), options={"format_whitelist": DEMUXERS, "protocol_whitelist": "file"})
    except (FFmpegError, ValueError, UnicodeError) as error:
        if isinstance(error, OSError) and not isinstance(error, InvalidDataError) and error.errno != 22:
            raise
        raise _not_opened(path, structure) from error


def _not_opened(path: Path, structure: Structure) -> MediaError:
    if structure.missing_bytes:
        return MediaError(
            ReasonCode.TRUNCATED,
            f"{path.name} ends {structure.missing_bytes} bytes early and cannot be opened.",
            "Copy the file again from its source.",
        )
    if structure.family:
        return MediaError(
            ReasonCode.NOT_READABLE, f"The header of {path.name} is damaged.", "Copy the file again from its source."
        )
    return MediaError(
        ReasonCode.NOT_MEDIA,
        f"{path.name} is not a video or image that can be read.",
        "Videos (MP4, MOV, MKV, WebM, AVI, TS and others) and JPEG, PNG or WebP images are.",
    )


def choose_stream(container: InputContainer, path: Path) -> VideoStream:
    """The video stream that is judged: libav's best one that is not cover art.

    Raises:
        MediaError: There is none, or nothing here decodes it.
    """
    videos = [s for s in container.streams.video if not int(s.disposition) & ATTACHED_PICTURE]
    if not videos:
        raise MediaError(
            ReasonCode.NO_VIDEO_STREAM, f"{path.name} has no video stream.", "It may be a sound recording."
        )
    best = container.streams.best("video")
    stream = best if best in videos else videos[0]
    if stream.codec_context is None:
        raise MediaError(
            ReasonCode.UNSUPPORTED_CODEC,
            f"The video codec of {path.name} is not supported.",
            "Convert a copy to H.264, and keep the original as the exhibit.",
        )
    return stream


class FirstFrame:
    """Decodes packets until one picture comes out, for what only a picture tells: rotation and interlacing."""

    def __init__(self, stream: VideoStream) -> None:
        stream.thread_count = 1
        self._context = stream.codec_context
        self._frame: VideoFrame | None = None
        self._left = FIRST_FRAME_PACKETS

    @property
    def settled(self) -> bool:
        """Whether there is a picture, or none within reason."""
        return self._frame is not None or self._left <= 0

    def offer(self, packet: Packet[VideoStream]) -> None:
        """Try the next packet; does nothing once settled."""
        if self.settled:
            return
        self._left -= 1
        with suppress(FFmpegError):
            frames = packet.decode()
            if not frames and packet.is_keyframe:
                frames = self._context.decode(None)
                self._context.flush_buffers()
            self._frame = frames[0] if frames else None

    def complete(self, facts: StreamFacts) -> StreamFacts:
        """``facts`` with what the picture told; unchanged when there was none."""
        if self._frame is None:
            return facts
        counterclockwise = self._frame.rotation
        details = {**facts.details, "interlaced": self._frame.interlaced_frame}
        if counterclockwise % 90:
            details["rotation_declared"] = -counterclockwise % 360
        return replace(facts, rotation=-round(counterclockwise / 90) * 90 % 360, details=details)
