"""What this program is, and under which licences its parts stand."""

from __future__ import annotations

import platform

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from sjedd_gui.widgets.theme import text_label
from sjedd_video import __version__

WIDTH = 460


class AboutDialog(QDialog):
    """Name, version, and what an answer means."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About sjedd-video"))
        self.setMinimumWidth(WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(10)
        column.addWidget(text_label(f"sjedd-video {__version__}", size=1.6, bold=True))
        for text in (
            self.tr("Whether, when and on whose face something was altered, with the evidence behind the answer."),
            self.tr(
                "A high probability supports the proposition that a face was altered. A low one does not mean that a "
                "video is unedited."
            ),
            self.tr("Everything stays on this computer."),
            self.tr(
                "The code is under the Apache licence 2.0. The embedded model is for research: it was trained on "
                "pictures that are themselves for research only. Its measured error rates are on its card: see Models."
            ),
        ):
            column.addWidget(text_label(text))
        self.versions = text_label(_versions(), size=0.9)
        column.addWidget(self.versions)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton(self.tr("&Copy versions"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.versions.text()))
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)


def _versions() -> str:
    return f"sjedd-video {__version__}, Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}"
