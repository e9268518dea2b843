"""The first thing that a new user sees: what the program does, what its words mean, and an example to try."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCommandLinkButton, QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from sjedd_gui.widgets.theme import text_label

WIDTH = 560


class WelcomeDialog(QDialog):
    """Shown once, and from the Help menu."""

    example_requested = Signal()
    open_requested = Signal()
    guide_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Welcome"))
        self.setMinimumWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 16)
        column.setSpacing(10)
        column.addWidget(text_label(self.tr("Was a face in this video altered?"), size=1.6, bold=True))
        for text in self._paragraphs():
            column.addWidget(text_label(text))
        column.addSpacing(6)
        self.example = self._choice(
            column,
            self.tr("Try the &example"),
            self.tr("A clip of four seconds, made on this computer, with two people."),
        )
        self.open_files = self._choice(
            column, self.tr("&Open a video or picture"), self.tr("You can also drop files and folders on the window.")
        )
        self.guide = self._choice(
            column, self.tr("Read the &user guide"), self.tr("It is part of the program; press F1.")
        )
        for button, signal in ((self.example, self.example_requested), (self.open_files, self.open_requested),
                               (self.guide, self.guide_requested)):  # fmt: skip
            button.clicked.connect(self.accept)
            button.clicked.connect(signal)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.example.setFocus()

    def _paragraphs(self) -> tuple[str, ...]:
        return (
            self.tr(
                "Drop a video, and the program says whether, when and on whose face something was altered, with the "
                "evidence behind its answer and a report that you can hand on."
            ),
            self.tr(
                "An answer is support for a proposition, from weak to very strong. It is no proof, and weak support "
                "does not mean that a video is unedited. Where the material does not suffice, the answer is "
                "“inconclusive”, with the reasons."
            ),
            self.tr("Everything stays on this computer. The program never opens a network connection."),
        )

    @staticmethod
    def _choice(column: QVBoxLayout, text: str, note: str) -> QCommandLinkButton:
        button = QCommandLinkButton(text, note)
        button.setAccessibleDescription(note)
        column.addWidget(button)
        return button
