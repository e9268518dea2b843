"""A line above the picture that tells something and offers what to do about it, without getting in the way."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from sjedd_gui.widgets.theme import text_label

Choice = tuple[str, Callable[[], object]]
"""Text of a button, and what it does; the line goes away after any of them."""


class NoticeBar(QFrame):
    """Shows one notice at a time; a new one replaces the old."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.words = text_label()
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 6, 6, 6)
        self._row.addWidget(self.words, 1)
        self._close = QToolButton(autoRaise=True)
        self._close.setText("✕")
        self._close.setAccessibleName(self.tr("Close this notice"))
        self._close.setToolTip(self.tr("Close this notice"))
        self._close.clicked.connect(self.dismiss)
        self._row.addWidget(self._close)
        self._buttons: list[QPushButton] = []
        self._colour()
        self.hide()

    def tell(self, text: str, *choices: Choice) -> None:
        """Show a notice with buttons."""
        self.dismiss()
        self.words.setText(text)
        for i, (name, run) in enumerate(choices):
            button = QPushButton(name)
            button.clicked.connect(self.dismiss)
            button.clicked.connect(lambda _checked=False, run=run: run())
            self._row.insertWidget(1 + i, button, alignment=Qt.AlignmentFlag.AlignVCenter)
            self._buttons.append(button)
        self.show()

    def dismiss(self) -> None:
        """Take the notice away."""
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons.clear()
        self.hide()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationPaletteChange:
            self._colour()

    def _colour(self) -> None:
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.Window, palette.color(QPalette.ColorRole.Base))
        self.setPalette(palette)
