"""Reports, clips and pictures on their way to files that the user named: written in the background, one by one."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QBuffer, QIODevice, QObject, Signal

from sjedd_gui.work.worker import Worker
from sjedd_video.errors import OutputError
from sjedd_video.report.files import encodable, written

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from sjedd_video.types import FrameTime

SHARE = {"read": (0.0, 0.2), "report": (0.2, 0.8), "clip": (0.0, 1.0)}
"""Where a stage starts on the bar of an export, and how much of it is its own."""


class Exports(QObject):
    """The exports that wait or run, by number. Exactly one of the last three signals follows every ``announce``."""

    progressed = Signal(int, float)
    """Number, and how much is done in [0, 1]."""
    written = Signal(object)
    """Path of what was written."""
    failed = Signal(object, str, str)
    """Path, message, advice."""
    cancelled = Signal(object)
    """Path; nothing is there."""

    def __init__(self, function: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # A process of their own, so that saving does not wait for the file that is being analysed.
        self._worker = Worker(function, self)
        self._worker.progressed.connect(self._progressed)
        self._worker.finished.connect(self._finished)
        self._worker.failed.connect(self._failed)
        self._worker.cancelled.connect(self._cancelled)
        self._targets: dict[int, Path] = {}
        self._requests: dict[int, dict[str, Any]] = {}
        self._numbers = count(1)
        self._running = 0

    @property
    def targets(self) -> dict[int, Path]:
        """Number -> path of every export that is not finished."""
        return dict(self._targets)

    def announce(self, target: Path) -> int:
        """Number of a new export."""
        number = next(self._numbers)
        self._targets[number] = target
        return number

    def submit(self, number: int, request: dict[str, Any]) -> None:
        """Let the process write an announced export as soon as it can, see ``sjedd_gui.work.child_exports``."""
        if number in self._targets:
            self._requests[number] = request
            self._next()

    def cancel(self, number: int) -> None:
        """Stop an export, or take it back."""
        if number == self._running:
            self._worker.cancel()
        elif number in self._targets:
            self._requests.pop(number, None)
            self.end_cancelled(number)

    def end_written(self, number: int) -> None:
        """An export is done."""
        target = self._targets.pop(number, None)
        if target is not None:
            self.written.emit(target)

    def end_failed(self, number: int, message: str, advice: str) -> None:
        """An export did not work."""
        target = self._targets.pop(number, None)
        if target is not None:
            self.failed.emit(target, message, advice)

    def end_cancelled(self, number: int) -> None:
        """An export was stopped."""
        target = self._targets.pop(number, None)
        if target is not None:
            self.cancelled.emit(target)

    def close(self) -> None:
        """End the process and wait for it."""
        self._worker.shutdown()
        self._targets.clear()
        self._requests.clear()

    def _next(self) -> None:
        if self._requests and not self._worker.busy:
            self._running = number = next(iter(self._requests))
            self._worker.write(number, self._requests.pop(number))

    def _progressed(self, number: int, stage: str, done: int, total: int | None) -> None:
        start, share = SHARE.get(stage, (0.0, 0.0))
        self.progressed.emit(number, start + share * min(done / total, 1.0) if total else start)

    def _finished(self, number: int, _value: object) -> None:
        self._running = 0
        self.end_written(number)
        self._next()

    def _failed(self, number: int, message: str, advice: str, _details: str) -> None:
        self._running = 0
        self.end_failed(number, message, advice)
        self._next()

    def _cancelled(self, number: int) -> None:
        self._running = 0
        self.end_cancelled(number)
        self._next()


def write_frame(image: QImage, target: Path, time: FrameTime, source: Path) -> None:
    """Write a picture as PNG, whole or not at all. Its text tells the file, the time stamp and the time base.

    Raises:
        OutputError: It cannot be written.
    """
    image = image.copy()
    for key, value in frame_texts(time, source).items():
        image.setText(key, value)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise OutputError(f"{target} cannot be written: the picture is empty.", "Choose another frame.")
    with written(target) as file:
        file.write(buffer.data().data())


def frame_texts(time: FrameTime, source: Path) -> dict[str, str]:
    """What the text chunks of a frame's PNG say."""
    return {
        "Source": encodable(source.name),
        "pts": str(time.pts),
        "time_base": f"{time.time_base.numerator}/{time.time_base.denominator}",
        "seconds": f"{time.seconds:.6f}",
        "Software": "sjedd-video",
    }
