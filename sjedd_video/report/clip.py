"""A stretch of a video as a clip of its own, cut exactly at frames: decoded and encoded again, and says so.

Time stamps keep their distances, also of a variable rate; pictures stand upright; the sound goes along. The original is
only read. For use in a process that may crash: the file comes from strangers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sjedd_video
from sjedd_video.decode.probe import choose_stream, open_container, probe
from sjedd_video.decode.structure import examine
from sjedd_video.errors import OutputError
from sjedd_video.explain import time_code
from sjedd_video.progress import CancelToken, Progress, no_progress
from sjedd_video.report.clip_sound import Sound, Stretch, decoded
from sjedd_video.report.files import encodable, written
from sjedd_video.types import StreamFacts

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer
    from av.stream import Stream
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

LOSSLESS = ".mkv"
CRF = "12"
BACK_S = (0.0, 2.0, 10.0, 60.0)
"""How far before the stretch decoding starts, until a frame comes that is not behind its start; then at the front."""
BEHIND_S = 10.0
"""Sound is looked for so far behind the end of the stretch in the file."""
TURN = {90: (("transpose", "clock"),), 180: (("hflip", ""), ("vflip", "")), 270: (("transpose", "cclock"),)}


def write_clip(
    path: Path,
    start: float,
    end: float,
    target: Path,
    *,
    sha256: str = "",
    progress: Progress = no_progress,
    cancel: CancelToken | None = None,
) -> None:
    """Write the frames that are on screen from ``start`` to ``end``, and the sound, whole or not at all.

    Args:
        path: The original.
        start: Seconds since pts 0 of the stream.
        end: Likewise; behind ``start``.
        target: ``.mkv`` for FFV1 and FLAC without loss, anything else for H.264 and AAC in MP4.
        sha256: Hash of the original, for the metadata.
        progress: Told of the stage ``clip`` in thousandths.
        cancel: Stops between two frames.

    Raises:
        MediaError: The original cannot be read.
        OutputError: The clip cannot be written, or there is no frame in the stretch.
        Cancelled: On request.
    """
    import av
    from av.error import FFmpegError

    facts, lossless = probe(path), target.suffix.lower() == LOSSLESS
    try:
        with open_container(path, examine(path)) as source, written(target) as file:
            kind = "matroska" if lossless else "mp4"
            with av.open(file, "w", format=kind) as output:
                output.metadata.update(_says(path, start, end, sha256, lossless=lossless))
                cutter = _Cutter(source, output, facts, Stretch(start, end), choose_stream(source, path), lossless)
                cutter.run(progress, cancel or CancelToken())
    except FFmpegError as error:
        advice = "Choose another stretch, or another format. The original was not touched."
        raise OutputError(f"{target} cannot be written: {error.strerror or error}.", advice) from error


def _says(path: Path, start: float, end: float, sha256: str, *, lossless: bool) -> dict[str, str]:
    how = "FFV1 and FLAC" if lossless else f"H.264 (crf {CRF}) and AAC"
    original = f" SHA-256 of the original when it was analysed: {sha256}." if sha256 else ""
    name = encodable(path.name)
    return {
        "title": f"{name}, {time_code(start)} to {time_code(end)}",
        "comment": f"Not the original: cut out of {name} from {start:.6f} s to {end:.6f} s, decoded and encoded again "
        f"with {how} by sjedd-video {sjedd_video.__version__}.{original}",
    }


class _Cutter:
    """One pass over the original, from the keyframe before the stretch to its end."""

    def __init__(
        self,
        source: InputContainer,
        output: OutputContainer,
        facts: StreamFacts,
        stretch: Stretch,
        video: VideoStream,
        lossless: bool,
    ) -> None:
        self._source, self._output, self._facts, self._stretch = source, output, facts, stretch
        self._video, self._lossless = video, lossless
        self._base = Fraction(video.time_base or facts.time_base)
        self._turn = _turning(video, facts.rotation)
        self._picture: Any = None
        self._first: int | None = None
        self._held: tuple[int, VideoFrame] | None = None
        self._sound: Sound | None = None
        audio = source.streams.best("audio")
        if audio is not None and getattr(audio, "codec_context", None) is not None:
            self._sound = Sound(audio, output, stretch, lossless=lossless)

    def run(self, progress: Progress, cancel: CancelToken) -> None:
        """Copy the stretch."""
        length = self._stretch.end - self._stretch.start
        for stream, frame in self._frames():
            cancel.raise_if_cancelled()
            if stream is self._video:
                if self._take(frame.pts, frame):
                    break
                done = (frame.pts * self._base - self._stretch.start) / length
                progress("clip", int(1000 * min(max(float(done), 0.0), 1.0)), 1000)
            elif self._sound is not None:
                self._sound.take(frame)
        self._finish()
        progress("clip", 1000, 1000)

    def _frames(self) -> Iterator[tuple[Stream, Any]]:
        """Frames of both streams; those of the picture begin at or before the start of the stretch."""
        streams = [self._video, *([] if self._sound is None else [self._sound.stream])]
        self._video.thread_type = "AUTO"
        self._rewind()
        for packet in self._source.demux(streams):
            for frame in decoded(packet):
                if frame.pts is not None:
                    yield packet.stream, frame

    def _rewind(self) -> None:
        """Seek to a keyframe from which the first frame of the stretch can be decoded."""
        for back in BACK_S:
            wanted = int(Fraction(max(self._stretch.start - back, 0.0)) / self._base)
            with suppress(OSError):
                self._source.seek(wanted, stream=self._video)
                packets = self._source.demux(self._video)
                first = next((p.pts for p in packets if p.is_keyframe and p.pts is not None), None)
                if first is not None and first * self._base <= self._stretch.start:
                    self._source.seek(wanted, stream=self._video)
                    self._video.codec_context.flush_buffers()
                    return
        self._source.seek(0)
        self._video.codec_context.flush_buffers()

    def _take(self, pts: int, frame: VideoFrame) -> bool:
        """Write the frame before, if it belongs to the stretch; whether the stretch is over."""
        if self._held is not None and pts * self._base > self._stretch.start:
            self._write(*self._held)
            self._held = None
        if pts * self._base > self._stretch.end:
            return True
        self._held = pts, frame
        return False

    def _write(self, pts: int, frame: VideoFrame) -> None:
        for turned in self._turn(frame):
            if self._picture is None:
                self._picture = _picture_stream(self._output, self._video, turned, lossless=self._lossless)
                self._first = pts
                if self._sound is not None:
                    self._sound.begin(pts * self._base)
            assert self._first is not None
            shown = turned.reformat(format=self._picture.pix_fmt)
            shown.pts, shown.time_base, shown.pict_type = pts - self._first, self._base, 0
            self._output.mux(self._picture.encode(shown))

    def _finish(self) -> None:
        if self._held is not None:
            self._write(*self._held)
        if self._picture is None:
            raise OutputError("There is no frame in this stretch.", "Choose a stretch inside the recording.")
        self._output.mux(self._picture.encode(None))
        if self._sound is not None:
            self._rest_of_sound(self._sound)
            self._sound.finish()

    def _rest_of_sound(self, sound: Sound) -> None:
        """Sound that lies behind the last frame in the file."""
        limit = self._stretch.end + BEHIND_S
        for packet in self._source.demux(sound.stream):
            if packet.pts is not None and packet.time_base and packet.pts * packet.time_base > limit:
                return
            for frame in decoded(packet):
                if frame.pts is not None and sound.take(frame):
                    return


def _turning(video: VideoStream, rotation: int) -> Any:
    """Turns frames upright without changing a value of them."""
    if not rotation:
        return lambda frame: (frame,)
    from av.filter import Graph

    graph = Graph()
    parts = [graph.add_buffer(template=video), *(graph.add(*how) for how in TURN[rotation]), graph.add("buffersink")]
    graph.link_nodes(*parts).configure()

    def turned(frame: VideoFrame) -> Iterator[Any]:
        graph.push(frame)
        yield graph.pull()

    return turned


def _picture_stream(output: OutputContainer, video: VideoStream, frame: VideoFrame, *, lossless: bool) -> Any:
    options = {} if lossless else {"crf": CRF, "preset": "fast"}
    stream = output.add_stream("ffv1" if lossless else "libx264", rate=video.average_rate or 25, options=options)
    stream.width, stream.height = frame.width, frame.height
    stream.pix_fmt = _pixel_format(frame, lossless=lossless)
    if video.time_base is not None:
        stream.codec_context.time_base = video.time_base
    for name in ("color_range", "colorspace", "color_primaries", "color_trc"):
        setattr(stream.codec_context, name, getattr(video.codec_context, name))
    ratio = video.codec_context.sample_aspect_ratio
    if ratio:
        stream.codec_context.sample_aspect_ratio = ratio
    return stream


def _pixel_format(frame: VideoFrame, *, lossless: bool) -> str:
    """That of the original where nothing may be lost, else the one that every player shows."""
    import av

    if lossless:
        known = {format.name for format in av.Codec("ffv1", "w").video_formats or ()}
        return frame.format.name if frame.format.name in known else "yuv444p"
    return "yuv420p" if frame.width % 2 == frame.height % 2 == 0 else "yuv444p"
