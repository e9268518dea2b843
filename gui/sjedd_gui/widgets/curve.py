"""The score of one person over time, and the scale of the verdict: painted, with the same bands."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from sjedd_gui.result_view import BAND_EDGES, Curve, Scale
from sjedd_gui.widgets.theme import faint, scaled, tone_colour, track_colour
from sjedd_video.explain import BAND_NAME, percent, time_code

LEFT, RIGHT, TOP, BOTTOM = 46, 14, 8, 24
NEAR_PX = 12
BAND_ALPHA = 0.10


class CurveView(QWidget):
    """One lane: dots for frames, lines between neighbours, nothing where there is no face or no sample."""

    def __init__(self, curve: Curve, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curve = curve
        self.setMinimumHeight(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Score curve of person {}").format(curve.track))
        self.setAccessibleDescription(curve.description)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A lane's usual size."""
        return QSize(520, 130)

    def _area(self) -> QRectF:
        return QRectF(LEFT, TOP, max(self.width() - LEFT - RIGHT, 1), max(self.height() - TOP - BOTTOM, 1))

    def _place(self, seconds: float, value: float) -> QPointF:
        area, curve = self._area(), self.curve
        share = (seconds - curve.start) / (curve.end - curve.start) if curve.end > curve.start else 0.5
        return QPointF(area.left() + share * area.width(), area.bottom() - value * area.height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint bands, axes, spans, lines and dots."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(scaled(self.font(), 0.85))
        self._paint_background(painter)
        self._paint_times(painter)
        self._paint_scores(painter)
        painter.end()

    def _paint_background(self, painter: QPainter) -> None:
        area = self._area()
        for low, high, band in BAND_EDGES:
            rect = QRectF(self._place(self.curve.start, high), self._place(self.curve.end, low))
            rect.setLeft(area.left())
            rect.setRight(area.right())
            colour = tone_colour(band, self.palette())
            colour.setAlphaF(BAND_ALPHA)
            painter.fillRect(rect, colour)
        painter.setPen(faint(self.palette()))
        for value in (0.0, 0.5, 1.0):
            y = self._place(self.curve.start, value).y()
            box = QRectF(0, y - 10, LEFT - 6, 20)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, percent(value))
        painter.setPen(QPen(faint(self.palette()), 1, Qt.PenStyle.DashLine))
        y = self._place(self.curve.start, self.curve.threshold).y()
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))

    def _paint_times(self, painter: QPainter) -> None:
        area, curve = self._area(), self.curve
        for start, end in curve.spans:
            x0, x1 = self._place(start, 0).x(), self._place(end, 0).x()
            painter.fillRect(QRectF(x0, area.bottom(), max(x1 - x0, 2), 4), tone_colour("strong", self.palette()))
        painter.setPen(faint(self.palette()))
        if curve.end <= curve.start:
            return
        for share, align in ((0.0, Qt.AlignmentFlag.AlignLeft), (0.5, Qt.AlignmentFlag.AlignHCenter),
                             (1.0, Qt.AlignmentFlag.AlignRight)):  # fmt: skip
            box = QRectF(area.left(), area.bottom() + 6, area.width(), BOTTOM - 6)
            painter.drawText(box, align, time_code(curve.start + share * (curve.end - curve.start)))

    def _paint_scores(self, painter: QPainter) -> None:
        colour, points = track_colour(self.curve.track, self.palette()), self.curve.points
        painter.setPen(QPen(colour, 2))
        for segment in self.curve.segments:
            painter.drawPolyline(QPolygonF([self._place(points[i].seconds, points[i].value) for i in segment]))
        for point in points:
            painter.setPen(QPen(colour if point.usable else faint(self.palette()), 1.5))
            painter.setBrush(colour if point.usable else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(self._place(point.seconds, point.value), 3, 3)

    def event(self, event: QEvent) -> bool:
        """Show the value under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.value_at(event.pos().x()), self)
            return True
        return super().event(event)

    def value_at(self, x: float) -> str:
        """Words for the frame nearest to a place on the time axis; empty where there is none."""
        near = min(self.curve.points, key=lambda p: abs(self._place(p.seconds, 0).x() - x), default=None)
        if near is None or abs(self._place(near.seconds, 0).x() - x) > NEAR_PX:
            return ""
        text = f"{time_code(near.seconds)}   {percent(near.value)}"
        return text if near.usable else text + self.tr("   (not used: poor quality)")


class ScaleView(QWidget):
    """The verdict on a scale from 0 to 100 % with its interval and the bands in words."""

    def __init__(self, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scale = scale
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Probability scale"))
        self.setAccessibleDescription(scale.words)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the bar, the mark above it and the words below."""
        return QSize(520, 30 + 2 * self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the bands, the interval and the mark."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(scaled(self.font(), 0.85))
        left, width, top, height = 6.0, max(self.width() - 12.0, 1.0), 18.0, 12.0
        line = painter.fontMetrics().height()
        for low, high, band in BAND_EDGES:
            rect = QRectF(left + low * width, top, (high - low) * width, height)
            colour = tone_colour(band, self.palette())
            painter.setPen(colour)
            words = rect.adjusted(0, height + 4, 0, line + 8)
            painter.drawText(words, Qt.AlignmentFlag.AlignHCenter, BAND_NAME[band].removesuffix(" support"))
            colour.setAlphaF(0.9 if band == self.scale.band else 0.3)
            painter.fillRect(rect.adjusted(1, 0, -1, 0), colour)
        self._paint_mark(painter, left, width, top, height)
        painter.end()

    def _paint_mark(self, painter: QPainter, left: float, width: float, top: float, height: float) -> None:
        ink: QColor = self.palette().windowText().color()
        x = left + self.scale.probability * width
        painter.setPen(QPen(ink, 2))
        if self.scale.interval is not None:
            x0, x1 = (left + value * width for value in self.scale.interval)
            y = top - 6
            painter.drawLine(QPointF(x0, y), QPointF(x1, y))
            for end in (x0, x1):
                painter.drawLine(QPointF(end, y - 4), QPointF(end, y + 4))
        painter.drawLine(QPointF(x, top - 4), QPointF(x, top + height + 2))
        painter.setBrush(ink)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF([QPointF(x, top - 1), QPointF(x - 6, top - 12), QPointF(x + 6, top - 12)]))
