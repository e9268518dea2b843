"""Small parts that pages of text are made of."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from sjedd_gui.views.findings import Fact
from sjedd_gui.widgets.how_to_read import HowTo, Topic
from sjedd_gui.widgets.theme import faint, text_label

LONG = frozenset({Fact.FILE, Fact.SHA256, Fact.MODEL_SHA256})
"""Facts that cannot be wrapped."""


def faint_label(text: str, parent: QWidget | None = None) -> QLabel:
    """Text that matters less."""
    label = text_label(text, parent)
    palette = label.palette()
    palette.setColor(palette.ColorRole.WindowText, faint(palette))
    label.setPalette(palette)
    return label


def field(text: str, name: str) -> QLineEdit:
    """A path or a hash: scrolls where it does not fit, and can be copied whole."""
    edit = QLineEdit(text)
    edit.setReadOnly(True)
    edit.setFrame(False)
    edit.setCursorPosition(0)
    edit.setAccessibleName(name)
    palette = edit.palette()
    palette.setColor(palette.ColorRole.Base, palette.color(palette.ColorRole.Window))
    edit.setPalette(palette)
    return edit


def bullet(text: str) -> QLabel:
    """An entry of a list."""
    return text_label(f"•  {text}")


def heading(text: str, topic: Topic | None = None) -> QWidget:
    """The title of a section, with a question mark where there is something to explain."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 10, 0, 0)
    words = text_label(text, size=1.15, bold=True)
    row.addWidget(words, 0 if topic else 1)
    if topic is not None:
        words.setWordWrap(False)
        row.addWidget(HowTo(topic))
        row.addStretch(1)
    return box


def explained(label: QLabel, topic: Topic) -> QWidget:
    """Words with a question mark at their right."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(label, 1)
    row.addWidget(HowTo(topic), 0, Qt.AlignmentFlag.AlignTop)
    return box
