"""Colours that fit a light and a dark palette and that colour-blind people can tell apart; words always go beside."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QLabel, QWidget

TRACKS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9")
TRACK_STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine)
LIGHT = {"weak": "#4b6a88", "moderate": "#a86c00", "strong": "#c04a00", "very_strong": "#a3123f"}
DARK = {"weak": "#8fb4d9", "moderate": "#f0b440", "strong": "#ff8a4c", "very_strong": "#ff6f91"}
NEUTRAL, PROBLEM = ("#6a6a6a", "#a8a8a8"), ("#6f3fa0", "#c39bf5")
"""Light and dark colour of no verdict, and of a failure, which must not look like a finding."""
PROBLEM_TONES = {"unreadable", "crashed", "timed_out", "failed"}


def is_dark(palette: QPalette) -> bool:
    """Whether text is lighter than its background."""
    return (
        palette.color(QPalette.ColorRole.WindowText).lightness() > palette.color(QPalette.ColorRole.Window).lightness()
    )


def tone_colour(tone: str, palette: QPalette) -> QColor:
    """Colour of a band, an outcome or ``failed``."""
    dark = is_dark(palette)
    if tone in LIGHT:
        return QColor((DARK if dark else LIGHT)[tone])
    return QColor((PROBLEM if tone in PROBLEM_TONES else NEUTRAL)[dark])


def track_colour(track: int, palette: QPalette | None = None) -> QColor:
    """Colour of a person, counted from 1; lighter on the background of a dark ``palette``."""
    colour = QColor(TRACKS[(track - 1) % len(TRACKS)])
    return colour.lighter(150) if palette is not None and is_dark(palette) else colour


def track_style(track: int) -> Qt.PenStyle:
    """Line style of a person, counted from 1, so that colour is not the only mark."""
    return TRACK_STYLES[(track - 1) % len(TRACK_STYLES)]


def faint(palette: QPalette) -> QColor:
    """Colour of text that matters less; still readable."""
    colour = palette.color(QPalette.ColorRole.WindowText)
    colour.setAlphaF(0.7)
    return colour


def scaled(font: QFont, factor: float, *, bold: bool = False) -> QFont:
    """A copy of a font in another size."""
    font = QFont(font)
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * factor)
    else:
        font.setPixelSize(round(font.pixelSize() * factor))
    font.setBold(bold)
    return font


def text_label(text: str = "", parent: QWidget | None = None, *, size: float = 1.0, bold: bool = False) -> QLabel:
    """A wrapping label of plain text (names come from strangers) that can be selected and copied."""
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setFont(scaled(label.font(), size, bold=bold))
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
