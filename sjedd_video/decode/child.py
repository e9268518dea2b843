"""The decoding process: reads one request a file from standard input, answers on standard output.

It imports numpy, PyAV and Decord and nothing heavier, so that it starts quickly. Standard output carries messages only;
descriptor 2 is a file of the parent's, where the libraries' complaints are read by both sides.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, cast

from sjedd_video.decode import errlog, wire
from sjedd_video.decode.base import Decoder, DecoderUnfit, FrameIndex, plan_positions
from sjedd_video.decode.index import survey
from sjedd_video.decode.lockdown import lock_down
from sjedd_video.decode.ring import Ring
from sjedd_video.errors import MediaError
from sjedd_video.parent import end_with_parent
from sjedd_video.types import ImageU8, ReasonCode, StreamFacts

BEAT_SECONDS = 0.5


class Channel:
    """The pipe to the parent."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source, self._sink = source, sink
        self._last = time.monotonic()

    def send(self, **message: Any) -> None:
        """Send one message."""
        self._sink.write(wire.encode(message))
        self._sink.flush()
        self._last = time.monotonic()

    def receive(self) -> dict[str, Any]:
        """Wait for the next message; the process ends when the parent is gone."""
        line = self._source.readline()
        if not line:
            raise SystemExit(0)
        return wire.decode(line)

    def beat(self) -> None:
        """Say, at most twice a second, that work goes on."""
        if time.monotonic() - self._last > BEAT_SECONDS:
            self.send(type="beat")


def main(arguments: list[str] | None = None) -> None:
    """Serve one request and end. ``arguments``: the descriptor of the shared memory and its name."""
    descriptor, name = (arguments or sys.argv[1:])[-2:]
    channel = Channel(sys.stdin.buffer, os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)  # a library that prints to standard output must not break the protocol
    lock_down()  # before there are threads
    end_with_parent()
    _import_decoders()
    errlog.listen()
    channel.send(type="beat")
    request = wire.unpack_request(channel.receive())
    limit_memory(request.max_memory_mb)
    try:
        _serve(request, channel, int(descriptor), name)
    except MediaError as error:
        channel.send(type="error", code=error.reason.code, message=error.message, advice=error.advice)
    except MemoryError:
        channel.send(type="memory")
    except BrokenPipeError:
        pass  # the parent is gone
    except OSError as error:
        text = f"Reading {Path(request.path).name} failed: {error}."
        channel.send(type="error", code=ReasonCode.NOT_READABLE, message=text, advice="")
    # Decord's and FFmpeg's threads may hang in their teardown; nothing is left to tidy.
    os._exit(0)


def _import_decoders() -> None:
    """Load the libraries while the parent prepares its request."""
    for module in ("sjedd_video.decode.pyav_", "sjedd_video.decode.decord_"):
        with suppress(ImportError):  # no Decord for this platform: the fallback says so
            import_module(module)


def limit_memory(megabytes: int) -> None:
    """Bound what decoding may allocate, on top of what the libraries have mapped at their start."""
    if sys.platform != "linux":
        return
    import resource

    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    limit = mapped + (megabytes << 20)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _serve(request: wire.DecodeRequest, channel: Channel, descriptor: int, name: str) -> None:
    path = Path(request.path)
    facts, index = survey(path, channel.beat)
    image = facts.kind == "image"
    start, end = (0.0, None) if image else (request.start_s, request.end_s)
    positions, note = plan_positions(index, request.sampling, start, end, request.max_frames)
    if not positions:
        raise MediaError(
            ReasonCode.EMPTY_RANGE,
            f"{path.name} has no frame in the chosen time range.",
            f"It runs for {float((index.end_pts - index.pts[0]) * index.time_base):.2f} s.",
        )
    channel.send(type="facts", facts=wire.pack_facts(facts), planned=len(positions), note=note, index=_summary(index))
    ring = channel.receive()
    memory = Ring(descriptor, name, ring["slots"], ring["slot_bytes"], create=False)
    decoder_names = ("sjedd_video.decode.image_:ImageDecoder",) if image else request.decoders
    _Sender(channel, memory, index).send_all(
        _decoded(decoder_names, path, facts, index, positions[request.skip :], channel)
    )
    channel.send(type="done")


def _summary(index: FrameIndex) -> dict[str, Any]:
    return {
        "frames": len(index.pts), "damaged": index.damaged, "discarded": index.discarded,
        "first": int(index.pts[0]), "last": int(index.pts[-1]), "end": index.end_pts, "time_base": str(index.time_base),
        "gap": index.longest_gap(), "complaint": index.complaint,
    }  # fmt: skip


def _decoded(
    names: tuple[str, ...], path: Path, facts: StreamFacts, index: FrameIndex, positions: list[int], channel: Channel
) -> Iterator[tuple[int, ImageU8 | None]]:
    """Frames from the first decoder that can, the next one taking over where one gives up."""
    for name, following in zip(names, [*names[1:], None], strict=True):
        try:
            decoder = _build(name, path, facts, index)
            channel.send(type="decoder", name=decoder.name)
            for position, image in decoder.frames(positions, channel.beat):
                yield position, image
                positions = positions[1:]
            decoder.close()
            return
        except (DecoderUnfit, ImportError) as error:
            if following is None:
                raise MediaError(
                    ReasonCode.UNSUPPORTED_CODEC, f"{path.name}: {error}.", "Let the decoder be chosen automatically."
                ) from error
            channel.send(type="fallback", note=str(error))


def _build(name: str, path: Path, facts: StreamFacts, index: FrameIndex) -> Decoder:
    module, _, attribute = name.partition(":")
    return cast("Decoder", getattr(import_module(module), attribute)(path, facts, index))


class _Sender:
    """Puts images into the ring and announces them; waits for the parent to free a slot when all are full."""

    def __init__(self, channel: Channel, ring: Ring, index: FrameIndex) -> None:
        self._channel, self._ring, self._index = channel, ring, index
        self._free = ring.slots
        self._next = 0

    def send_all(self, frames: Iterator[tuple[int, ImageU8 | None]]) -> None:
        """Send every frame, or that it failed."""
        for position, image in frames:
            pts = int(self._index.pts[position])
            if image is None or image.nbytes > self._ring.slot_bytes:
                self._channel.send(type="failed", pts=pts)
                continue
            while not self._free:
                self._free += self._channel.receive()["free"]
            self._ring.write(self._next, image)
            self._channel.send(
                type="frame", pts=pts, slot=self._next, height=int(image.shape[0]), width=int(image.shape[1])
            )
            self._free -= 1
            self._next = (self._next + 1) % self._ring.slots
