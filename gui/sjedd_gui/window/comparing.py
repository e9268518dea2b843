"""Puts two findings side by side: two files, or two people of one file."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog, QWidget

from sjedd_gui.case.focus import Focus, Loaded
from sjedd_gui.case.session import Session
from sjedd_gui.views.queue import State
from sjedd_gui.widgets.compare import CompareDialog


class Comparing(QObject):
    """Asks what to compare with what."""

    def __init__(self, window: QWidget, session: Session, focus: Focus) -> None:
        super().__init__(window)
        self._window, self._session, self._focus = window, session, focus
        self._wanted = 0

    def others(self) -> list[tuple[int, str]]:
        """Job and name of the finished files beside the one that is shown."""
        shown = 0 if self._focus.loaded is None else self._focus.loaded.job
        items = self._session.queue.items
        return [(item.job, item.name) for item in items if item.state is State.DONE and item.job != shown]

    def files(self) -> None:
        """Ask which other file to put beside the one that is shown."""
        others = self.others()
        if self._focus.loaded is None or not others:
            return
        names = [f"{i + 1}. {name}" for i, (_, name) in enumerate(others)]
        text = self.tr("Show this file beside:")
        chosen, taken = QInputDialog.getItem(self._window, self.tr("Compare two files"), text, names, 0, False)
        if taken and chosen in names:
            self.with_file(others[names.index(chosen)][0])

    def with_file(self, job: int) -> None:
        """Put another file beside the one that is shown, once it is read."""
        self._wanted = job
        self._session.load(job)

    def take(self, loaded: Loaded) -> bool:
        """Take a result that was read, if it is the one to compare with; whether it is."""
        if loaded.job != self._wanted:
            return False
        self._wanted = 0
        if self._focus.loaded is not None:
            self._open(self._focus.loaded, loaded)
        return True

    def give_up(self, job: int) -> None:
        """The result of a file could not be read."""
        if job == self._wanted:
            self._wanted = 0

    def _open(self, left: Loaded, right: Loaded) -> None:
        CompareDialog(left, right, self._window).open()
