"""The page in place of the picture while there is none to show: an invitation, work in progress, or a problem."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from sjedd_gui.i18n import core_text
from sjedd_gui.views.queue import QueueItem, State
from sjedd_gui.widgets.theme import faint, text_label, tone_colour

WIDTH, NARROW = 600, 560
DETAILS_HEIGHT = 150


class MessagePage(QScrollArea):
    """A title, some words, and a bar, buttons or technical details where they help."""

    open_requested = Signal()
    folder_requested = Signal()
    example_requested = Signal()
    retry_requested = Signal()
    stop_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.title = text_label(size=1.6, bold=True)
        self.words = text_label(size=1.1)
        self.advice = text_label(size=1.1)
        self.details = QPlainTextEdit(readOnly=True)
        self.details.setMaximumHeight(DETAILS_HEIGHT)
        self.details.setAccessibleName(self.tr("Technical details"))
        self.bar = QProgressBar(maximum=1000, textVisible=False)
        self.bar.setAccessibleName(self.tr("Progress"))
        self._page = _Page()
        self._problem = False
        self._build_buttons()
        self._build_layout()

    def _build_buttons(self) -> None:
        self._open = QPushButton(self.tr("Open videos or pictures …"))
        self._folder = QPushButton(self.tr("Open a folder …"))
        self._example = QPushButton(self.tr("Try the example"))
        self._retry = QPushButton(self.tr("Try again"))
        self._stop = QPushButton(self.tr("Stop"))
        self._copy = QPushButton(self.tr("Copy details"))
        for button, signal in (
            (self._open, self.open_requested), (self._folder, self.folder_requested),
            (self._example, self.example_requested), (self._retry, self.retry_requested),
            (self._stop, self.stop_requested),
        ):  # fmt: skip
            button.clicked.connect(signal)
        self._copy.clicked.connect(self._copy_details)

    def _build_layout(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(14)
        for label in (self.title, self.words, self.advice):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        buttons = self._buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        buttons.addStretch(1)
        for button in (self._open, self._folder, self._example, self._retry, self._stop, self._copy):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addStretch(2)
        for part in (self.title, self.words, self.bar, self.advice):
            column.addWidget(part)
        column.addLayout(buttons)
        column.addWidget(self.details)
        column.addStretch(3)
        inner = QWidget()
        inner.setMaximumWidth(WIDTH)
        inner.setLayout(column)
        row = QHBoxLayout(self._page)
        row.setContentsMargins(28, 20, 28, 20)
        row.addStretch(1)
        row.addWidget(inner, 100)
        row.addStretch(1)
        self.setWidget(self._page)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Where it is narrow the buttons stand below each other."""
        super().resizeEvent(event)
        narrow = self.viewport().width() < NARROW
        self._buttons.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    def show_item(self, item: QueueItem | None, state_words: str) -> None:
        """Show what an item without a result is doing; None for an empty queue."""
        if item is None:
            self._show(
                self.tr("Drop videos here"),
                self.tr("or pictures, or a folder of them; or paste the path of a file."),
                advice=self.tr(
                    "For every file you get the verdict in words with the reasons behind it, the most telling frames, "
                    "and a report as PDF. A file of ten seconds takes some seconds."
                ),
                buttons=(self._open, self._folder, self._example),
                inviting=True,
            )
        elif item.state is State.FAILED:
            self.show_problem(item.name, item.error, item.advice, item.details)
        elif item.state is State.CANCELLED:
            advice = self.tr("Nothing was judged. Try it again to analyse it after all.")
            self._show(item.name, self.tr("Stopped."), advice=advice, buttons=(self._retry,))
        elif item.state is State.SKIPPED:
            advice = self.tr("Nothing was judged. Try it again to analyse it after all.")
            self._show(item.name, self.tr("Left out."), advice=advice, buttons=(self._retry,))
        elif item.state is State.QUEUED:
            self._show(item.name, self.tr("Waiting for the files before it."), buttons=(self._stop,))
        elif item.state is State.RUNNING:
            self._show(item.name, state_words, fraction=item.fraction, buttons=(self._stop,))
        else:
            self._show(item.name, state_words)

    def show_loading(self, name: str) -> None:
        """A result is being read."""
        self._show(name, self.tr("Opening the finding …"))

    def show_problem(self, name: str, error: str, advice: str, details: str) -> None:
        """Show what went wrong and what to do next."""
        buttons = (self._retry, self._copy) if details else (self._retry,)
        self._show(name, core_text(error), advice=core_text(advice), details=details, buttons=buttons, problem=True)

    def _show(
        self,
        title: str,
        words: str,
        *,
        fraction: float | None = None,
        advice: str = "",
        details: str = "",
        buttons: tuple[QPushButton, ...] = (),
        inviting: bool = False,
        problem: bool = False,
    ) -> None:
        self._page.inviting, self._problem = inviting, problem
        self._colour()
        for label, text in ((self.title, title), (self.words, words), (self.advice, advice)):
            label.setText(text)
            label.setVisible(bool(text))
        self.details.setPlainText(details)
        self.details.setVisible(bool(details))
        self.bar.setVisible(fraction is not None)
        self.bar.setValue(round(1000 * (fraction or 0.0)))
        for button in (self._open, self._folder, self._example, self._retry, self._stop, self._copy):
            button.setVisible(button in buttons)
        self._page.update()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self._colour()

    def _colour(self) -> None:
        palette = QPalette(self.palette())
        if self._problem:
            palette.setColor(QPalette.ColorRole.WindowText, tone_colour("failed", palette))
        self.words.setPalette(palette)

    def _copy_details(self) -> None:
        parts = (self.title.text(), self.words.text(), self.advice.text(), self.details.toPlainText())
        QGuiApplication.clipboard().setText("\n\n".join(filter(None, parts)))


class _Page(QWidget):
    """The background of the page, with a dashed frame where files can be dropped."""

    inviting = False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the frame."""
        if self.inviting:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(faint(self.palette()), 1.5, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(self.rect().adjusted(12, 12, -12, -12), 10, 10)
            painter.end()
