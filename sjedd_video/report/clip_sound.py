"""The sound of a clip, cut exactly at samples."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.container import OutputContainer
    from av.filter import Graph


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is cut out: seconds since pts 0 of the stream."""

    start: float
    end: float


class Sound:
    """The sound of the stretch, cut exactly at samples."""

    def __init__(self, stream: Any, output: OutputContainer, stretch: Stretch, *, lossless: bool) -> None:
        self.stream, self._output, self._stretch = stream, output, stretch
        self._encoded = output.add_stream("flac" if lossless else "aac", rate=stream.codec_context.sample_rate)
        self._encoded.codec_context.layout = stream.codec_context.layout
        self._encoded.codec_context.open()
        self._graph = self._cutting(lossless=lossless)
        self._offset: Fraction | None = None
        self._waiting: list[AudioFrame] = []

    def _cutting(self, *, lossless: bool) -> Graph:
        from av.filter import Graph

        graph, encoder = Graph(), self._encoded.codec_context
        parts = [
            graph.add_abuffer(template=self.stream),
            graph.add("atrim", f"start={self._stretch.start:.9f}:end={self._stretch.end:.9f}"),
            graph.add("aformat", f"sample_fmts={encoder.format.name}:channel_layouts={encoder.layout.name}"),
            graph.add("asetnsamples", f"n={encoder.frame_size or 4096}:p=0"),
            graph.add("abuffersink"),
        ]
        graph.link_nodes(*parts).configure()
        return graph

    def begin(self, first: Fraction) -> None:
        """The first frame of the clip is at ``first`` seconds of the original: there the sound counts from."""
        self._offset = first
        for frame in self._waiting:
            self.take(frame)
        self._waiting.clear()

    def take(self, frame: AudioFrame) -> bool:
        """Take a frame of sound; whether it lies behind the stretch."""
        if frame.time is not None and frame.time > self._stretch.end:
            return True
        if self._offset is None:
            if frame.time is None or frame.time + frame.samples / frame.sample_rate >= self._stretch.start:
                self._waiting.append(frame)
            return False
        self._graph.push(frame)
        self._pull()
        return False

    def finish(self) -> None:
        """Write what is left."""
        self._graph.push(None)
        self._pull()
        self._output.mux(self._encoded.encode(None))

    def _pull(self) -> None:
        from av.error import BlockingIOError as NothingYet
        from av.error import EOFError as Over

        assert self._offset is not None
        while True:
            try:
                frame: Any = self._graph.pull()
            except (NothingYet, Over):
                return
            frame.pts = round(frame.pts - self._offset / frame.time_base)
            self._output.mux(self._encoded.encode(frame))


def decoded(packet: Any) -> list[Any]:
    """The frames of a packet; a damaged one has none."""
    from av.error import InvalidDataError

    try:
        return list(packet.decode())
    except InvalidDataError:
        return []
