"""The lanes of a timeline under the mouse, the wheel and the keys."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from sjedd_gui.widgets.timeline_lanes import LaneView

NOTCH = 1.25
"""How many times as large one notch of the wheel makes the view."""
NOTCH_ANGLE = 120.0
PAN_SHARE = 0.1
"""Share of the view by which a notch with Shift moves it."""
K = Qt.Key


class TimelineCanvas(LaneView):
    """Tells what is asked for: it neither seeks nor chooses by itself."""

    seek_wanted = Signal(float)
    person_wanted = Signal(int)
    span_wanted = Signal(int)
    """-1 or 1: the flagged span before or after."""

    def __init__(self, words: Callable[[int, float], str], parent: QWidget | None = None) -> None:
        """``words``: what is to be told of a person at a time."""
        super().__init__(parent)
        self._words = words
        self._pressed: QPointF | None = None
        self._dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName(self.tr("Timeline"))
        self.mark_changed.connect(lambda: self.setAccessibleDescription(self.told()))

    def told(self) -> str:
        """Words for the moment that is pointed at; empty when there is none."""
        if self.mark is None or self.marked_track not in self.lanes:
            return ""
        return self._words(self.marked_track, self.mark)

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember where: a click or a drag begins."""
        if event.button() is Qt.MouseButton.LeftButton and self.timeline is not None:
            self._pressed, self._dragging = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Point at a moment, or stretch the selection."""
        if self._pressed is None:
            self._point_at(event.position())
            return
        here = event.position()
        far = abs(here.x() - self._pressed.x()) >= QApplication.startDragDistance()
        if self._dragging or (far and self._over_curve(self._pressed)):
            self._dragging = True
            ends = sorted(self._scale.seconds(x) for x in (self._pressed.x(), here.x()))
            self.select((ends[0], ends[1]))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click without a drag chooses the person, and asks for the moment."""
        if event.button() is not Qt.MouseButton.LeftButton or self._pressed is None:
            return
        start, dragged = self._pressed, self._dragging
        self._pressed, self._dragging = None, False
        if dragged:
            return
        if track := self.track_at(start.y()):
            self.person_wanted.emit(track)
        if self._over_curve(start):
            self.select(None)
            self.seek_wanted.emit(self.seconds_at(start.x()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Show everything again."""
        self.reset()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Over curves time is enlarged around the pointer, with Shift or sideways it moves; else lanes scroll."""
        turn, sideways = event.angleDelta().y() / NOTCH_ANGLE, event.angleDelta().x() / NOTCH_ANGLE
        moves = sideways or (turn if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0.0)
        if not self._over_curve(event.position()) or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        if moves:
            self._view(self._scale.moved(-moves * PAN_SHARE * self._scale.span))
        elif turn:
            self.zoom(NOTCH**turn, self._scale.seconds(event.position().x()))
            self._point_at(event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Nothing is pointed at any more."""
        if not self.hasFocus():
            self.mark = None
            self.mark_changed.emit()
            self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Tell beside the pointer what is there."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.told(), self)
            return True
        return super().viewportEvent(event)

    def _over_curve(self, place: QPointF) -> bool:
        return self._scale.left - 2 <= place.x() <= self._scale.left + self._scale.width + 2

    def _point_at(self, place: QPointF) -> None:
        track = self.track_at(place.y())
        if track and self._over_curve(place):
            self.mark_moment(self.seconds_at(place.x()), track)

    # the keys

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show that keys go here."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show that keys go elsewhere."""
        super().focusOutEvent(event)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A frame around the lanes while they have the focus."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self.viewport())
            painter.setPen(QPen(self.palette().highlight().color(), 2))
            painter.drawRect(self.viewport().rect().adjusted(1, 1, -1, -1))
            painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Left and Right go by examined frames, Up and Down by people; the rest stands in the help."""
        key, extend = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if self.timeline is None or not self.timeline.tracks:
            super().keyPressEvent(event)
        elif key in {K.Key_Left, K.Key_Right, K.Key_Home, K.Key_End, K.Key_PageUp, K.Key_PageDown}:
            self._step(key, extend=extend)
        elif key in {K.Key_Up, K.Key_Down}:
            self._step_person(1 if key == K.Key_Down else -1)
        elif not self._command(key):
            super().keyPressEvent(event)

    def _command(self, key: int) -> bool:
        """Run the command of a key, if it has one."""
        here = self._here()
        match key:
            case K.Key_Return | K.Key_Enter | K.Key_Space if self.mark is not None:
                self.seek_wanted.emit(self.mark)
            case K.Key_N | K.Key_P:
                self.span_wanted.emit(1 if key == K.Key_N else -1)
            case K.Key_Plus | K.Key_Equal | K.Key_Minus:
                self.zoom(1 / NOTCH if key == K.Key_Minus else NOTCH, here)
            case K.Key_0:
                self.reset()
            case K.Key_Escape if self.selection is not None:
                self.select(None)
            case _:
                return False
        return True

    def _here(self) -> float:
        """Where the keys start from: the pointed-at moment, the shown frame, or the start of the view."""
        return next((s for s in (self.mark, self._shown) if s is not None), self._scale.low)

    def _step(self, key: int, *, extend: bool) -> None:
        assert self.timeline is not None
        times, here = self.timeline.times, self._here()
        place = {
            K.Key_Left: int(np.searchsorted(times, here)) - 1,
            K.Key_Right: int(np.searchsorted(times, here, side="right")),
            K.Key_Home: 0,
            K.Key_End: len(times) - 1,
            K.Key_PageUp: int(np.searchsorted(times, here - self._scale.span)),
            K.Key_PageDown: int(np.searchsorted(times, here + self._scale.span)),
        }[K(key)]
        if self.mark is None and key == K.Key_Left and here <= times[0]:
            place = 0
        target = float(times[min(max(place, 0), len(times) - 1)])
        self.show_holding(target)
        self.mark_moment(target, self._person or self.marked_track or self.timeline.tracks[0])
        if extend:
            low, high = self.selection or (here, here)
            fixed = high if here == low else low
            self.select((min(fixed, target), max(fixed, target)))

    def _step_person(self, direction: int) -> None:
        assert self.timeline is not None
        tracks = self.timeline.tracks
        now = self._person or self.marked_track
        place = tracks.index(now) + direction if now in tracks else 0
        track = tracks[min(max(place, 0), len(tracks) - 1)]
        self.person_wanted.emit(track)
        if self.mark is not None:
            self.mark_moment(self.mark, track)
