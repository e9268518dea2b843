"""Colours that fit a light and a dark palette and that colour-blind people can tell apart; words always go beside."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QLabel, QWidget

LIGHT = {"weak": "#4b6a88", "moderate": "#8a5800", "strong": "#c04a00", "very_strong": "#a3123f"}
DARK = {"weak": "#8fb4d9", "moderate": "#f0b440", "strong": "#ff8a4c", "very_strong": "#ff6f91"}
NEUTRAL, PROBLEM = ("#6a6a6a", "#a8a8a8"), ("#6f3fa0", "#c39bf5")
"""Light and dark colour of no verdict, and of a failure, which must not look like a finding."""
ROLE = QPalette.ColorRole


class Tokens(NamedTuple):
    """The colours of a theme, as ``#rrggbb``; texts keep a contrast of 4.5 to 1 and more on what they stand on."""

    window: str
    base: str
    stripe: str
    button: str
    text: str
    quiet: str
    disabled: str
    accent: str
    on_accent: str
    link: str
    edge: str
    shadow: str
    tip: str


LIGHT_TOKENS = Tokens(
    window="#f3f4f6", base="#ffffff", stripe="#f7f8fa", button="#eceef1", text="#1b1f24", quiet="#5b6470",
    disabled="#9aa1ab", accent="#1f5fa8", on_accent="#ffffff", link="#0b5cad", edge="#c3c8cf", shadow="#8d949e",
    tip="#ffffff",
)  # fmt: skip
DARK_TOKENS = Tokens(
    window="#202328", base="#16181c", stripe="#1b1e22", button="#2c3037", text="#e7e9ec", quiet="#a3abb6",
    disabled="#6d747e", accent="#3273c0", on_accent="#ffffff", link="#83b8f5", edge="#3c424b", shadow="#0c0d0f",
    tip="#2c3037",
)  # fmt: skip
PROBLEM_TONES = {"unreadable", "crashed", "timed_out", "failed"}


def make_palette(*, dark: bool) -> QPalette:
    """The colours of all widgets."""
    token = DARK_TOKENS if dark else LIGHT_TOKENS
    palette = QPalette()
    roles = {
        ROLE.Window: token.window, ROLE.WindowText: token.text, ROLE.Base: token.base, ROLE.AlternateBase: token.stripe,
        ROLE.Text: token.text, ROLE.Button: token.button, ROLE.ButtonText: token.text, ROLE.BrightText: "#ffffff",
        ROLE.Highlight: token.accent, ROLE.HighlightedText: token.on_accent, ROLE.Accent: token.accent,
        ROLE.Link: token.link, ROLE.LinkVisited: token.link, ROLE.PlaceholderText: token.quiet,
        ROLE.ToolTipBase: token.tip, ROLE.ToolTipText: token.text, ROLE.Light: token.base, ROLE.Midlight: token.button,
        ROLE.Mid: token.edge, ROLE.Dark: token.shadow, ROLE.Shadow: token.shadow,
    }  # fmt: skip
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (ROLE.WindowText, ROLE.Text, ROLE.ButtonText, ROLE.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(token.disabled))
    palette.setColor(QPalette.ColorGroup.Disabled, ROLE.Highlight, QColor(token.edge))
    return palette


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
