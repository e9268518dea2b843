"""Starting, talking to and ending one decoding process.

The child is a fresh interpreter (no fork: threads and CUDA do not survive one) that imports only what decoding needs,
never the program's main module. Messages arrive through a thread, so that waiting for one can be cut short.
"""

from __future__ import annotations

import atexit
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from typing import Any, BinaryIO, cast

from sjedd_video.decode import ring, wire
from sjedd_video.errors import Cancelled
from sjedd_video.parent import child_command
from sjedd_video.progress import CancelToken

FLAG = "--sjedd-decode-child"
"""First argument of a frozen application that is to act as the decoding process; its ``main`` calls ``child.main``."""
POLL_SECONDS = 0.1
START_SECONDS = 60.0
"""A child may take this long to load its libraries, however short the idle limit of decoding is."""
LOG_TAIL = 4000
OUT_OF_MEMORY_SIGNS = (b"bad_alloc", b"annot allocate memory", b"MemoryError", b"out of memory", b"ENOMEM")
CALM = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
"""Pools of threads that the child does not need reserve address space, which is what its memory limit counts."""


class ChildDied(Exception):
    """The child ended, or sent nonsense, before it was done."""

    def __init__(self, how: str, *, out_of_memory: bool = False) -> None:
        super().__init__(how)
        self.out_of_memory = out_of_memory


class ChildStalled(Exception):
    """The child made no progress within the idle limit."""


class DecodeProcess:
    """A running child. ``receive`` gives its messages in order."""

    def __init__(self) -> None:
        self.memory = ring.create_memory()
        self.memory_name = f"sjedd-{os.getpid()}-{id(self):x}"
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed in stop()
        self._idle_s, self._cancel, self._started = 60.0, CancelToken(), False
        self._messages: queue.Queue[bytes | None] = queue.Queue()
        self._child = subprocess.Popen(
            child_command(FLAG, "sjedd_video.decode.child", str(self.memory), self.memory_name),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, **CALM, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            pass_fds=() if self.memory < 0 else (self.memory,),
            start_new_session=sys.platform != "win32",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self._reader = threading.Thread(target=self._read_lines, name="decode-messages", daemon=True)
        self._reader.start()

    def attend(self, idle_s: float, cancel: CancelToken) -> None:
        """Set how long ``receive`` waits, and what cuts it short."""
        self._idle_s, self._cancel = idle_s, cancel

    @property
    def alive(self) -> bool:
        """Whether the child still runs."""
        return self._child.poll() is None

    def send(self, message: dict[str, Any]) -> None:
        """Send a message; a child that is gone is noticed by ``receive``."""
        with suppress(OSError):
            sink = cast("BinaryIO", self._child.stdin)
            sink.write(wire.encode(message))
            sink.flush()

    def receive(self) -> dict[str, Any]:
        """Wait for the next message.

        Raises:
            ChildDied: The child ended or broke the protocol.
            ChildStalled: Nothing came for the idle limit.
            Cancelled: On request.
        """
        deadline = time.monotonic() + (self._idle_s if self._started else max(self._idle_s, START_SECONDS))
        while True:
            if self._cancel.cancelled:
                raise Cancelled
            try:
                line = self._messages.get(timeout=min(POLL_SECONDS, self._idle_s))
            except queue.Empty:
                if time.monotonic() > deadline:
                    raise ChildStalled(f"made no progress for {self._idle_s:g} s") from None
                continue
            if line is None:
                raise self._death()
            self._started = True
            try:
                return wire.decode(line)
            except ValueError as error:
                raise ChildDied("sent a message that cannot be read") from error

    def stop(self) -> None:
        """End the child at once and release everything."""
        if self.alive:
            self._kill()
        self._child.wait()
        self._reader.join()
        for pipe in (self._child.stdin, self._child.stdout, self._log):
            with suppress(OSError):
                cast("BinaryIO", pipe).close()
        if self.memory >= 0:
            os.close(self.memory)
            self.memory = -1

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            if sys.platform == "win32":
                self._child.kill()
            else:
                os.killpg(self._child.pid, signal.SIGKILL)

    def _read_lines(self) -> None:
        source = cast("BinaryIO", self._child.stdout)
        while True:
            line = source.readline(wire.MAX_LINE)
            self._messages.put(line or None)
            if not line:
                return

    def _death(self) -> ChildDied:
        code = self._child.wait()
        self._log.seek(max(self._log.seek(0, os.SEEK_END) - LOG_TAIL, 0))
        tail = self._log.read()
        out_of_memory = any(sign in tail for sign in OUT_OF_MEMORY_SIGNS)
        if code >= 0:
            return ChildDied(f"ended with code {code}", out_of_memory=out_of_memory)
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return ChildDied(f"was ended by {name}", out_of_memory=out_of_memory)


_spare: DecodeProcess | None = None
_lock = threading.Lock()


def prestart() -> None:
    """Start the next child now, so that its imports run while the caller does something else."""
    global _spare  # noqa: PLW0603 - one spare process per program
    with _lock:
        if _spare is None or not _spare.alive:
            _spare = DecodeProcess()


def discard_spare() -> None:
    """End a child that was started ahead and not used."""
    global _spare
    with _lock:
        spare, _spare = _spare, None
    if spare is not None:
        spare.stop()


atexit.register(discard_spare)


def take(idle_s: float, cancel: CancelToken) -> DecodeProcess:
    """A child ready for a request: the spare one, or a new one."""
    global _spare
    with _lock:
        process, _spare = _spare, None
    if process is None or not process.alive:
        if process is not None:
            process.stop()
        process = DecodeProcess()
    process.attend(idle_s, cancel)
    return process
