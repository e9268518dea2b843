"""Progress and cancellation, passed per call and never stored on shared objects."""

from __future__ import annotations

import threading
from typing import Protocol

from sjedd_video.errors import Cancelled


class Progress(Protocol):
    """Receives progress: ``stage`` is one of ``STAGES``, ``done`` of ``total`` units (total None when unknown)."""

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Report ``done`` of ``total`` units of ``stage``."""


STAGES = ("evidence", "frames", "verdict", "explain")


def no_progress(stage: str, done: int, total: int | None) -> None:
    """A ``Progress`` that ignores everything."""


class CancelToken:
    """A thread-safe flag. The pipeline calls ``raise_if_cancelled`` at every yield between stages."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask the analysis that holds this token to stop."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether ``cancel`` was called."""
        return self._event.is_set()

    def raise_if_cancelled(self) -> None:
        """Raise ``Cancelled`` if ``cancel`` was called."""
        if self._event.is_set():
            raise Cancelled
