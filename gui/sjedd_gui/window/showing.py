"""Which file is shown, and what can be done with it: the list, the pages in the middle, and the commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from sjedd_gui.case.focus import Loaded
from sjedd_gui.views.queue import QueueItem, State

if TYPE_CHECKING:
    from sjedd_gui.window.main_window import MainWindow

IDLE = {State.DONE, State.FAILED, State.CANCELLED, State.SKIPPED}
OPEN = {State.QUEUED, State.RUNNING}
WITH_RESULT = ("preview", "pdf", "json", "csv", "copy-verdict", "compare-people")
WITH_FRAME = ("frame", "frame-marked")


class Showing(QObject):
    """Follows the queue and the choice of the user."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session, self._focus, self._files = window.session, window.focus, window.files
        self._asked = 0
        session = window.session
        session.queue_changed.connect(self._show_queue)
        session.item_changed.connect(self._item_changed)
        session.loaded.connect(self._loaded)
        session.load_failed.connect(self._load_failed)
        self._files.chosen.connect(self.show_chosen)
        self._focus.loaded_changed.connect(self.enable)
        self._focus.shown_changed.connect(self.enable)

    def chosen(self) -> QueueItem | None:
        """The file that is chosen in the list."""
        return self._session.queue.find(self._files.job)

    def show_chosen(self) -> None:
        """Show what fits the state of the chosen file."""
        item = self.chosen()
        if item is not None and item.state is State.DONE:
            if self._focus.loaded is None or self._focus.loaded.job != item.job:
                self._load(item)
        else:
            self._asked = 0
            self._leave()
            words = self._files.state_words(item) if item is not None else ""
            self._window.message.show_item(item, words)
        self.enable()

    def stop_chosen(self) -> None:
        """Stop the chosen file, or take it back."""
        self._session.cancel(self._files.job)

    def stop_running(self) -> None:
        """Stop the file that runs."""
        running = self._session.queue.running
        if running is not None:
            self._session.cancel(running.job)

    def stop_all(self) -> None:
        """Stop the search and the running file, and take back those that wait."""
        self._session.cancel_search()
        for item in reversed(self._session.queue.items):  # the running one last, or the next one would start
            if item.state in OPEN:
                self._session.cancel(item.job)

    def skip_chosen(self) -> None:
        """Leave out the chosen file while it waits."""
        self._session.skip(self._files.job)

    def retry_chosen(self) -> None:
        """Analyse the chosen file again."""
        item = self._session.retry(self._files.job)
        if item is not None:
            self._files.select(item.job)

    def remove_chosen(self) -> None:
        """Take the chosen file off the list."""
        self._session.remove(self._files.job)

    def look_closer(self, start: float, end: float) -> None:
        """Analyse a stretch of the shown file more densely, and show that."""
        if self._focus.loaded is not None:
            item = self._session.analyze_range(self._focus.loaded.job, start, end)
            if item is not None:
                self._files.select(item.job)

    def enable(self) -> None:
        """Switch on the commands that make sense now."""
        item, enable = self.chosen(), self._window.menus.enable
        state = None if item is None else item.state
        shown = self._focus.loaded is not None
        enable(("stop",), item is not None and not item.stopping and state in OPEN)
        enable(("stop-all",), self._session.queue.unfinished > 0 or self._session.searching)
        enable(("skip",), state is State.QUEUED)
        enable(("retry",), state in IDLE)
        enable(("remove",), state is not None and state is not State.RUNNING)
        enable(WITH_RESULT, shown)
        enable(WITH_FRAME, shown and self._focus.shown is not None)
        enable(("clip",), self._window.exporting.stretch() is not None)
        enable(("compare-files",), shown and bool(self._window.comparing.others()))
        enable(("save-case", "save-case-as"), not self._session.case_is_empty)

    def _show_queue(self) -> None:
        items = self._session.queue.items
        self._window.files_pages.setCurrentIndex(1 if items else 0)
        self._files.show_items(items)
        self.show_chosen()

    def _item_changed(self, job: int) -> None:
        self._files.refresh(job)
        if job == self._files.job:
            self.show_chosen()
        else:
            self.enable()

    def _load(self, item: QueueItem) -> None:
        if self._asked != item.job:
            self._asked = item.job
            self._leave()
            self._window.message.show_loading(item.name)
            self._session.load(item.job)

    def _leave(self) -> None:
        """Show no result any more."""
        self._window.pages.setCurrentWidget(self._window.message)
        if self._focus.loaded is not None:
            self._focus.show(None)

    def _loaded(self, loaded: Loaded) -> None:
        if self._window.comparing.take(loaded) or loaded.job != self._asked:
            return
        self._asked = 0
        self._focus.show(loaded)
        self._window.pages.setCurrentWidget(self._window.player)

    def _load_failed(self, job: int, message: str, advice: str) -> None:
        self._window.comparing.give_up(job)
        if job == self._asked:
            item = self._session.queue.find(job)
            self._window.message.show_problem("" if item is None else item.name, message, advice, "")
