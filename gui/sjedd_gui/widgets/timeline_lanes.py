"""The lanes of a timeline as they are seen: where everything lies, and the picture of it. It knows no result."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from sjedd_gui.views.timeline import Lane, Timeline
from sjedd_gui.views.timescale import TimeScale
from sjedd_gui.widgets.theme import scaled
from sjedd_gui.widgets.timeline_cursors import CursorPainter
from sjedd_gui.widgets.timeline_layout import LEAST_LANE, LaneBox, LaneLayout
from sjedd_gui.widgets.timeline_paint import LanePainter

SNAP_PX = 12.0
SCROLL_STEPS = 10_000


class LaneView(QAbstractScrollArea):
    """Lanes over one time axis. Only what is in view is painted, into a picture that stays while only cursors move."""

    mark_changed = Signal()
    """The pointer or the keys went to another moment."""
    selection_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.timeline: Timeline | None = None
        self.lanes: dict[int, Lane] = {}
        self.mark: float | None = None
        self.marked_track = 0
        self.selection: tuple[float, float] | None = None
        self._thumbs: dict[int, QPixmap] = {}
        self._scale = TimeScale(0.0, 1.0, (0.0, 1.0))
        self._layout = LaneLayout.of(self.viewport().size().toSizeF(), 0, self.fontMetrics())
        self._shown: float | None = None
        self._person = 0
        self._picture: QPixmap | None = None
        self._fitting = False
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.horizontalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().valueChanged.connect(self.invalidate)

    def show_timeline(self, timeline: Timeline | None) -> None:
        """Begin anew with empty lanes."""
        self.timeline, self.lanes, self._thumbs = timeline, {}, {}
        self.mark, self.marked_track, self.selection, self._shown, self._person = None, 0, None, None, 0
        if timeline is not None:
            self._scale = TimeScale(*timeline.home, limits=(timeline.start, timeline.end))
        self.verticalScrollBar().setValue(0)
        self._fit()
        self.selection_changed.emit()

    def add_lane(self, lane: Lane, thumb: QPixmap | None) -> None:
        """Show the lane of one person of the timeline."""
        self.lanes[lane.track] = lane
        if thumb is not None:
            self._thumbs[lane.track] = thumb
        if self._picture is not None:
            self._paint_picture(self._picture, (lane.track,))  # the others stay as they are
        self.viewport().update()

    def show_moment(self, seconds: float | None) -> None:
        """Place the cursor of the frame that the player shows; a view that it leaves follows."""
        low, high = self.visible_range()
        if seconds is not None and self._shown is not None and low <= self._shown <= high:
            self.show_holding(seconds)
        self._shown = seconds
        self.viewport().update()

    def show_person(self, track: int) -> None:
        """Mark a person's lane as chosen, and bring it into view."""
        self._person = track
        if self.timeline is not None and track in self.timeline.tracks:
            lane, room, bar = self._layout.lane, self._layout.bottom, self.verticalScrollBar()
            top = self.timeline.tracks.index(track) * lane
            if top < bar.value() or top + lane > bar.value() + room:
                bar.setValue(top - max(room - lane, 0) // 2)
        self.invalidate()

    def reset(self) -> None:
        """Show everything again."""
        if self.timeline is not None:
            self._view(self._scale.shown(*self.timeline.home))

    def zoom(self, factor: float, around: float | None = None) -> None:
        """Enlarge time around a moment, or around the middle."""
        self._view(self._scale.zoomed(factor, (self._scale.low + self._scale.high) / 2 if around is None else around))

    def show_range(self, low: float, high: float) -> None:
        """Fill the axis with a stretch of time."""
        self._view(self._scale.shown(low, high))

    def show_holding(self, seconds: float) -> None:
        """Move the view if this moment is outside of it."""
        if not self._scale.low <= seconds <= self._scale.high:
            self._view(self._scale.holding(seconds))

    def select(self, range_: tuple[float, float] | None) -> None:
        """Choose a range of time, or none."""
        self.selection = range_
        self.viewport().update()
        self.selection_changed.emit()

    def mark_moment(self, seconds: float, track: int) -> None:
        """Go to a moment of a lane without asking the player for it; what is there is told."""
        self.mark, self.marked_track = seconds, track
        self.mark_changed.emit()
        self.viewport().update()

    def visible_range(self) -> tuple[float, float]:
        """The seconds that the axis shows."""
        return self._scale.low, self._scale.high

    def boxes(self, track: int) -> LaneBox:
        """Where the parts of a lane lie in the viewport."""
        assert self.timeline is not None
        return self._layout.box(self.timeline.tracks.index(track), self.verticalScrollBar().value())

    def x_of(self, seconds: float) -> float:
        """Pixel of a time in the viewport."""
        return self._scale.x(seconds)

    def seconds_at(self, x: float) -> float:
        """Time of a pixel: that of the examined frame there if one is near."""
        seconds = self._scale.seconds(x)
        near = None if self.timeline is None else self.timeline.closest(seconds)
        if near is not None and self.timeline is not None:
            sampled = float(self.timeline.times[near])
            if abs(self._scale.x(sampled) - x) <= SNAP_PX:
                return sampled
        return seconds

    def track_at(self, y: float) -> int:
        """Person of the lane at a height of the viewport, or 0."""
        if self.timeline is None or not 0 <= y < self._layout.bottom:
            return 0
        place = int(y + self.verticalScrollBar().value()) // self._layout.lane
        return self.timeline.tracks[place] if place < len(self.timeline.tracks) else 0

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Two lanes and the axis."""
        return QSize(760, 250 + self._layout.axis)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One lane and the axis, narrow."""
        return QSize(260, LEAST_LANE + self._layout.axis)

    def _view(self, scale: TimeScale) -> None:
        self._scale = scale
        self._fit()

    def _fit(self) -> None:
        """Fit the axis and the scroll bars to the viewport."""
        count = 0 if self.timeline is None else len(self.timeline.tracks)
        layout = self._layout = LaneLayout.of(self.viewport().size().toSizeF(), count, self.fontMetrics())
        self._scale = self._scale.placed(layout.left, layout.right - layout.left)
        first, last = self._scale.limits
        shown, whole = self._scale.span, max(last - first, 1e-6)
        bar = self.horizontalScrollBar()
        self._fitting = True
        page = round(SCROLL_STEPS * min(shown / whole, 1.0))
        bar.setPageStep(page)
        bar.setSingleStep(max(page // 20, 1))
        bar.setRange(0, 0 if self.timeline is None else SCROLL_STEPS - page)
        bar.setValue(round(SCROLL_STEPS * (self._scale.low - first) / whole))
        self._fitting = False
        self.verticalScrollBar().setPageStep(layout.bottom)
        self.verticalScrollBar().setSingleStep(layout.lane // 3)
        self.verticalScrollBar().setRange(0, max(count * layout.lane - layout.bottom, 0))
        self.invalidate()

    def _scrolled(self, value: int) -> None:
        if self._fitting:
            return
        first, last = self._scale.limits
        low = first + value / SCROLL_STEPS * (last - first)
        self._scale = self._scale.moved(low - self._scale.low)
        self.invalidate()

    def invalidate(self) -> None:
        """Paint the lanes anew."""
        self._picture = None
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit the axis."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Another theme or font."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Show the kept picture of the lanes, and the cursors over it."""
        ratio = self.viewport().devicePixelRatioF()
        if self._picture is None or self._picture.devicePixelRatio() != ratio:
            self._picture = QPixmap(self.viewport().size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(self.palette().color(QPalette.ColorRole.Window))
            self._paint_picture(self._picture, () if self.timeline is None else self.timeline.tracks)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._picture)
        if self.timeline is not None and self.timeline.tracks:
            self._paint_cursors(painter)
        painter.end()

    def _paint_picture(self, picture: QPixmap, tracks: Sequence[int]) -> None:
        """Paint some lanes, as far as they are in view, and what goes through all of them."""
        if self.timeline is None or not tracks:
            return
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(scaled(self.font(), 0.85))
        drawing = LanePainter(painter, self.palette(), self._scale, self.timeline)
        bottom = min(self._layout.bottom, len(self.timeline.tracks) * self._layout.lane)
        painter.setClipRect(QRectF(0, 0, self.viewport().width(), bottom))
        seen = [(track, self.boxes(track)) for track in tracks]
        seen = [(track, box) for track, box in seen if box.head.bottom() >= 0 and box.head.top() < bottom]
        for track, box in seen:
            drawing.lane(box, track, self.lanes.get(track), self._thumbs.get(track), chosen=track == self._person)
        if seen:
            painter.setClipping(False)
            painter.fillRect(0, self._layout.bottom, picture.width(), self._layout.axis, self.palette().window())
            drawing.cuts(0, bottom)
            drawing.axis(self._layout.bottom)
        painter.end()

    def _paint_cursors(self, painter: QPainter) -> None:
        drawing = CursorPainter(painter, self.palette(), self._scale, float(self._layout.bottom))
        if self.selection is not None:
            drawing.selection(*self.selection)
        if self.mark is not None:
            lane = self.lanes.get(self.marked_track)
            index = None if lane is None else lane.at(self.mark)
            ring = None if lane is None or index is None else self.boxes(lane.track).y(float(lane.values[index]))
            drawing.mark(self.mark, ring)
        if self._shown is not None:
            drawing.shown(self._shown)
