"""The parent's side of decoding: a child process that may crash, hang or run out of memory without harm.

``open_media`` starts the child (or takes the one ``prestart`` began), which probes, indexes and decodes ahead into
shared memory; ``MediaSession`` checks everything that comes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sjedd_video.decode import wire
from sjedd_video.decode.coverage import IndexSummary, expected_frames, missing_frames, remarks, truncation
from sjedd_video.decode.failures import check_file, gave_up, reported
from sjedd_video.decode.process import ChildDied, ChildStalled, DecodeProcess, prestart, take
from sjedd_video.decode.ring import Ring, ring_slots
from sjedd_video.errors import MediaError
from sjedd_video.options import AnalysisOptions
from sjedd_video.progress import CancelToken
from sjedd_video.types import Frame, FrameTime, ImageU8, Reason, ReasonCode, SamplingReport, StreamFacts

__all__ = ["MediaSession", "open_media", "prestart"]

DECODERS = {
    "decord": "sjedd_video.decode.decord_:DecordDecoder",
    "pyav": "sjedd_video.decode.pyav_:PyAvDecoder",
}
CHOICES = {"auto": ("decord", "pyav"), "decord": ("decord",), "pyav": ("pyav",)}


def open_media(path: Path, options: AnalysisOptions, cancel: CancelToken) -> MediaSession:
    """Open a video or still image for one pass; use it as a context manager.

    Raises:
        MediaError: The file cannot be read; ``reason`` says why.
        DecoderCrashed, DecoderStalled: The decoding process died or hung before it knew the file.
        Cancelled: On request.
    """
    check_file(path)
    session = MediaSession(path, options, cancel)
    try:
        session.start()
    except BaseException:
        session.close()
        raise
    return session


class MediaSession:
    """One file being decoded. ``frames`` may be consumed once; ``report`` is valid at any time."""

    facts: StreamFacts
    planned: int

    def __init__(self, path: Path, options: AnalysisOptions, cancel: CancelToken) -> None:
        self._path, self._options, self._cancel = path, options, cancel
        self._decoders = CHOICES[options.decoder]
        self._process: DecodeProcess | None = None
        self._ring: Ring | None = None
        self._index: IndexSummary | None = None
        self._decoder = ""
        self._times: list[FrameTime] = []
        self._failed = 0
        self._tail_failed = False
        self._notes: list[str] = []
        self._fallback = ""
        self.planned = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the child and release the shared memory."""
        if self._process is not None:
            self._process.stop()
            self._process = None
        if self._ring is not None:
            self._ring.close()
            self._ring = None

    def start(self) -> None:
        """Start the child and wait until it knows the file; it decodes ahead from then on."""
        while True:
            try:
                return self._start()
            except (ChildDied, ChildStalled) as error:
                self._recover(error)

    def frames(self) -> Iterator[Frame]:
        """Yield the planned frames in order; frames that cannot be decoded are left out and counted.

        Raises:
            MediaError, DecoderCrashed, DecoderStalled: Decoding failed for good.
            Cancelled: On request.
        """
        while True:
            try:
                yield from self._receive_frames()
                break
            except (ChildDied, ChildStalled) as error:
                self._recover(error)
                self.start()
        if not self._times:
            raise MediaError(
                ReasonCode.NOTHING_DECODED,
                f"None of the {self.planned} chosen frames of {self._path.name} could be decoded.",
                "Copy the file again from its source.",
            )

    def report(self) -> SamplingReport:
        """What was asked and what came back so far."""
        return SamplingReport(
            plan=self._options.sampling,
            decoder=self._decoder,
            requested=self.planned,
            decoded=len(self._times),
            failed=self._failed,
            times=tuple(self._times),
            expected_frames=None if self._index is None else expected_frames(self.facts, self._index),
            readable_until=self._readable_until(),
            notes=(*self._notes, *(reason.detail for reason in self.reasons())),
        )

    def reasons(self) -> tuple[Reason, ...]:
        """What limits the evidence: TRUNCATED, FRAMES_MISSING, DECODER_FALLBACK, each with its facts."""
        found: list[Reason] = []
        if self._index is not None:
            cut = truncation(self.facts, self._index)
            missing = missing_frames(self.facts, self._index)
            if cut:
                found.append(Reason(ReasonCode.TRUNCATED, cut))
            if missing:
                found.append(Reason(ReasonCode.FRAMES_MISSING, missing))
        if self._failed:
            text = f"{self._failed} of the {self.planned} chosen frames could not be decoded."
            found.append(Reason(ReasonCode.FRAMES_MISSING, text))
        if self._fallback:
            found.append(Reason(ReasonCode.DECODER_FALLBACK, self._fallback))
        return tuple(found)

    def _start(self) -> None:
        process = self._process = take(self._options.idle_timeout_s, self._cancel)
        process.send(wire.pack_request(self._request()))
        message = self._next("facts")
        try:
            self.facts = wire.unpack_facts(message["facts"])
            self._index = IndexSummary.unpack(message["index"])
            self.planned = wire.whole(message["planned"], 1, wire.MAX_FRAMES)
            note = wire.text(message["note"])
        except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
            raise ChildDied(f"sent a malformed answer ({error})") from error
        self._note(note)
        for remark in remarks(self._path, self.facts, self._index):
            self._note(remark)
        slot_bytes = self.facts.width * self.facts.height * 3
        slots = ring_slots(slot_bytes)
        self._ring = Ring(process.memory, process.memory_name, slots, slot_bytes, create=True)
        process.send({"slots": slots, "slot_bytes": slot_bytes})

    def _request(self) -> wire.DecodeRequest:
        options = self._options
        return wire.DecodeRequest(
            path=str(self._path.absolute()),
            sampling=options.sampling,
            start_s=options.start_s,
            end_s=options.end_s,
            max_frames=options.max_frames,
            decoders=tuple(DECODERS[name] for name in self._decoders),
            max_memory_mb=options.max_memory_mb,
            skip=len(self._times) + self._failed,
        )

    def _receive_frames(self) -> Iterator[Frame]:
        assert self._index is not None
        while True:
            message = self._next("frame", "failed", "done")
            if message["type"] == "done":
                return
            try:
                time = FrameTime(wire.whole(message["pts"], -(1 << 63), (1 << 63) - 1), self._index.time_base)
                image = None if message["type"] == "failed" else self._read(message)
            except (KeyError, TypeError, ValueError) as error:
                raise ChildDied(f"sent a malformed answer ({error})") from error
            if len(self._times) + self._failed >= self.planned:
                raise ChildDied("sent more frames than were planned")
            self._tail_failed = image is None
            if image is None:
                self._failed += 1
                continue
            self._times.append(time)
            yield Frame(time, image)

    def _read(self, message: dict[str, Any]) -> ImageU8:
        assert self._ring is not None
        assert self._process is not None
        height, width = wire.whole(message["height"], 1, wire.MAX_SIDE), wire.whole(message["width"], 1, wire.MAX_SIDE)
        image = self._ring.read(wire.whole(message["slot"], 0, self._ring.slots - 1), height, width)
        self._process.send({"free": 1})
        return image

    def _next(self, *wanted: str) -> dict[str, Any]:
        """The next message of a wanted type, after dealing with all that comes before it."""
        assert self._process is not None
        while True:
            message = self._process.receive()
            kind = message.get("type")
            if kind in wanted:
                return message
            if kind == "error":
                raise reported(message)
            if kind == "memory":
                raise ChildDied("reached its memory limit", out_of_memory=True)
            if kind == "decoder":
                name = wire.text(message.get("name"), 100)
                self._decoder = f"{self._decoder}, then {name}" if self._times else name
            elif kind == "fallback":
                self._fall_back(wire.text(message.get("note"), 400))

    def _recover(self, error: ChildDied | ChildStalled) -> None:
        """Leave the dead or hung child behind; go on with the fallback, or raise when there is none left."""
        self.close()
        if len(self._decoders) == 1 or self._index is None:
            raise gave_up(self._path, error) from error
        self._fall_back(f"the process that ran Decord {error}")

    def _fall_back(self, why: str) -> None:
        self._decoders = self._decoders[1:] or self._decoders
        after = f" after {len(self._times)} frames" if self._times else ""
        self._fallback = f"Decoded with PyAV{after} instead of Decord: {why.rstrip('.')}."

    def _note(self, text: str) -> None:
        if text and text not in self._notes:
            self._notes.append(text)

    def _readable_until(self) -> FrameTime | None:
        if not self._times or self._index is None:
            return None
        # Packets reach further than the last sampled frame, but only as far as frames there could still be decoded.
        return self._times[-1] if self._tail_failed else FrameTime(self._index.last, self._index.time_base)
