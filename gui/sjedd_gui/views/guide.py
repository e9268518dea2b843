"""The pages of the offline help: where they are, their headings, and where words occur in them. Without Qt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path(__file__).parents[1] / "resources" / "help"
IN_CHECKOUT = Path(__file__).parents[3] / "docs"
PAGES = ("app.md", "verdict.md", "errors.md")
"""The pages in their order; the first is the guide."""
HEADING = re.compile(r"^(#{1,3}) +(.+?)\s*$", re.MULTILINE)
MARKS = re.compile(r"[*_`|]|\[([^]]*)\]\([^)]*\)")
AROUND = 45


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a page: its level from 1, and its text."""

    page: str
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where the searched words occur: the heading above it, and the text around it."""

    page: str
    heading: str
    around: str


def folder() -> Path:
    """The folder of the pages and their pictures: part of the package, or that of a checkout."""
    return SHIPPED if (SHIPPED / PAGES[0]).is_file() else IN_CHECKOUT


def read(page: str) -> str:
    """The Markdown of a page. Raises ``OSError`` where it is missing."""
    return (folder() / page).read_text("utf-8")


def headings(page: str) -> Iterator[Heading]:
    """The headings of a page down to the second level."""
    for marks, text in HEADING.findall(read(page)):
        if len(marks) <= 2:
            yield Heading(page, len(marks), _plain(text))


def search(words: str) -> Iterator[Hit]:
    """Sections in which all words occur, in the order of the pages."""
    wanted = words.casefold().split()
    for page in PAGES if wanted else ():
        for heading, text in _sections(read(page)):
            folded = f"{heading} {text}".casefold()
            if all(word in folded for word in wanted):
                yield Hit(page, heading, _around(text, wanted[0]))


def _sections(markdown: str) -> Iterator[tuple[str, str]]:
    parts = HEADING.split(markdown)  # before, marks, heading, text, marks, heading, text, ...
    for heading, text in zip(parts[2::3], parts[3::3], strict=True):
        yield _plain(heading), re.sub(r"\s+", " ", _plain(text))


def _plain(markdown: str) -> str:
    return MARKS.sub(r"\1", markdown).strip()


def _around(text: str, word: str) -> str:
    place = max(text.casefold().find(word), 0)
    start, end = max(place - AROUND, 0), place + len(word) + AROUND
    return f"{'… ' if start else ''}{text[start:end].strip()}{' …' if end < len(text) else ''}"
