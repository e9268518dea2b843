"""The building blocks of a report: plain data that knows no layout."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sjedd_video.types import Exhibit, Interval, Verdict


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. ``style``: ``body``, ``lead``, ``verdict``, ``heading``, ``small`` or ``mono``."""

    text: str
    style: str = "body"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of paragraphs."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values; values in ``mono`` are hashes and the like."""

    rows: tuple[tuple[str, str], ...]
    mono: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. ``widths`` are shares of the page; ``numeric`` columns are set to the right.

    ``bars`` are numbers, one a row, drawn in a last column to the left and right of zero.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    numeric: frozenset[int] = frozenset()
    bars: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Scale:
    """A verdict on the scale of bands."""

    verdict: Verdict
    threshold: float


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One person over time.

    Attributes:
        track: Number of the person.
        caption: The curve in words, also for those who cannot see it.
        seconds: ``(n,)`` time of each face.
        values: ``(n,)`` calibrated probability of each face alone.
        usable: ``(n,)`` whether its quality sufficed.
        segments: Indices of usable faces that follow each other without a gap or a cut.
        spans: Stretches above the threshold, in seconds.
        cuts: Scene changes, in seconds.
        start: First sampled second, the same for all people.
        end: Last sampled second, the same for all people.
        threshold: Decision threshold.
        probability: The person's calibrated probability, or None.
        interval: Its interval, or None.
    """

    track: int
    caption: str
    seconds: NDArray[np.float64]
    values: NDArray[np.float64]
    usable: NDArray[np.bool_]
    segments: tuple[NDArray[np.intp], ...]
    spans: tuple[tuple[float, float], ...]
    cuts: tuple[float, ...]
    start: float
    end: float
    threshold: float
    probability: float | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Curves:
    """Curves below one another on one axis of time."""

    curves: tuple[Curve, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """An exhibit and its caption."""

    exhibit: Exhibit
    caption: str


@dataclass(frozen=True, slots=True)
class Pictures:
    """Frames with boxes, crops and heat maps; ``large`` for the first page."""

    pictures: tuple[Picture, ...]
    large: bool = False


@dataclass(frozen=True, slots=True)
class Thumbnails:
    """Small JPEG pictures with captions, side by side."""

    pictures: tuple[tuple[bytes, str], ...]


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to be filled in by hand."""

    names: tuple[str, ...]


Block = Text | Bullets | Facts | Grid | Scale | Curves | Pictures | Thumbnails | Signatures


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report with a heading and an entry in the table of bookmarks."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """A report. ``exhibit`` is the start of the SHA-256 of ``exhibit_name``, on every page; ``date`` is ISO 8601."""

    heading: str
    title: str
    subject: str
    author: str
    exhibit: str
    date: str
    sections: tuple[Section, ...]
    exhibit_name: str = "Exhibit"
