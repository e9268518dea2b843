"""Progress bars on standard error, and Ctrl-C as a cancel token."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Self

from sjedd_video.progress import CancelToken
from sjedd_video.report.files import visible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

STAGE_WORDS = {"evidence": "hashing", "frames": "looking", "verdict": "judging", "explain": "explaining"}


class Bars:
    """A bar over all files and one over the current file; quiet when not wanted or not on a terminal."""

    def __init__(self, console: Console, files: int, *, quiet: bool) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        self._bars: Progress | None = None
        if not quiet and console.is_terminal:
            columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
            self._bars = Progress(*columns, console=console, transient=True)
            self._files: TaskID = self._bars.add_task("files", total=files, visible=files > 1)
            self._file: TaskID = self._bars.add_task("", total=None)

    def __enter__(self) -> Self:
        if self._bars is not None:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def begin(self, name: str) -> None:
        """Start a file."""
        self._name = visible(name)
        if self._bars is not None:
            self._bars.reset(self._file, description=f"{self._name}: opening", total=None)

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Progress of the current file (``sjedd_video.progress.Progress``)."""
        if self._bars is not None:
            what = f"{self._name}: {STAGE_WORDS.get(stage, stage)}"
            self._bars.update(self._file, description=what, completed=done, total=total)

    def end(self) -> None:
        """Finish a file."""
        if self._bars is not None:
            self._bars.advance(self._files)


@contextmanager
def cancel_on_interrupt() -> Iterator[CancelToken]:
    """A token that the first Ctrl-C (or SIGTERM) sets; the second one interrupts at once."""
    token = CancelToken()

    def stop(number: int, frame: FrameType | None) -> None:
        if token.cancelled:
            raise KeyboardInterrupt
        token.cancel()

    try:
        before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # not the main thread: somebody else handles Ctrl-C
        yield token
        return
    try:
        yield token
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
