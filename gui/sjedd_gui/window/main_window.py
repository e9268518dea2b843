"""The window, put together from its panels: files, picture, timeline, findings, notes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QMessageBox, QStackedWidget, QVBoxLayout, QWidget

from sjedd_gui.case.focus import Focus
from sjedd_gui.case.session import Session
from sjedd_gui.settings import Settings
from sjedd_gui.views.queue import QueueItem
from sjedd_gui.widgets.findings import FindingsPanel
from sjedd_gui.widgets.notes_panel import NotesPanel
from sjedd_gui.widgets.notice import NoticeBar
from sjedd_gui.widgets.pages import MessagePage
from sjedd_gui.widgets.player import PlayerPanel
from sjedd_gui.widgets.queue_list import QueueList
from sjedd_gui.widgets.theme import text_label
from sjedd_gui.widgets.timeline import TimelinePanel
from sjedd_gui.window.appearance import Appearance
from sjedd_gui.window.cases import Cases, show_problem
from sjedd_gui.window.comparing import Comparing
from sjedd_gui.window.docks import AREA, FILES, FINDINGS, NOTES, TIMELINE, Docks, Panel, panel_titles
from sjedd_gui.window.exporting import Exporting
from sjedd_gui.window.extras import Extras
from sjedd_gui.window.intake import Intake, paths_in
from sjedd_gui.window.menus import Menus
from sjedd_gui.window.showing import Showing
from sjedd_gui.window.status import StatusLine
from sjedd_video.place import SUFFIX
from sjedd_video.report.files import visible

LEAST_SIZE = QSize(720, 520)


class MainWindow(QMainWindow):
    """Everything the user sees. Owns the session and ends it when it closes."""

    def __init__(self, session: Session, settings: Settings | None = None) -> None:
        """Show an empty queue.

        Args:
            session: Becomes the window's.
            settings: What the app remembers; the user's unless others are given.
        """
        super().__init__()
        self.session, self.settings = session, settings or Settings()
        session.setParent(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.appearance = Appearance(app, self.settings.theme, self)
        self.focus = Focus(self)
        self.setMinimumSize(LEAST_SIZE)
        self.setAcceptDrops(True)
        self._build_panels()
        self._build_helpers()
        self.menus = Menus(self)
        self._connect()
        self.docks.restore()
        self._show_title()
        self.showing.show_chosen()

    def add(self, paths: list[Path]) -> None:
        """Queue files, and what is in folders; a case is opened instead."""
        cases = [path for path in paths if path.suffix == SUFFIX]
        if cases:
            self.cases.open_path(cases[0])
        if others := [path for path in paths if path.suffix != SUFFIX]:
            self.session.add_paths(others)

    def _build_panels(self) -> None:
        self.files = QueueList()
        self.files_pages = QStackedWidget()
        self.files_pages.addWidget(_invitation(self.tr("Files that you open or drop are listed here.")))
        self.files_pages.addWidget(self.files)
        self.message = MessagePage()
        self.notice = NoticeBar()
        self.player = PlayerPanel(self.focus)
        self.timeline = TimelinePanel(self.focus)
        self.findings = FindingsPanel(self.focus)
        self.notes = NotesPanel(self.focus, self.session)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.message)
        self.pages.addWidget(self.player)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.notice)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(middle)
        titles = panel_titles()
        panels = [
            Panel(FILES, titles[FILES], self.files_pages, AREA.LeftDockWidgetArea),
            Panel(FINDINGS, titles[FINDINGS], self.findings, AREA.RightDockWidgetArea),
            Panel(NOTES, titles[NOTES], self.notes, AREA.RightDockWidgetArea),
            Panel(TIMELINE, titles[TIMELINE], self.timeline, AREA.BottomDockWidgetArea),
        ]
        self.docks = Docks(self, panels, self.settings)

    def _build_helpers(self) -> None:
        self.intake = Intake(self, self.settings)
        self.cases = Cases(self, self.session, self.settings, self.notice)
        self.exporting = Exporting(self, self.session, self.focus, self.player, self.notice)
        self.comparing = Comparing(self, self.session, self.focus)
        self.status = StatusLine(self.statusBar(), self.session, self)
        self.extras = Extras(self)
        self.showing = Showing(self)

    def _connect(self) -> None:
        session, message, status = self.session, self.message, self.status
        session.searched.connect(lambda count: status.tell(self.tr("Searching, files found: {}").format(count)))
        session.files_found.connect(self._files_found)
        session.report_written.connect(self._written)
        session.report_failed.connect(self._not_written)
        session.export_cancelled.connect(lambda _target: status.tell(self.tr("Stopped.")))
        session.case_changed.connect(self._show_title)
        self.files.move_requested.connect(session.move)
        self.focus.loaded_changed.connect(self._show_title)
        self.timeline.dense_requested.connect(self.showing.look_closer)
        self.findings.save_requested.connect(self.exporting.report)
        self.appearance.changed.connect(self.findings.show_again)
        self.notes.show_wanted.connect(lambda: self.docks.raise_panel(NOTES))
        self.player.full_screen_requested.connect(self.show_only_picture)
        self.intake.wanted.connect(self.add)
        nothing = self.tr("What was copied names no file or folder on this computer.")
        self.intake.nothing_pasted.connect(lambda: status.tell(nothing))
        self.exporting.told.connect(status.tell)
        status.stop_requested.connect(self.showing.stop_running)
        status.model_requested.connect(self.extras.show_models)
        message.open_requested.connect(self.intake.choose_files)
        message.folder_requested.connect(self.intake.choose_folder)
        message.example_requested.connect(self.extras.open_example)
        message.retry_requested.connect(self.showing.retry_chosen)
        message.stop_requested.connect(self.showing.stop_chosen)

    def _show_title(self) -> None:
        loaded, case = self.focus.loaded, self.session.case_name
        parts = ["" if loaded is None else visible(loaded.path.name), case, "sjedd-video"]
        self.setWindowTitle(" – ".join(filter(None, parts)))

    def _files_found(self, items: list[QueueItem]) -> None:
        if items:
            self.files.select(items[0].job)
            self.status.tell(self.tr("Files: {}").format(len(items)))
        else:
            self.status.tell(self.tr("No videos or pictures were found there."))

    def _written(self, target: Path) -> None:
        if self.extras.take_preview(target):
            self.statusBar().clearMessage()
            return
        self.status.tell(self.tr("Saved {}").format(visible(str(target))))
        show, folder = self.tr("Open it"), self.tr("Show the folder")
        self.notice.tell(
            self.tr("Saved {}").format(visible(target.name)),
            (show, lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(target)))),
            (folder, lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(target.parent)))),
        )

    def _not_written(self, target: Path, message: str, advice: str) -> None:
        if not self.extras.fail_preview(target, message, advice):
            show_problem(self, self.tr("{} was not saved").format(visible(target.name)), message, advice)

    def copy_verdict(self) -> None:
        """Put the verdict in words on the clipboard."""
        self.findings.copy_verdict()
        self.status.tell(self.tr("The verdict was copied as text."))

    def greet(self) -> None:
        """What happens once the window is on screen: the welcome, a lost case, the name of the model."""
        self.status.show_model(self.session.options.model)
        self.cases.offer_recovery()
        if not self.settings.welcomed:
            self.extras.show_welcome()

    def choose_theme(self, theme: str) -> None:
        """Change the colours."""
        self.settings.theme = theme  # type: ignore[assignment]
        self.appearance.choose(self.settings.theme)

    def choose_language(self, code: str) -> None:
        """Remember the language; it changes with the next start."""
        self.settings.language = code
        self.notice.tell(self.tr("The language changes when you start the program again."))

    def toggle_full_screen(self) -> None:
        """Fill the screen with the window, or not."""
        (self.showNormal if self.isFullScreen() else self.showFullScreen)()

    def show_only_picture(self, wanted: bool) -> None:
        """Fill the screen with the picture alone, or bring everything back."""
        self.docks.hide_all(wanted)
        self.menuBar().setVisible(not wanted)
        self.statusBar().setVisible(not wanted)
        (self.showFullScreen if wanted else self.showNormal)()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Accept files, also as text that names them."""
        if any(url.isLocalFile() for url in event.mimeData().urls()) or paths_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Queue what was dropped."""
        event.acceptProposedAction()
        self.add(paths_in(event.mimeData()))

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Ask first while work runs; then end every process before the window is gone."""
        if self.session.unfinished and not self._may_close():
            event.ignore()
            return
        self.docks.remember()
        self.hide()
        self.statusBar().clearMessage()
        self.extras.close()
        self.player.close_media()
        self.session.close()
        event.accept()

    def _may_close(self) -> bool:
        text = self.tr("Files or exports not finished: {}. Stop and close?").format(self.session.unfinished)
        answer = QMessageBox.question(self, self.tr("Work is running"), text)
        return answer == QMessageBox.StandardButton.Yes


def _invitation(text: str) -> QLabel:
    """What a panel says while it is empty."""
    label = text_label(text)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setMargin(12)
    return label
