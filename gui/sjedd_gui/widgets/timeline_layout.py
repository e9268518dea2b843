"""Where lanes, curves and the axis lie in the view of a timeline."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QFontMetrics

from sjedd_gui.widgets.words import band_word
from sjedd_video.types import Band

PAD = 6.0
SPAN_HEIGHT = 5
NARROW = 460
"""Pixels below which names of people and of bands give way to the curve."""
LEAST_LANE = 100


@dataclass(frozen=True, slots=True)
class LaneBox:
    """Where the parts of one lane lie: who it is, the curve, and the person's interval with the names of bands."""

    head: QRectF
    plot: QRectF
    side: QRectF

    def y(self, value: float) -> float:
        """Pixel of a probability."""
        return self.plot.bottom() - value * self.plot.height()


@dataclass(frozen=True, slots=True)
class LaneLayout:
    """Pixels of a view: ``head`` ends the names, curves go from ``left`` to ``right``, the axis begins at ``bottom``.

    ``lane`` is the height of every lane: few lanes share the room, many scroll.
    """

    width: float
    head: float
    left: float
    right: float
    bottom: int
    axis: int
    lane: int

    @classmethod
    def of(cls, view: QSizeF, lanes: int, metrics: QFontMetrics) -> LaneLayout:
        """The layout of a view of this size."""
        width, line = view.width(), metrics.height()
        head, side = 64.0, 22.0
        if width >= NARROW:
            head = min(max(0.24 * width, 120.0), metrics.averageCharWidth() * 30.0)
            side = metrics.horizontalAdvance(band_word(Band.VERY_STRONG)) + PAD + 18
        left = head + metrics.horizontalAdvance("100 %") * 0.85 + PAD
        axis = line + 12
        bottom, least = max(int(view.height()) - axis, 0), max(LEAST_LANE, 6 * line)
        lane = min(max(least, bottom // max(lanes, 1)), 2 * least)
        return cls(width, head, left, max(width - side, left + 20), bottom, axis, lane)

    def box(self, place: int, scrolled: int) -> LaneBox:
        """The parts of the lane at a place from 0, scrolled up by some pixels."""
        top = place * self.lane - scrolled
        plot = QRectF(self.left, top + PAD, self.right - self.left, self.lane - 2 * PAD - SPAN_HEIGHT)
        side = QRectF(self.right, plot.top(), self.width - self.right, plot.height())
        return LaneBox(QRectF(0, top, self.head, self.lane - 1), plot, side)
