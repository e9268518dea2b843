"""A thread that does one thing after the other for the window, which never waits for a disk."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from sjedd_video.errors import Cancelled, SjeddError

T = TypeVar("T")
DEFECT_ADVICE = "This is a defect of the program. Please report it."
Failed = Callable[[str, str], object]


class Serial(QObject):
    """Runs functions in order in a thread of its own, and tells the outcome in the thread of the window.

    A ``SjeddError`` goes to ``failed`` as message and advice; any other exception is a defect, which is also raised in
    the window.
    """

    _answered = Signal(object)
    _told = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        """Make an idle one; the thread begins with the first function."""
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(1, name)
        self._waiting = 0
        self._closed = False
        # Queued even where the work is done before anybody could wait for it: answers never come inside ``run``.
        self._answered.connect(self._answer, Qt.ConnectionType.QueuedConnection)
        self._told.connect(self._call, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether an answer is outstanding."""
        return self._waiting > 0

    def run(
        self, work: Callable[[], T], done: Callable[[T], object] | None = None, failed: Failed | None = None
    ) -> None:
        """Do ``work`` in the thread, then call ``done`` with what it gave, or ``failed``, in the window's thread.

        Nothing is done any more after ``close``.
        """
        if self._closed:
            return
        self._waiting += 1

        def tell(future: Future[T]) -> None:
            if not self._closed:
                self._answered.emit(lambda: _settle(future, done, failed))

        self._pool.submit(work).add_done_callback(tell)

    def tell(self, call: Callable[[], object]) -> None:
        """Called by the thread: do ``call`` in the window's thread, where what listens to signals must run."""
        self._told.emit(call)

    def close(self) -> None:
        """Finish what was asked, end the thread, and tell nothing any more."""
        self._closed = True
        self._pool.shutdown(wait=True)

    def _call(self, call: Callable[[], object]) -> None:
        if not self._closed:
            call()

    def _answer(self, settle: Callable[[], None]) -> None:
        self._waiting -= 1
        if not self._closed:
            settle()


def _settle(future: Future[T], done: Callable[[T], object] | None, failed: Failed | None) -> None:
    try:
        value = future.result()
    except Cancelled:
        if failed is not None:
            failed("", "")
    except SjeddError as error:
        if failed is not None:
            failed(error.message, error.advice)
    except Exception as error:
        if failed is not None:
            failed(f"The program failed: {type(error).__name__}: {error}.", DEFECT_ADVICE)
        raise
    else:
        if done is not None:
            done(value)
