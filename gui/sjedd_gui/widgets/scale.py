"""The verdict on a scale from 0 to 100 % with its interval, the threshold and the bands in words."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from sjedd_gui.views.result import BAND_EDGES
from sjedd_gui.widgets.theme import scaled, tone_colour
from sjedd_gui.widgets.words import band_word
from sjedd_video.calibration import band_of
from sjedd_video.types import Band, Interval

MARGIN, TOP, HEIGHT = 6.0, 18.0, 12.0


class ScaleView(QWidget):
    """Painted; its numbers stand in words beside it and in its accessible description."""

    def __init__(self, probability: float, interval: Interval | None, threshold: float, words: str) -> None:
        super().__init__()
        self._probability, self._interval, self._threshold = probability, interval, threshold
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(self.tr("Probability scale"))
        self.setAccessibleDescription(words)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the mark, the bar and the words below."""
        return QSize(420, self.heightForWidth(420))

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """It grows where the words need a second line."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Room for one line of words, or two."""
        lines = 2 if self._is_narrow(width) else 1
        return round(TOP + HEIGHT) + lines * self.fontMetrics().height() + 8

    def _is_narrow(self, width: int) -> bool:
        return width < self.fontMetrics().horizontalAdvance(band_word(Band.VERY_STRONG)) * 6

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the bands, the threshold, the interval and the mark."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(scaled(self.font(), 0.85))
        line = painter.fontMetrics().height()
        for low, high, band in BAND_EDGES:
            rect = QRectF(self._x(low), TOP, self._x(high) - self._x(low), HEIGHT)
            colour = tone_colour(band, self.palette())
            painter.setPen(colour)
            drop = line if self._is_narrow(self.width()) and band is Band.VERY_STRONG else 0
            words = QRectF(rect.left() - 90, TOP + HEIGHT + 4 + drop, rect.width() + 90, line)
            if band is Band.VERY_STRONG:  # its place is too small for it
                painter.drawText(words, Qt.AlignmentFlag.AlignRight, band_word(band))
            else:
                painter.drawText(words.adjusted(90, 0, 0, 0), Qt.AlignmentFlag.AlignHCenter, band_word(band))
            colour.setAlphaF(0.9 if band == band_of(self._probability) else 0.3)
            painter.fillRect(rect.adjusted(1, 0, -1, 0), colour)
        self._paint_marks(painter)
        painter.end()

    def _paint_marks(self, painter: QPainter) -> None:
        ink = self.palette().windowText().color()
        painter.setPen(QPen(ink, 1.2, Qt.PenStyle.DashLine))
        edge = self._x(self._threshold)
        painter.drawLine(QPointF(edge, TOP - 3), QPointF(edge, TOP + HEIGHT + 3))
        painter.setPen(QPen(ink, 2))
        if self._interval is not None:
            x0, x1, y = self._x(self._interval.low), self._x(self._interval.high), TOP - 6
            painter.drawLine(QPointF(x0, y), QPointF(x1, y))
            for end in (x0, x1):
                painter.drawLine(QPointF(end, y - 4), QPointF(end, y + 4))
        x = self._x(self._probability)
        painter.drawLine(QPointF(x, TOP - 4), QPointF(x, TOP + HEIGHT + 2))
        painter.setBrush(ink)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF([QPointF(x, TOP - 1), QPointF(x - 6, TOP - 12), QPointF(x + 6, TOP - 12)]))

    def _x(self, value: float) -> float:
        return MARGIN + value * max(self.width() - 2 * MARGIN, 1.0)
