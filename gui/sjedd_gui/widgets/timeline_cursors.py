"""Cursors over the lanes of a timeline, painted anew whenever they move."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPalette, QPen, QPolygonF

from sjedd_gui.views.timescale import TimeScale

FLAG = 7.0
RING = 5.0


class CursorPainter:
    """Paints the frame on screen, the moment that is pointed at, and the chosen range."""

    def __init__(self, painter: QPainter, palette: QPalette, scale: TimeScale, bottom: float) -> None:
        self.painter, self.palette, self.scale, self.bottom = painter, palette, scale, bottom
        self.ink = palette.windowText().color()

    def selection(self, start: float, end: float) -> None:
        """A tinted range between dashed lines; what of it lies outside of the view is not painted."""
        x0, x1 = (min(max(self.scale.x(s), self.scale.left), self._right()) for s in (start, end))
        colour = self.palette.color(QPalette.ColorRole.Highlight)
        self.painter.setPen(QPen(colour, 1.5, Qt.PenStyle.DashLine))
        for x in (x0, x1):
            self._line(x)
        colour.setAlphaF(0.2)
        self.painter.fillRect(QRectF(x0, 0, x1 - x0, self.bottom), colour)

    def mark(self, seconds: float, ring: float | None) -> None:
        """The moment that is pointed at: a dotted line, and a ring around its score at the height ``ring``."""
        if not self._visible(seconds):
            return
        self.painter.setPen(QPen(self.ink, 1, Qt.PenStyle.DotLine))
        self._line(self.scale.x(seconds))
        if ring is not None and 0 <= ring < self.bottom:
            self.painter.setPen(QPen(self.ink, 1.5))
            self.painter.setBrush(Qt.BrushStyle.NoBrush)
            self.painter.drawEllipse(QPointF(self.scale.x(seconds), ring), RING, RING)

    def shown(self, seconds: float) -> None:
        """The frame on screen: a full line with a flag."""
        if not self._visible(seconds):
            return
        x = self.scale.x(seconds)
        self.painter.setPen(QPen(self.ink, 2))
        self._line(x)
        self.painter.setPen(QPen(self.palette.color(QPalette.ColorRole.Window), 1))
        self.painter.setBrush(self.ink)
        self.painter.drawPolygon(QPolygonF([QPointF(x - FLAG, 0), QPointF(x + FLAG, 0), QPointF(x, FLAG + 2)]))

    def _line(self, x: float) -> None:
        self.painter.drawLine(QPointF(x, 0), QPointF(x, self.bottom))

    def _visible(self, seconds: float) -> bool:
        return self.scale.left - 1 <= self.scale.x(seconds) <= self._right() + 1

    def _right(self) -> float:
        return self.scale.left + self.scale.width
