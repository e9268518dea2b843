"""Colours and line styles of the people of a result, the same in the picture, on the timeline and in the tables.

The colours are those of Okabe and Ito, which people with any common colour blindness tell apart; black is left out,
since it is no colour of its own in a picture or on a dark window. A line style goes with every colour, and a label in
words beside both, so that nobody depends on the colour.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

OKABE_ITO = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442")
"""Blue, vermilion, bluish green, reddish purple, orange, sky blue, yellow."""
PEN_STYLES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DashDotLine, Qt.PenStyle.DashDotDotLine)
"""Dotted lines are left out: in the picture they stand for a box of an earlier frame."""


def track_colour(track: int) -> QColor:
    """Colour of a person, counted from 1. It repeats after seven people, then with another line style."""
    return QColor(OKABE_ITO[(track - 1) % len(OKABE_ITO)])


def track_pen_style(track: int) -> Qt.PenStyle:
    """Line style of a person, counted from 1; it repeats after four, so that 28 people look different."""
    return PEN_STYLES[(track - 1) % len(PEN_STYLES)]


def label_colour(track: int) -> QColor:
    """Black or white, whichever can be read on ``track_colour``."""
    colour = track_colour(track)
    levels = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in levels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return QColor("#000000" if luminance > 0.179 else "#ffffff")
