"""The frame source: a process that opens one file and decodes the frames that the window asks for.

It reads one JSON request a line from standard input and answers on standard output with one JSON message a line, after
which ``payload`` bytes follow where a message names them; pictures travel through shared memory. A request for a frame
replaces the one before, so that only the latest counts. Without Qt.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np

from sjedd_gui.player.media import SLOTS, pack_index
from sjedd_gui.player.reader import FrameReader
from sjedd_video.decode import errlog, wire
from sjedd_video.decode.child import limit_memory
from sjedd_video.decode.failures import check_file
from sjedd_video.decode.index import survey
from sjedd_video.decode.lockdown import lock_down
from sjedd_video.decode.ring import Ring
from sjedd_video.errors import MediaError
from sjedd_video.parent import end_with_parent
from sjedd_video.types import ImageU8

MAX_MEMORY_MB = 4096
"""Memory that decoding may take on top of the libraries, as in an analysis unless somebody sets it otherwise."""
BEAT_SECONDS = 0.5
PATIENCE_S = 0.5
"""A search is broken off for a newer request only after this time: quick scrubbing must show something on its way."""


class Superseded(Exception):
    """A newer request makes the search for a frame useless."""


class Requests:
    """Requests of the window, read by a thread. Of every kind only the latest is kept; frames come first."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._changed = source, threading.Condition()
        self._waiting: dict[str, dict[str, Any]] = {}
        self.free = threading.Semaphore(SLOTS)
        threading.Thread(target=self._read, name="requests", daemon=True).start()

    def next(self) -> dict[str, Any]:
        """Wait for the next request."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting)
            kind = "frame" if "frame" in self._waiting else next(iter(self._waiting))
            return self._waiting.pop(kind)

    def newer_than(self, kind: str) -> bool:
        """Whether a request waits that makes one of this kind useless; any does when ``kind`` is empty."""
        return "frame" in self._waiting or kind in self._waiting or (not kind and bool(self._waiting))

    def put_back(self, request: dict[str, Any]) -> None:
        """Keep a request that was broken off, unless a newer one replaces it."""
        with self._changed:
            self._waiting.setdefault(request["type"], request)

    def _read(self) -> None:
        for line in self._source:
            request = json.loads(line)
            if request["type"] == "taken":
                self.free.release()
                continue
            with self._changed:
                self._waiting[request["type"]] = request
                self._changed.notify()
        os._exit(0)  # the window is gone, whatever a library is doing now


class Source:
    """Serves one file."""

    def __init__(self, requests: Requests, sink: BinaryIO, memory: tuple[int, str]) -> None:
        self._requests, self._sink = requests, sink
        self._descriptor, self._name = memory
        self._beaten = time.monotonic()
        self._began, self._kind = 0.0, ""
        self._slot = self._likely = 0

    def serve(self, path: Path) -> None:
        """Open the file, then answer requests for ever.

        Raises:
            MediaError: It cannot be read.
            OSError: Reading it failed.
        """
        check_file(path)
        status = path.stat()
        facts, index = survey(path, self._say_alive)
        reader = self._reader = FrameReader(path, facts, index)
        slot_bytes = reader.full[0] * reader.full[1] * 4
        self._ring = Ring(self._descriptor, self._name, SLOTS, slot_bytes, create=True)
        self._send(
            {"type": "opened", "facts": wire.pack_facts(facts), "frames": len(index.pts), "end_pts": index.end_pts,
             "time_base": str(index.time_base), "size": status.st_size, "modified": status.st_mtime},
            pack_index(index),
        )  # fmt: skip
        while True:
            self._answer(self._requests.next())

    def _answer(self, request: dict[str, Any]) -> None:
        self._began, self._kind = time.monotonic(), request["type"]
        self._likely = request["position"] + request["direction"] if "direction" in request else self._likely
        try:
            self._put(request, self._image(request))
        except Superseded:
            self._requests.put_back(request)
            return
        self._kind = ""
        with suppress(Superseded):
            self._reader.fetch(self._likely, self._beat)

    def _image(self, request: dict[str, Any]) -> ImageU8 | None:
        if request["type"] == "crop":
            return self._crop(request)
        size = tuple(request["size"]) if request["type"] == "frame" else self._reader.full
        return self._reader.picture(request["position"], size, "bgra", self._beat)

    def _crop(self, request: dict[str, Any]) -> ImageU8 | None:
        from sjedd_video.faces.align import align_face

        frame = self._reader.picture(request["position"], self._reader.full, "rgb24", self._beat)
        if frame is None:
            return None
        landmarks = np.array(request["landmarks"], np.float32)
        crop, _ = align_face(np.ascontiguousarray(frame), landmarks, *request["crop"])
        return crop

    def _put(self, request: dict[str, Any], image: ImageU8 | None) -> None:
        message = {"type": request["type"], "id": request["id"], "position": request["position"], "slot": -1}
        if image is not None and image.nbytes <= self._ring.slot_bytes:
            while not self._requests.free.acquire(timeout=BEAT_SECONDS):
                self._say_alive()
            self._ring.write(self._slot, image)
            message |= {"slot": self._slot, "height": image.shape[0], "width": image.shape[1]}
            self._slot = (self._slot + 1) % SLOTS
        self._send(message)

    def _beat(self) -> None:
        self._say_alive()
        patient = self._kind and time.monotonic() - self._began < PATIENCE_S
        if not patient and self._requests.newer_than(self._kind):
            raise Superseded

    def _say_alive(self) -> None:
        """Tell the window, at most twice a second, that work goes on."""
        if time.monotonic() - self._beaten > BEAT_SECONDS:
            self._send({"type": "beat"})

    def _send(self, message: dict[str, Any], payload: bytes = b"") -> None:
        send(self._sink, message, payload)
        self._beaten = time.monotonic()


def send(sink: BinaryIO, message: dict[str, Any], payload: bytes = b"") -> None:
    """Send a message, followed by bytes that are not JSON."""
    sink.write(wire.encode(message | ({"payload": len(payload)} if payload else {})) + payload)
    sink.flush()


def main(arguments: list[str] | None = None) -> None:
    """Serve one file. ``arguments``: the descriptor of the shared memory and its name."""
    descriptor, name = (arguments or sys.argv[1:])[-2:]
    sink = os.fdopen(os.dup(1), "wb")
    log = tempfile.TemporaryFile()  # noqa: SIM115 - read by ``errlog`` as long as this process lives
    os.dup2(log.fileno(), 2)  # where the libraries tell of damage
    os.dup2(2, 1)  # a library that prints to standard output must not break the protocol
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the window, which then ends this process
    lock_down()  # before there are threads
    try:
        _serve(sink, (int(descriptor), name))
    except MediaError as error:
        send(sink, {"type": "failed", "message": error.message, "advice": error.advice})
    except MemoryError:
        send(sink, {"type": "memory"})
    except OSError as error:
        send(sink, {"type": "failed", "message": f"Reading the file failed: {error.strerror or error}.", "advice": ""})
    except Exception:
        send(sink, {"type": "defect", "details": traceback.format_exc()})
    os._exit(0)  # the libraries' threads may hang in their teardown; nothing is left to tidy


def _serve(sink: BinaryIO, memory: tuple[int, str]) -> None:
    end_with_parent()
    errlog.listen()
    limit_memory(MAX_MEMORY_MB)
    requests = Requests(os.fdopen(os.dup(0), "rb", buffering=0))
    Source(requests, sink, memory).serve(Path(requests.next()["path"]))


if __name__ == "__main__":
    main()
