"""The window: drop files anywhere, watch the queue, read the finding, save the reports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMessageBox,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from sjedd_gui.result_view import view_of
from sjedd_gui.session import Session
from sjedd_gui.viewmodel import SUFFIXES, QueueItem, State, media_files
from sjedd_gui.widgets.pages import MessagePage
from sjedd_gui.widgets.queue_list import QueueList
from sjedd_gui.widgets.result_panel import ResultPanel
from sjedd_video import __version__
from sjedd_video.errors import OutputError
from sjedd_video.report.files import visible

REPORT_NAMES = {"pdf": "PDF (*.pdf)", "json": "JSON (*.json)", "csv": "CSV (*.csv)"}
IDLE = {State.DONE, State.FAILED, State.CANCELLED}


class MainWindow(QMainWindow):
    """Everything the user sees. Owns the session and ends it when it closes."""

    def __init__(self, session: Session) -> None:
        """Show an empty queue. ``session`` becomes the window's."""
        super().__init__()
        self.session = session
        session.setParent(self)
        self._shown = 0
        self.setWindowTitle("sjedd-video")
        self.setAcceptDrops(True)
        self.resize(1180, 800)
        self._build_pages()
        self._build_menus()
        self._build_layout()
        session.queue_changed.connect(self._show_queue)
        session.item_changed.connect(self._item_changed)
        session.report_written.connect(self._report_written)
        session.report_failed.connect(self._report_failed)
        self._show_chosen()

    def add(self, paths: list[Path]) -> None:
        """Queue files and folders; the first new one is shown."""
        files = list(media_files(paths))
        added = self.session.add(files)
        known = next((item for item in self.session.queue.items if item.path in files), None)
        if added or known is not None:
            self.files.select((added[0] if added else known).job)  # type: ignore[union-attr]
        else:
            self.statusBar().showMessage(self.tr("No videos or pictures were found there."), 8000)

    def _build_pages(self) -> None:
        self.files = QueueList()
        self.files.chosen.connect(self._show_chosen)
        self.result = ResultPanel()
        self.result.save_requested.connect(self.save)
        self.message = MessagePage()
        self.pages = QStackedWidget()
        self.pages.addWidget(self.message)
        self.pages.addWidget(self.result)

    def _build_menus(self) -> None:
        files = self.menuBar().addMenu(self.tr("&File"))
        self.open_action = self._action(self.tr("&Open …"), self.choose_files, QKeySequence.StandardKey.Open)
        self.folder_action = self._action(self.tr("Open &folder …"), self.choose_folder, "Ctrl+Shift+O")
        self.save_actions = {
            "pdf": self._action(self.tr("&Save PDF report …"), lambda: self.save("pdf"), QKeySequence.StandardKey.Save),
            "json": self._action(self.tr("Save &JSON …"), lambda: self.save("json"), "Ctrl+J"),
            "csv": self._action(self.tr("Save &CSV …"), lambda: self.save("csv"), "Ctrl+E"),
        }
        self.quit_action = self._action(self.tr("&Quit"), self.close, "Ctrl+Q")
        files.addActions([self.open_action, self.folder_action])
        files.addSeparator()
        files.addActions(list(self.save_actions.values()))
        files.addSeparator()
        files.addAction(self.quit_action)
        queue = self.menuBar().addMenu(self.tr("&Queue"))
        self.cancel_action = self._action(self.tr("S&top"), self._with_job(self.session.cancel), "Ctrl+.")
        self.retry_action = self._action(self.tr("Try &again"), self._retry, QKeySequence.StandardKey.Refresh)
        self.remove_action = self._action(self.tr("&Remove from list"), self._with_job(self.session.remove), "Del")
        queue.addActions([self.cancel_action, self.retry_action, self.remove_action])
        self.menuBar().addMenu(self.tr("&Help")).addAction(self._action(self.tr("&About"), self._about, "F1"))

    def _action(self, text: str, run: Callable[[], object], key: QKeySequence.StandardKey | str) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _checked=False: run())
        return action

    def _with_job(self, run: Callable[[int], object]) -> Callable[[], object]:
        return lambda: run(self.files.job)

    def _build_layout(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(8, 8, 4, 4)
        column.addWidget(self._button(self.open_action))
        column.addWidget(self.files, 1)
        row = QHBoxLayout()
        for action in (self.cancel_action, self.retry_action, self.remove_action):
            row.addWidget(self._button(action))
        column.addLayout(row)
        splitter = QSplitter()
        splitter.addWidget(left)
        splitter.addWidget(self.pages)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([330, 850])
        splitter.setChildrenCollapsible(False)
        self.setCentralWidget(splitter)
        promise = QLabel(self.tr("Everything stays on this computer. Nothing is sent anywhere."))
        promise.setObjectName("promise")
        self.statusBar().addPermanentWidget(promise)

    def _button(self, action: QAction) -> QPushButton:
        """A button that does, and is enabled, as its action."""
        button = QPushButton(action.text())
        button.setToolTip(action.shortcut().toString(QKeySequence.SequenceFormat.NativeText))
        button.clicked.connect(action.trigger)
        action.changed.connect(lambda: button.setEnabled(action.isEnabled()))
        return button

    def choose_files(self) -> None:
        """Ask for files."""
        pattern = " ".join(f"*{suffix}" for suffix in sorted(SUFFIXES))
        kinds = self.tr("Videos and pictures ({});;All files (*)").format(pattern)
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Open videos or pictures"), "", kinds)
        if names:
            self.add([Path(name) for name in names])

    def choose_folder(self) -> None:
        """Ask for a folder."""
        name = QFileDialog.getExistingDirectory(self, self.tr("Open a folder of videos"))
        if name:
            self.add([Path(name)])

    def save(self, kind: str) -> None:
        """Ask where to save a report of the chosen file, and write it in the background."""
        item = self._chosen()
        if item is None or item.state is not State.DONE:
            return
        proposed = item.path.with_name(f"{item.path.stem}-report.{kind}")
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save the report"), str(proposed), REPORT_NAMES[kind])
        if name:
            target = Path(name)
            self.session.save(item.job, kind, target if target.suffix else target.with_suffix(f".{kind}"))
            self.statusBar().showMessage(self.tr("Writing {} …").format(visible(target.name)))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Accept files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Queue what was dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.add(paths)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Ask first while work runs; then end every process before the window is gone."""
        if self.session.unfinished and not self._may_close():
            event.ignore()
            return
        self.hide()
        self.session.close()
        event.accept()

    def _may_close(self) -> bool:
        text = self.tr("Files or reports not finished: {}. Stop and close?").format(self.session.unfinished)
        answer = QMessageBox.question(self, self.tr("Work is running"), text)
        return answer == QMessageBox.StandardButton.Yes

    def _chosen(self) -> QueueItem | None:
        return self.session.queue.find(self.files.job)

    def _retry(self) -> None:
        item = self.session.retry(self.files.job)
        if item is not None:
            self.files.select(item.job)

    def _show_queue(self) -> None:
        self.files.show_items(self.session.queue.items)
        self._show_chosen()

    def _item_changed(self, job: int) -> None:
        self.files.refresh(job)
        if job == self.files.job:
            self._show_chosen()

    def _show_chosen(self) -> None:
        """Show the page that fits the chosen item's state, and enable what can be done with it."""
        item = self._chosen()
        self._enable(item)
        if item is not None and item.state is State.DONE:
            self._show_result(item)
        else:
            self.message.show_item(item, self.files.state_words(item) if item is not None else "")
            self.pages.setCurrentWidget(self.message)

    def _show_result(self, item: QueueItem) -> None:
        if self._shown == item.job and self.pages.currentWidget() is self.result:
            return
        self._shown = item.job
        try:
            result = self.session.result(item.job)
        except OutputError as error:
            self.message.show_problem(item.name, error.message, error.advice, "")
            self.pages.setCurrentWidget(self.message)
            return
        self.result.show_result(view_of(result), result.exhibits)
        self.pages.setCurrentWidget(self.result)

    def _enable(self, item: QueueItem | None) -> None:
        state = None if item is None else item.state
        stoppable = item is not None and not item.stopping and state in {State.QUEUED, State.RUNNING}
        self.cancel_action.setEnabled(stoppable)
        self.retry_action.setEnabled(state in IDLE)
        self.remove_action.setEnabled(state is not None and state is not State.RUNNING)
        for action in self.save_actions.values():
            action.setEnabled(state is State.DONE)

    def _report_written(self, target: Path) -> None:
        self.statusBar().showMessage(self.tr("Saved {}").format(visible(str(target))), 15000)

    def _report_failed(self, target: Path, message: str, advice: str) -> None:
        self.statusBar().clearMessage()
        box = QMessageBox(
            QMessageBox.Icon.Warning, self.tr("The report was not saved"), f"{message}\n\n{advice}", parent=self
        )
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _about(self) -> None:
        text = self.tr(
            "sjedd-video {version}\n\nWhether, when and on whose face something was altered, with the evidence behind "
            "the answer.\n\nA high probability supports the proposition that a face was manipulated. A low one does "
            "not mean that a video is unedited.\n\nEverything stays on this computer."
        )
        QMessageBox.about(self, self.tr("About sjedd-video"), text.format(version=__version__))
