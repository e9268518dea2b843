"""What happens behind the window: the queue, the analysis process, the kept results, and the writing of reports."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from sjedd_gui.child import ANALYZE
from sjedd_gui.result_view import brief, tone
from sjedd_gui.shelf import Shelf
from sjedd_gui.viewmodel import AnalysisQueue, QueueItem, State
from sjedd_gui.worker import Worker
from sjedd_video.errors import OutputError
from sjedd_video.options import AnalysisOptions
from sjedd_video.types import AnalysisResult


class ReportOrder(NamedTuple):
    """A report to be written."""

    result: Path
    kind: str
    target: Path
    command: str


class Session(QObject):
    """Runs the queue one file after the other. Owns its processes and its folder until ``close``."""

    queue_changed = Signal()
    """Items were added, replaced or removed."""
    item_changed = Signal(int)
    """Job whose state or progress changed."""
    report_written = Signal(object)
    """Path of the report."""
    report_failed = Signal(object, str, str)
    """Path of the report, message, advice."""

    def __init__(
        self,
        options: AnalysisOptions,
        *,
        function: str = ANALYZE,
        shelf: Shelf | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Make an empty session.

        Args:
            options: How files are analysed.
            function: The analysis as ``module:name``, see ``sjedd_gui.child.AnalyzeFunction``.
            shelf: Where results are kept; None for the user's cache folder.
            parent: Owner.

        Raises:
            OutputError: Results cannot be kept anywhere.
        """
        super().__init__(parent)
        self.options = options
        self.queue = AnalysisQueue()
        self.shelf = shelf or Shelf()
        self._analyst = Worker(function, self)
        self._analyst.progressed.connect(self._progressed)
        self._analyst.finished.connect(self._finished)
        self._analyst.failed.connect(self._failed)
        self._analyst.cancelled.connect(self._cancelled)
        # Reports have a process of their own, so that saving does not wait for the file that is being analysed.
        self._writer = Worker(function, self)
        self._writer.finished.connect(self._report_written)
        self._writer.failed.connect(self._report_failed)
        self._orders: dict[int, ReportOrder] = {}
        self._order_numbers = count(1)

    @property
    def unfinished(self) -> int:
        """Number of files and reports that closing now loses."""
        return self.queue.unfinished + len(self._orders)

    def add(self, paths: Iterable[Path]) -> list[QueueItem]:
        """Queue files and start if nothing runs."""
        added = self.queue.add(paths)
        if added:
            self.queue_changed.emit()
            self._advance()
        return added

    def cancel(self, job: int) -> None:
        """Stop the running file, or take back a queued one."""
        item = self.queue.find(job)
        if item is None:
            return
        if item.state is State.RUNNING:
            item.stopping = True
            self._analyst.cancel()
        else:
            self.queue.cancel(job)
        self.item_changed.emit(job)

    def retry(self, job: int) -> QueueItem | None:
        """Queue a file again; its old result is dropped."""
        item = self.queue.retry(job)
        if item is not None:
            self.shelf.forget(job)
            self.queue_changed.emit()
            self._advance()
        return item

    def remove(self, job: int) -> None:
        """Take a file that does not run off the list."""
        if self.queue.remove(job):
            self.shelf.forget(job)
            self.queue_changed.emit()

    def result(self, job: int) -> AnalysisResult:
        """The result of a finished file. Raises ``OutputError`` when it was not kept."""
        return self.shelf.load(job)

    def save(self, job: int, kind: str, target: Path) -> None:
        """Write the ``pdf``, ``json`` or ``csv`` report of a finished file in the background."""
        item = self.queue.find(job)
        if item is not None and item.state is State.DONE:
            order = ReportOrder(self.shelf.path(job), kind, target, self._command(item.path))
            self._orders[next(self._order_numbers)] = order
            self._write_next()

    def close(self) -> None:
        """End all processes, wait for them, and delete what was kept."""
        self._analyst.shutdown()
        self._writer.shutdown()
        self._orders.clear()
        self.shelf.close()

    def _command(self, path: Path) -> str:
        """The command line that gives the same result."""
        changed = self.options.model_dump(exclude_defaults=True)
        flags = [text for name, value in changed.items() for text in (f"--{name.replace('_', '-')}", str(value))]
        return shlex.join(["sjedd-video", "analyze", str(path), *flags])

    def _advance(self) -> None:
        if self._analyst.busy:
            return
        item = self.queue.start_next()
        if item is not None:
            options = self.options.model_dump(mode="json")
            self._analyst.analyze(item.job, item.path, options, self.shelf.path(item.job))
            self.item_changed.emit(item.job)

    def _progressed(self, job: int, stage: str, done: int, total: int | None) -> None:
        self.queue.progress(job, stage, done, total)
        self.item_changed.emit(job)

    def _finished(self, job: int) -> None:
        try:
            result = self.shelf.load(job)
            self.queue.finish(job, brief(result), tone(result))
        except OutputError as error:
            self.queue.fail(job, error.message, error.advice)
        self._next_after(job)

    def _failed(self, job: int, message: str, advice: str, details: str) -> None:
        self.queue.fail(job, message, advice, details)
        self._next_after(job)

    def _cancelled(self, job: int) -> None:
        self.queue.cancel(job)
        self._next_after(job)

    def _next_after(self, job: int) -> None:
        self.item_changed.emit(job)
        self._advance()

    def _write_next(self) -> None:
        if self._orders and not self._writer.busy:
            number, order = next(iter(self._orders.items()))
            self._writer.write_report(number, *order)

    def _report_written(self, number: int) -> None:
        self.report_written.emit(self._orders.pop(number).target)
        self._write_next()

    def _report_failed(self, number: int, message: str, advice: str, _details: str) -> None:
        self.report_failed.emit(self._orders.pop(number).target, message, advice)
        self._write_next()
