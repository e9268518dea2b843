"""Decoders that fail on purpose, by import path inside the decoding process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from sjedd_video.decode.base import Beat, DecoderUnfit, FrameIndex
from sjedd_video.decode.pyav_ import PyAvDecoder
from sjedd_video.types import ImageU8, StreamFacts

GOOD_FRAMES = 3


class _Faulty:
    name = "Faulty 1.0"

    def __init__(self, path: Path, facts: StreamFacts, index: FrameIndex) -> None:
        self._inner = PyAvDecoder(path, facts, index)

    def frames(self, positions: Sequence[int], beat: Beat) -> Iterator[tuple[int, ImageU8 | None]]:
        for number, item in enumerate(self._inner.frames(positions, beat)):
            if number == GOOD_FRAMES:
                self.fail()
            yield item

    def close(self) -> None:
        self._inner.close()

    def fail(self) -> None:
        raise NotImplementedError


class Segfaulting(_Faulty):
    def fail(self) -> None:
        os.kill(os.getpid(), signal.SIGSEGV)


class Aborting(_Faulty):
    def fail(self) -> None:
        os.abort()


class Exiting(_Faulty):
    def fail(self) -> None:
        os._exit(3)


class Escaping(_Faulty):
    """Tries to do harm, and says what it managed."""

    def fail(self) -> None:
        raise DecoderUnfit(f"managed: {', '.join(harm(Path(os.environ['SJEDD_TEST_MARK']))) or 'nothing'}")


def harm(mark: Path) -> list[str]:
    """The names of the things that this process may do beside reading."""
    attempts = {
        "write": lambda: mark.with_name("new").write_text("harm"),
        "change": lambda: mark.open("r+b").close(),
        "rename": lambda: mark.rename(mark.with_name("renamed")),
        "run": lambda: subprocess.run([sys.executable, "-c", ""], check=True),
        "signal": lambda: os.kill(os.getppid(), 0),
        "connect": lambda: socket.create_connection(("127.0.0.1", 9), timeout=1),
    }
    done = []
    for name, attempt in attempts.items():
        try:
            attempt()
        except PermissionError:
            continue
        except OSError:  # nobody answers, but it was allowed
            pass
        done.append(name)
    return done


class Stalling(_Faulty):
    def fail(self) -> None:
        time.sleep(3600)


class Hungry(_Faulty):
    def fail(self) -> None:
        hoard = []
        while True:
            hoard.append(bytearray(64 << 20))


class GivingUp(_Faulty):
    def fail(self) -> None:
        raise DecoderUnfit("it gave up on purpose")


class Chattering(_Faulty):
    def fail(self) -> None:
        os.write(1, b'{"type":"frame"}\n' * 100)
        os.write(2, b"noise\n" * 100)
