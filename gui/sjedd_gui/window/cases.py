"""The case of the window: new, open, save as, the recent ones, and what a crash left behind."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox, QWidget

from sjedd_gui.case.case_session import Recoverable
from sjedd_gui.case.session import Session
from sjedd_gui.i18n import core_text
from sjedd_gui.settings import Settings
from sjedd_gui.widgets.notice import NoticeBar
from sjedd_video.place import SUFFIX
from sjedd_video.report.files import visible


class Cases(QObject):
    """Opens and saves cases for a window, and says in words what came of it."""

    def __init__(self, window: QWidget, session: Session, settings: Settings, notice: NoticeBar) -> None:
        super().__init__(window)
        self._window, self._session, self._settings, self._notice = window, session, settings, notice
        session.case_changed.connect(self._changed)
        session.case_told.connect(lambda text: notice.tell(core_text(text)))
        session.case_failed.connect(self._failed)

    def new(self) -> None:
        """Begin an empty case."""
        if self._may_leave():
            self._session.new_case()

    def open(self) -> None:
        """Ask for a case and open it."""
        kinds = self.tr("Cases (*{} *.db);;All files (*)").format(SUFFIX)
        name, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open a case"), self._settings.folder, kinds)
        if name:
            self.open_path(Path(name))

    def open_path(self, path: Path) -> None:
        """Open a case."""
        if self._may_leave():
            self._session.open_case(path)

    def save_as(self) -> None:
        """Ask where, and go on in the case there. From then on everything is saved by itself."""
        folder = Path(self._settings.folder)
        known = self._session.case_path or folder / (self.tr("Case") + SUFFIX)
        kinds = self.tr("Cases (*{})").format(SUFFIX)
        name, _ = QFileDialog.getSaveFileName(self._window, self.tr("Save the case"), str(known), kinds)
        if name:
            path = Path(name)
            self._session.save_case_as(path if path.suffix else path.with_suffix(SUFFIX))

    def save(self) -> None:
        """Save under a name; a case that has one is saved already."""
        if self._session.case_path is None:
            self.save_as()
        else:
            self._notice.tell(self.tr("{} is saved by itself after every change.").format(self._session.case_name))

    def fill_recent(self, menu: QMenu) -> None:
        """Put the recent cases into a menu."""
        menu.clear()
        for path in self._settings.recent_cases:
            action = menu.addAction(visible(str(path)).replace("&", "&&"))
            action.triggered.connect(lambda _checked=False, path=path: self.open_path(path))
        menu.addSeparator()
        clear: QAction = menu.addAction(self.tr("&Clear this list"))
        clear.setEnabled(bool(self._settings.recent_cases))
        clear.triggered.connect(self._settings.clear_recent_cases)

    def offer_recovery(self) -> None:
        """Tell of a case that was never saved, if there is one."""
        found = self._session.recoverable()
        if found:
            self._offer(found[0])

    def _offer(self, case: Recoverable) -> None:
        text = self.tr("There is a case without a name from {time}, with {files} files. Nothing of it is lost.")
        self._notice.tell(
            text.format(time=_local_time(case.changed), files=case.files),
            (self.tr("Open it"), lambda: self.open_path(case.path)),
            (self.tr("Delete it"), lambda: self._session.forget_recoverable(case.path)),
            (self.tr("Later"), lambda: None),
        )

    def _may_leave(self) -> bool:
        """Ask first while work runs: leaving the case stops it."""
        if not self._session.unfinished:
            return True
        text = self.tr("Files or exports not finished: {}. Stop them and leave this case?")
        question = text.format(self._session.unfinished)
        answer = QMessageBox.question(self._window, self.tr("Work is running"), question)
        return answer == QMessageBox.StandardButton.Yes

    def _changed(self) -> None:
        if self._session.case_path is not None:
            self._settings.add_recent_case(self._session.case_path)

    def _failed(self, message: str, advice: str) -> None:
        show_problem(self._window, self.tr("The case"), message, advice)


def show_problem(window: QWidget, title: str, message: str, advice: str) -> None:
    """Tell what happened and what to do next, in a window that does not stop the work."""
    text = "\n\n".join(filter(None, (core_text(message), core_text(advice))))
    box = QMessageBox(QMessageBox.Icon.Warning, title, text, parent=window)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()


def _local_time(iso: str) -> str:
    try:
        seconds = datetime.fromisoformat(iso).timestamp()
    except ValueError:
        return visible(iso)
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(seconds)), QLocale.FormatType.ShortFormat)
