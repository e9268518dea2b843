"""Painting of the timeline: lanes, gaps with patterns and words, the axis. Nothing outside of the view is touched."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPalette, QPen, QPixmap, QPolygonF

from sjedd_gui.views.result import BAND_EDGES
from sjedd_gui.views.timeline import Floats, Gap, GapKind, Lane, Timeline
from sjedd_gui.views.timescale import TimeScale, thinned, ticks
from sjedd_gui.widgets.palette import label_colour, track_colour, track_pen_style
from sjedd_gui.widgets.theme import faint, tone_colour
from sjedd_gui.widgets.timeline_layout import PAD, SPAN_HEIGHT, LaneBox
from sjedd_gui.widgets.words import band_word, gap_name, support_words
from sjedd_video.explain import percent, time_code

BAND_ALPHA = 0.15
PATTERNS = {
    GapKind.NOT_SAMPLED: Qt.BrushStyle.BDiagPattern,
    GapKind.NO_FACE: Qt.BrushStyle.NoBrush,
    GapKind.NOT_USABLE: Qt.BrushStyle.DiagCrossPattern,
}
DOT_APART_PX = 9.0
DOT = 2.5
NAMED = 40.0
"""Pixels beside the curve from which on there is room for the names of bands."""


class LanePainter:
    """Paints lanes on one picture."""

    def __init__(self, painter: QPainter, palette: QPalette, scale: TimeScale, timeline: Timeline) -> None:
        self.painter, self.palette, self.scale, self.timeline = painter, palette, scale, timeline
        self.ink, self.faint = palette.windowText().color(), faint(palette)
        self.base = palette.color(QPalette.ColorRole.Base)

    def lane(self, box: LaneBox, track: int, lane: Lane | None, thumb: QPixmap | None, *, chosen: bool) -> None:
        """A whole lane; without its scores where they are not read yet."""
        self.painter.fillRect(box.head.united(box.side.adjusted(0, -PAD, 0, 0)), self.palette.window())
        self.background(box)
        self.gaps(box, self.timeline.gaps)
        if lane is not None:
            self.gaps(box, lane.gaps)
            self.spans(box, lane)
            self.curve(box, lane)
            self.interval(box, lane)
        self.percentages(box)
        self.head(box, track, lane, thumb, chosen)

    def background(self, box: LaneBox) -> None:
        """Bands with their edges, names and percentages, and the threshold."""
        painter = self.painter
        painter.fillRect(box.plot, self.base)
        for low, high, band in BAND_EDGES:
            colour = tone_colour(band, self.palette)
            rect = QRectF(QPointF(box.plot.left(), box.y(high)), QPointF(box.plot.right(), box.y(low)))
            tint = QColor(colour)
            tint.setAlphaF(BAND_ALPHA)
            painter.fillRect(rect, tint)
            if low > 0:
                painter.setPen(QPen(tint, 1))
                painter.drawLine(rect.bottomLeft(), rect.bottomRight())
            if box.side.width() > NAMED:
                self._text(_row(box.side.adjusted(PAD + 14, 0, 0, 0), rect.center().y()), band_word(band), colour)
        painter.setPen(QPen(self.ink, 1, Qt.PenStyle.DashLine))
        y = box.y(self.timeline.threshold)
        painter.drawLine(QPointF(box.plot.left(), y), QPointF(box.plot.right(), y))

    def head(self, box: LaneBox, track: int, lane: Lane | None, thumb: QPixmap | None, chosen: bool) -> None:
        """Picture, name, line style and finding of the person."""
        painter, area = self.painter, box.head
        if chosen:
            tint = self.palette.color(QPalette.ColorRole.Highlight)
            painter.fillRect(QRectF(area.left(), area.top(), 4, area.height()), tint)
            tint.setAlphaF(0.14)
            painter.fillRect(area, tint)
        line = painter.fontMetrics().height()
        side = min(area.height() - 2 * PAD, max(area.width() * 0.36, 40.0), 64.0)
        picture = QRectF(area.left() + PAD + 4, area.top() + PAD, side, side)
        if thumb is None:
            painter.fillRect(picture, track_colour(track))
            self._text(picture, str(track), label_colour(track), Qt.AlignmentFlag.AlignCenter)
        else:
            painter.drawPixmap(picture, thumb, QRectF(thumb.rect()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(track_colour(track), 2, track_pen_style(track)))
        painter.drawRect(picture)
        words = QRectF(QPointF(picture.right() + PAD, area.top() + PAD), area.bottomRight())
        if words.width() < 6 * painter.fontMetrics().averageCharWidth():
            self._text(QRectF(area.left() + 4, picture.bottom(), area.width() - 4, line), str(track), self.ink,
                       Qt.AlignmentFlag.AlignCenter)  # fmt: skip
            return
        name = QCoreApplication.translate("Timeline", "Person {}").format(track)
        self._bold(QRectF(words.left(), words.top(), words.width(), line), name)
        if lane is not None:
            painter.setPen(self.faint)
            rest = words.adjusted(0, line, 0, 0)
            painter.drawText(rest, int(Qt.TextFlag.TextWordWrap), support_words(lane, judged=self.timeline.judged))

    def gaps(self, box: LaneBox, gaps: Iterable[Gap]) -> None:
        """Why there is no curve: a pattern, and words where they fit."""
        painter = self.painter
        for gap in gaps:
            x0, x1 = max(self.scale.x(gap.start), box.plot.left()), min(self.scale.x(gap.end), box.plot.right())
            if x1 <= x0 or (x1 - x0 < 0.75 and gap.kind is GapKind.NOT_USABLE):
                continue
            rect = QRectF(x0, box.plot.top(), max(x1 - x0, 1.0), box.plot.height())
            if gap.kind is not GapKind.NOT_USABLE:
                painter.fillRect(rect, self.palette.color(QPalette.ColorRole.Window))
            pale = QColor(self.ink)
            pale.setAlphaF(0.22)
            if gap.kind is GapKind.NO_FACE:
                painter.setPen(QPen(pale, 1, Qt.PenStyle.DotLine))
                y = box.y(0.0) - 1
                painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
            else:
                painter.fillRect(rect, QBrush(pale, PATTERNS[gap.kind]))
            self._gap_name(rect, gap)

    def _gap_name(self, rect: QRectF, gap: Gap) -> None:
        metrics, name = self.painter.fontMetrics(), gap_name(gap.kind)
        width = metrics.horizontalAdvance(name) + 2 * PAD
        if width > rect.width():
            return
        plate = QRectF(rect.center().x() - width / 2, rect.top() + 2, width, metrics.height())
        ground = self.palette.color(QPalette.ColorRole.Window)
        ground.setAlphaF(0.85)
        self.painter.fillRect(plate, ground)
        self._text(plate, name, self.faint, Qt.AlignmentFlag.AlignCenter)

    def spans(self, box: LaneBox, lane: Lane) -> None:
        """Flagged stretches: a bar with ends below the curve."""
        colour = tone_colour("strong", self.palette)
        for start, end, _ in lane.spans:
            x0, x1 = max(self.scale.x(start), box.plot.left()), min(self.scale.x(end), box.plot.right())
            if x1 < box.plot.left() or x0 > box.plot.right():
                continue
            bar = QRectF(x0, box.plot.bottom() + 1, max(x1 - x0, 2.0), SPAN_HEIGHT)
            self.painter.fillRect(bar, colour)
            for x in (bar.left(), bar.right() - 2):
                self.painter.fillRect(QRectF(x, bar.top() - 4, 2, bar.height() + 4), colour)

    def curve(self, box: LaneBox, lane: Lane) -> None:
        """Lines between neighbours, and dots where there is room for them."""
        painter, plot = self.painter, box.plot
        painter.save()
        painter.setClipRect(plot.adjusted(-4, -4, 4, 4))
        low, high = self.scale.seconds(plot.left() - 8), self.scale.seconds(plot.right() + 8)
        first, last = np.searchsorted(lane.seconds, [low, high])
        dense = (last - first) * DOT_APART_PX > plot.width()
        pen = QPen(self.colour(lane.track), 1 if dense else 1.8)
        for segment in lane.segments:
            a, b = np.searchsorted(segment, [first - 1, last + 1])  # one more at each end: lines leave the picture
            if b <= a:
                continue
            kept = segment[a:b]
            xs, ys = self._points(box, lane.seconds[kept], lane.values[kept])
            painter.setPen(pen)
            if len(xs) == 1:
                painter.drawEllipse(QPointF(xs[0], ys[0]), DOT / 2, DOT / 2)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, not dense)
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not dense:
            self._dots(box, lane, slice(int(first), int(last)))
        painter.restore()

    def _points(self, box: LaneBox, seconds: Floats, values: Floats) -> tuple[Floats, Floats]:
        ys = box.plot.bottom() - values * box.plot.height()
        return thinned(self.scale.xs(seconds), ys)

    def _dots(self, box: LaneBox, lane: Lane, part: slice) -> None:
        colour = self.colour(lane.track)
        for seconds, value, used in zip(lane.seconds[part], lane.values[part], lane.usable[part], strict=True):
            self.painter.setPen(QPen(colour if used else self.faint, 1.4))
            self.painter.setBrush(colour if used else self.base)
            self.painter.drawEllipse(QPointF(self.scale.x(seconds), box.y(value)), DOT, DOT)

    def interval(self, box: LaneBox, lane: Lane) -> None:
        """The person's probability and interval beside the curve, on the same scale."""
        if lane.probability is None:
            return
        painter, x = self.painter, box.side.left() + PAD + 4
        painter.setPen(QPen(self.ink, 1.6))
        painter.setBrush(self.ink)
        if lane.interval is not None:
            low, high = box.y(lane.interval.low), box.y(lane.interval.high)
            painter.drawLine(QPointF(x, low), QPointF(x, high))
            for y in (low, high):
                painter.drawLine(QPointF(x - 4, y), QPointF(x + 4, y))
        painter.drawEllipse(QPointF(x, box.y(lane.probability)), 2.6, 2.6)

    def cuts(self, top: float, bottom: float) -> None:
        """Scene cuts through all lanes, with a notch on the axis."""
        painter, left, right = self.painter, self.scale.left, self.scale.left + self.scale.width
        for cut in self.timeline.cuts:
            x = self.scale.x(cut)
            if left <= x <= right:
                painter.setPen(QPen(self.faint, 1, Qt.PenStyle.DashDotLine))
                painter.drawLine(QPointF(x, top), QPointF(x, bottom))
                painter.setBrush(self.faint)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.drawPolygon(QPolygonF([QPointF(x - 4, bottom + 5), QPointF(x + 4, bottom + 5),
                                               QPointF(x, bottom)]))  # fmt: skip

    def axis(self, top: float) -> None:
        """Round times below all lanes."""
        painter, scale = self.painter, self.scale
        metrics = painter.fontMetrics()
        width = metrics.horizontalAdvance("0:00:00.0") * 1.6
        painter.setPen(QPen(self.faint, 1))
        painter.drawLine(QPointF(scale.left, top), QPointF(scale.left + scale.width, top))
        for second in ticks(scale.low, scale.high, int(scale.width / width)):
            x = scale.x(second)
            painter.setPen(QPen(self.faint, 1))
            painter.drawLine(QPointF(x, top), QPointF(x, top + 4))
            room = QRectF(x - width / 2, top + 5, width, metrics.height())
            self._text(room, time_code(second), self.faint, Qt.AlignmentFlag.AlignCenter)

    def percentages(self, box: LaneBox) -> None:
        """The edges of the bands as numbers, left of the curve."""
        room = QRectF(box.head.right(), box.plot.top(), box.plot.left() - box.head.right() - 4, box.plot.height())
        for low, _, _ in BAND_EDGES:
            row = _row(room, box.y(low) - (self.painter.fontMetrics().height() / 3 if low == 0 else 0))
            self._text(row, percent(low), self.faint, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def colour(self, track: int) -> QColor:
        """A person's colour; without a verdict nobody's curve may look like a finding."""
        return track_colour(track) if self.timeline.judged else self.faint

    def _text(self, rect: QRectF, text: str, colour: QColor, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft |
              Qt.AlignmentFlag.AlignVCenter) -> None:  # fmt: skip
        self.painter.setPen(colour)
        self.painter.drawText(rect, int(align), text)

    def _bold(self, rect: QRectF, text: str) -> None:
        font = self.painter.font()
        heavy = self.painter.font()
        heavy.setBold(True)
        self.painter.setFont(heavy)
        self._text(rect, text, self.ink)
        self.painter.setFont(font)


def _row(area: QRectF, y: float) -> QRectF:
    """A strip across an area around ``y``, high enough for text."""
    return QRectF(area.left(), y - 12, area.width(), 24)
