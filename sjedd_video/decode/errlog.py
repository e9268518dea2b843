"""What the media libraries complain about. They conceal damage in the picture and tell only their error log."""

from __future__ import annotations

import os
import re

import av.logging

MAX_LOG_BYTES = 1 << 20
ADDRESS = re.compile(r"^\[([^@\]]*?)\s*(?:@[^\]]*)?\]\s*")
HARMLESS = re.compile(rb"mmco: unref short failure|deprecated pixel format|SEI type|Last message repeated|^\s*$")

UNREADABLE = b"[log] a complaint that cannot be read"
LIBAV = b"["
"""How libav begins a line, with the name of the part that speaks; what else writes there knows nothing of damage."""


def listen() -> None:
    """Let libav write its errors to descriptor 2, past Python; by default PyAV keeps them to itself."""
    av.logging.restore_default_callback()
    av.logging.set_libav_level(av.logging.ERROR)


class ErrorLog:
    """The text that libraries write to descriptor 2, which the parent has pointed at a file."""

    def __init__(self) -> None:
        self._seen = self._size()

    def complaints(self) -> list[str]:
        """The lines written since the last call that tell of damage."""
        size = self._size()
        if size <= self._seen:
            self._seen = size
            return []
        try:
            text = os.pread(2, min(size - self._seen, MAX_LOG_BYTES), self._seen)
        except (OSError, AttributeError):  # open for writing only; or Windows, which has no pread
            text = UNREADABLE
        self._seen = size
        if size > MAX_LOG_BYTES:  # a thoroughly broken file would fill the disk
            os.ftruncate(2, 0)
            os.lseek(2, 0, os.SEEK_SET)
            self._seen = 0
        lines = [line for line in text.splitlines() if line.startswith(LIBAV) and not HARMLESS.search(line)]
        return [tidy(line.decode("utf-8", "replace")) for line in lines]

    @staticmethod
    def _size() -> int:
        try:
            return os.fstat(2).st_size
        except OSError:
            return 0


def tidy(line: str) -> str:
    """A line of a library's log without memory addresses and control characters, 160 characters at most."""
    named = ADDRESS.sub(r"\1: ", line.strip())
    return "".join(c if c.isprintable() else " " for c in named)[:160]
