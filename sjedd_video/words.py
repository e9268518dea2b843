"""The language of the core's sentences: English, unless a front end installs a translation.

The core writes its templates in English. Where it puts findings into words, it looks the templates up here, so that a
front end may show them in another language; what is stored or written into reports is never translated, because no
translation is installed in the processes that do so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

K = TypeVar("K")
Translate = Callable[[str], str]
"""Gives an English text in another language, with the same ``{placeholders}``; an unknown text as it is."""

_translate: ContextVar[Translate | None] = ContextVar("translate", default=None)


def say(text: str) -> str:
    """The text in the language of this context."""
    translate = _translate.get()
    return text if translate is None else translate(text)


def install(translate: Translate | None) -> None:
    """Translate from now on in this context (a thread, unless it made one of its own); None for English."""
    _translate.set(translate)


@contextmanager
def spoken(translate: Translate | None) -> Iterator[None]:
    """Translate inside a ``with`` block."""
    token = _translate.set(translate)
    try:
        yield
    finally:
        _translate.reset(token)


def begin(text: str) -> str:
    """The text with its first letter in upper case and the rest as it is: German nouns keep theirs."""
    return text[:1].upper() + text[1:]


class Phrases(Mapping[K, str]):
    """A table of English texts that are looked up in the language of the context."""

    def __init__(self, english: Mapping[K, str]) -> None:
        self.english = dict(english)

    def __getitem__(self, key: K) -> str:
        return say(self.english[key])

    def __iter__(self) -> Iterator[K]:
        return iter(self.english)

    def __len__(self) -> int:
        return len(self.english)
