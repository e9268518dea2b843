"""What happens behind the window: the queue of files, and the process that analyses them one by one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from sjedd_gui.case.plans import denser
from sjedd_gui.case.result_session import ResultSession
from sjedd_gui.case.stored import stored_item
from sjedd_gui.views.queue import QueueItem, State
from sjedd_gui.work.child import ANALYZE
from sjedd_gui.work.search import Throttled, find_media
from sjedd_gui.work.serial import Serial
from sjedd_gui.work.shelf import Shelf
from sjedd_gui.work.worker import Worker
from sjedd_video.options import AnalysisOptions
from sjedd_video.progress import CancelToken

if TYPE_CHECKING:
    from sjedd_video.listed import StoredItem


class Session(ResultSession):
    """Runs the queue one file after the other. Owns its processes, threads and its folder until ``close``."""

    item_changed = Signal(int)
    """Job whose state or progress changed."""
    searched = Signal(int)
    """Number of videos and pictures found so far by ``add_paths``."""
    files_found = Signal(list)
    """The search of ``add_paths`` ended: the ``QueueItem`` of every file named or found, also those known before."""

    def __init__(
        self,
        options: AnalysisOptions,
        *,
        function: str = ANALYZE,
        shelf: Shelf | None = None,
        folder: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        """Make a session with an empty case.

        Args:
            options: How files are analysed.
            function: The analysis as ``module:name``, see ``sjedd_gui.work.child.AnalyzeFunction``.
            shelf: Where results lie for a moment; None for the user's cache folder.
            folder: Where cases live that have no name; None for the user's data folder.
            parent: Owner.

        Raises:
            OutputError: Results cannot be kept anywhere.
        """
        super().__init__(options, function, folder, parent)
        self.shelf = shelf or Shelf()
        self._analyst = Worker(function, self)
        self._analyst.progressed.connect(self._progressed)
        self._analyst.finished.connect(self._finished)
        self._analyst.failed.connect(self._failed)
        self._analyst.cancelled.connect(self._cancelled)
        self._orders = count(1)
        self._order, self._item = 0, None  # type: int, QueueItem | None
        self._searcher, self._search = Serial("search", self), CancelToken()

    @property
    def unfinished(self) -> int:
        """Number of files and exports that closing now stops."""
        return self.queue.unfinished + len(self.exports)

    @property
    def searching(self) -> bool:
        """Whether folders are being searched."""
        return self._searcher.busy

    def add(self, paths: Iterable[Path], options: AnalysisOptions | None = None) -> list[QueueItem]:
        """Queue files, with options of their own if given, and start if nothing runs."""
        added = self.queue.add(paths, options)
        if added:
            self._keep(*added)
            self.queue_changed.emit()
            self._advance()
        return added

    def add_paths(self, paths: Iterable[Path], options: AnalysisOptions | None = None) -> None:
        """Queue files, and the videos and pictures in folders (known by their content), searched in the background.

        Tells ``searched`` on the way and ``files_found`` at the end. A file that is named itself is taken as it is.
        """
        named, cancel = list(paths), self._search
        told = Throttled(lambda number: self._searcher.tell(lambda: self.searched.emit(number)))
        self._searcher.run(lambda: find_media(named, told, cancel), partial(self._found, options))

    def cancel_search(self) -> None:
        """End the search; what it found so far is queued."""
        self._search.cancel()
        self._search = CancelToken()

    def analyze_range(self, job: int, start: float, end: float) -> QueueItem | None:
        """Queue the stretch from ``start`` to ``end`` (seconds) of the same file once more, sampled more densely."""
        item = self.queue.find(job)
        if item is None or not 0 <= max(start, 0.0) < end:
            return None
        options = denser(item.options or self.options, max(start, 0.0), end)
        added = self.add([item.path], options)
        known = (other for other in self.queue.items if other.path == item.path and other.options == options)
        return added[0] if added else next(known)

    def set_options(self, job: int, options: AnalysisOptions) -> None:
        """Analyse a file that waits with options of its own."""
        item = self.queue.find(job)
        if item is not None and item.state is State.QUEUED:
            item.options = options
            self._change(item)

    def cancel(self, job: int) -> None:
        """Stop the running file, or take back a queued one."""
        item = self.queue.find(job)
        if item is None:
            return
        if item.state is State.RUNNING:
            item.stopping = True
            self._analyst.cancel()
            self.item_changed.emit(job)
        elif self.queue.cancel(job):
            self._change(item)

    def skip(self, job: int) -> None:
        """Leave out a file that waits; ``retry`` takes it in again."""
        item = self.queue.skip(job)
        if item is not None:
            self._change(item)

    def retry(self, job: int) -> QueueItem | None:
        """Queue a file again; its old result is dropped, its notes stay."""
        item = self.queue.retry(job)
        if item is not None:
            self._kept.pop(job, None)
            if job in self._remarks:
                self._remarks[item.job] = self._remarks.pop(job)
            stored = stored_item(item)
            self._store(lambda case: case.work.renumber(job, stored))
            self.queue_changed.emit()
            self._advance()
        return item

    def move(self, job: int, place: int) -> None:
        """Move an item to another place in the list, from 0."""
        if self.queue.move(job, place):
            jobs = [item.job for item in self.queue.items]
            self._store(lambda case: case.work.order(jobs))
            self.queue_changed.emit()

    def remove(self, job: int) -> None:
        """Take a file that does not run off the list, with its result and notes."""
        if self.queue.remove(job):
            self._kept.pop(job, None)
            self._remarks.pop(job, None)
            self._store(lambda case: case.work.remove(job))
            self.queue_changed.emit()

    def close(self) -> None:
        """End all processes and threads, wait for them, and leave the case; see ``CaseSession.close``."""
        self._search.cancel()
        self._analyst.shutdown()
        self._searcher.close()
        super().close()
        self.shelf.close()

    def _keep(self, *items: QueueItem) -> None:
        stored = [stored_item(item) for item in items]
        self._store(lambda case: case.work.put(stored))

    def _change(self, item: QueueItem) -> None:
        self._keep(item)
        self.item_changed.emit(item.job)

    def _found(self, options: AnalysisOptions | None, files: list[Path]) -> None:
        self.add(files, options)
        wanted = set(files)
        self.files_found.emit([item for item in self.queue.items if item.path in wanted and item.options == options])

    def _advance(self) -> None:
        if self._analyst.busy:
            return
        item = self.queue.start_next()
        if item is not None:
            self._order, self._item = next(self._orders), item
            options = (item.options or self.options).model_dump(mode="json")
            self._analyst.analyze(self._order, item.path, options, self.shelf.path(self._order))
            self.item_changed.emit(item.job)

    def _abandon(self) -> None:
        super()._abandon()
        self._item = None
        self._analyst.cancel()

    def _show_case(self) -> None:
        super()._show_case()
        self._advance()

    def _progressed(self, order: int, stage: str, done: int, total: int | None) -> None:
        if self._item is not None and order == self._order:
            self.queue.progress(self._item.job, stage, done, total)
            self.item_changed.emit(self._item.job)

    def _finished(self, order: int, value: dict[str, Any]) -> None:
        item, self._item = self._item, None
        if item is None:  # of a case that was left
            self._end(order, None)
            return
        self.queue.finish(item.job, **value)
        take = partial(self._take, self.shelf.path(order), stored_item(item))
        self._serial.run(take, lambda _: self._end(order, item), partial(self._not_kept, order, item))

    def _take(self, parcel: Path, item: StoredItem) -> None:
        """Move a result into the case; runs in its thread."""
        from sjedd_video.store import CaseStore

        case = self._at_hand()
        with CaseStore(parcel, readonly=True) as store:
            case.work.take(store, item)
        case.record(self.options)

    def _not_kept(self, order: int, item: QueueItem, message: str, advice: str) -> None:
        item.state, item.error, item.advice = State.FAILED, message, advice
        self._end(order, item)

    def _failed(self, order: int, message: str, advice: str, details: str) -> None:
        item, self._item = self._item, None
        if item is not None:
            self.queue.fail(item.job, message, advice, details)
            self._keep(item)
        self._end(order, item)

    def _cancelled(self, order: int) -> None:
        item, self._item = self._item, None
        if item is not None:
            self.queue.cancel(item.job)
            self._keep(item)
        self._end(order, item)

    def _end(self, order: int, item: QueueItem | None) -> None:
        self.shelf.forget(order)
        if item is not None:
            self.item_changed.emit(item.job)
        self._advance()
