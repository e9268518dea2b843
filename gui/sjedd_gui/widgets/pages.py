"""The page beside the list while there is no finding to show: welcome, work in progress, or a problem."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from sjedd_gui.viewmodel import QueueItem, State
from sjedd_gui.widgets.theme import faint, text_label, tone_colour

WIDTH = 560


class MessagePage(QWidget):
    """A title, some words, and a bar or technical details where they help."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = text_label(size=1.6, bold=True)
        self.words = text_label(size=1.1)
        self.advice = text_label(size=1.1)
        self.details = text_label(size=0.85)
        self.bar = QProgressBar(maximum=1000)
        self.bar.setAccessibleName(self.tr("Progress"))
        column = QVBoxLayout(self)
        column.setSpacing(14)
        column.addStretch(2)
        for label in (self.title, self.words, self.advice, self.details):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        for part in (self.title, self.words, self.bar, self.advice, self.details):
            part.setFixedWidth(WIDTH)
            column.addWidget(part, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        self._inviting = False

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A dashed frame where files can be dropped."""
        if self._inviting:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(faint(self.palette()), 1.5, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(self.rect().adjusted(12, 12, -12, -12), 10, 10)
            painter.end()

    def show_item(self, item: QueueItem | None, state_words: str) -> None:
        """Show what an item without a result is doing; None for an empty queue."""
        if item is None:
            self._show(
                self.tr("Drop videos here"),
                self.tr("or pictures, or a folder of them. You can also press Open, or Ctrl+O."),
                advice=self.tr(
                    "For every file you get the verdict in words with the reasons behind it, the most telling frames, "
                    "and a PDF report. A file of ten seconds takes some seconds."
                ),
                inviting=True,
            )
        elif item.state is State.FAILED:
            self.show_problem(item.name, item.error, item.advice, item.details)
        elif item.state is State.CANCELLED:
            self._show(item.name, self.tr("Stopped."), advice=self.tr("Press Try again to analyse it after all."))
        elif item.state is State.QUEUED:
            self._show(item.name, self.tr("Waiting for the files before it."))
        else:
            self._show(item.name, state_words, fraction=item.fraction)

    def show_problem(self, name: str, error: str, advice: str, details: str) -> None:
        """Show what went wrong and what to do next."""
        self._show(name, error, advice=advice, details=details)
        palette = self.words.palette()
        palette.setColor(palette.ColorRole.WindowText, tone_colour("failed", self.palette()))
        self.words.setPalette(palette)

    def _show(
        self,
        title: str,
        words: str,
        *,
        fraction: float | None = None,
        advice: str = "",
        details: str = "",
        inviting: bool = False,
    ) -> None:
        self._inviting = inviting
        self.words.setPalette(self.palette())
        for label, text in ((self.title, title), (self.words, words), (self.advice, advice), (self.details, details)):
            label.setText(text)
            label.setVisible(bool(text))
        self.bar.setVisible(fraction is not None)
        self.bar.setValue(round(1000 * (fraction or 0.0)))
        self.update()
