"""Wall seconds per stage of a pipeline of generators."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


class Clock:
    """Adds up seconds per stage; a stage that runs inside another one does not count twice."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._totals: dict[str, float] = {}
        self._inner = 0.0

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time of the block, less that of the stages inside it, towards ``name``."""
        outer, self._inner = self._inner, 0.0
        began = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - began
            self._totals[name] = self._totals.get(name, 0.0) + spent - self._inner
            self._inner = outer + spent

    def timed(self, name: str, items: Iterable[T]) -> Iterator[T]:
        """Yield ``items``, counting the time it takes to produce each towards ``name``."""
        iterator = iter(items)
        try:
            while True:
                with self.stage(name):
                    try:
                        item = next(iterator)
                    except StopIteration:
                        return
                yield item
        finally:
            close = getattr(iterator, "close", None)
            if close is not None:
                close()

    def seconds(self) -> dict[str, float]:
        """Seconds per stage, and ``total`` since the clock was made."""
        return {**self._totals, "total": time.perf_counter() - self._began}
