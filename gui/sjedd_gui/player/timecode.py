"""Time codes as people write them. Seconds count from pts 0 of the stream."""

from __future__ import annotations

import math
import re

WRITTEN = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,4}):)?(\d{1,8}(?:[.,]\d{0,9})?)", re.ASCII)


class BadTimeCode(ValueError):
    """A text is no time code. ``word`` says what is wrong: ``form``, ``seconds`` or ``minutes``."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def exact_time_code(seconds: float) -> str:
    """``00:01:15.240``: hours, minutes, seconds, milliseconds, cut and not rounded up, so that nothing is foretold."""
    total = math.floor(abs(seconds) * 1000 + 1e-6)
    hours, rest = divmod(total, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{'-' if seconds < 0 and total else ''}{hours:02d}:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"


def parse_time_code(text: str) -> float:
    """Seconds of ``75``, ``75.5``, ``1:15``, ``00:01:15.240`` (or with a comma), with a minus sign before them or not.

    Raises:
        BadTimeCode: It is none of these, or minutes or seconds after a colon reach 60.
    """
    stripped = text.strip()
    negative = stripped.startswith("-")
    found = WRITTEN.fullmatch(stripped.removeprefix("-").strip())
    if found is None:
        raise BadTimeCode("form")
    hours, minutes, seconds = found[1], found[2], float(found[3].replace(",", "."))
    if minutes is not None and seconds >= 60:
        raise BadTimeCode("seconds")
    if hours is not None and int(minutes) >= 60:
        raise BadTimeCode("minutes")
    total = int(hours or 0) * 3600 + int(minutes or 0) * 60 + seconds
    return -total if negative else total
