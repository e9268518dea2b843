"""What the player shows when there is no frame to show: what happened, and what to do."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from sjedd_gui.i18n import core_text
from sjedd_gui.widgets.theme import text_label
from sjedd_video.report.files import visible


class PlayerPage(QWidget):
    """A message with advice and, after a failure, a button to try again."""

    retried = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message = text_label(size=1.25, bold=True)
        self.advice = text_label()
        self.details = text_label(size=0.85)
        for label in (self.message, self.advice, self.details):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.retry = QPushButton(self.tr("Try again"))
        self.retry.clicked.connect(self.retried)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.addStretch(1)
        for label in (self.message, self.advice, self.details):
            column.addWidget(label)
        column.addWidget(self.retry, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        self.show_empty()

    def show_empty(self) -> None:
        """There is no file to show."""
        self._show(self.tr("No video to show"), self.tr("Choose a finished file in the list to see its frames."))
        self.retry.hide()

    def show_failure(self, message: str, advice: str, details: str) -> None:
        """The file cannot be shown (any longer)."""
        self._show(visible(core_text(message)), visible(core_text(advice)), details.strip()[-600:])
        self.retry.show()
        self.retry.setFocus()

    def _show(self, message: str, advice: str, details: str = "") -> None:
        for label, text in ((self.message, message), (self.advice, advice), (self.details, details)):
            label.setText(text)
            label.setVisible(bool(text))
