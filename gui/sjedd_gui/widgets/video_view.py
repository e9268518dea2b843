"""The picture of one frame with the boxes of the faces in it: zoom, pan, click on a face."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from sjedd_gui.player.overlay import Box
from sjedd_gui.widgets.marks import Drawn, box_rect, draw_marks

BACKGROUND = QColor("#161616")
"""Dark under light and dark themes alike, so that it does not change how bright a picture looks."""
STEP, MOST_ZOOM = 1.25, 40.0
FACE_SHARE = 0.55
"""Share of the view's height that a face fills when the view shows the face."""
PIXELS_VISIBLE = 3.0
"""From this many points on the screen per pixel of the video on, its pixels are shown as they are."""
DRAG_PX = 4


class VideoView(QWidget):
    """Shows a picture fitted into its area, enlarged about any point. Boxes keep their width at every zoom.

    Boxes of the very frame on screen are drawn in the person's own line style. A frame between two sampled ones has no
    boxes of its own, and none is made up: the boxes of the last sampled frame are shown as thin dotted outlines with
    that frame's time code, if the shot surely goes on until then. Drawing nothing there would be as truthful, but while
    the video plays nobody could read boxes that flash up for a single frame, and so tell who is person 2.
    """

    person_clicked = Signal(int)
    """Track of the box that was clicked."""
    face_wanted = Signal(int)
    """A double click: on the box of this track, or elsewhere (0)."""
    view_changed = Signal()
    """The user zoomed or panned, or the size changed; another resolution may be needed."""
    moved_by_hand = Signal()
    """The user zoomed or panned: the view must not follow a face any longer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 135)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Picture of the video"))
        self.image: QImage | None = None
        self.marks: tuple[Drawn, ...] = ()
        self.chosen = 0
        self.zoom = 1.0
        self._full = (1, 1)
        self._centre = QPointF(0.5, 0.5)
        self._words, self._busy = "", ""
        self._pressed: QPoint | None = None
        self._dragged = False

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for a small video."""
        return QSize(640, 360)

    def start(self, full: tuple[int, int]) -> None:
        """Show nothing yet of a video with frames of this width and height."""
        self._full, self.image, self.marks, self._words = full, None, (), ""
        self.show_whole()

    def show_frame(self, image: QImage | None, marks: Sequence[Drawn], words: str = "") -> None:
        """Show a frame in whatever resolution, or ``words`` why there is none."""
        self.image, self.marks, self._words, self._busy = image, tuple(marks), words, ""
        self.update()

    def show_marks(self, marks: Sequence[Drawn], chosen: int) -> None:
        """Show other boxes on the same frame."""
        self.marks, self.chosen = tuple(marks), chosen
        self.update()

    def show_busy(self, words: str) -> None:
        """Say in a corner that something takes its time; the next frame ends it."""
        self._busy = words
        self.update()

    def show_whole(self) -> None:
        """Show the whole frame."""
        self.zoom, self._centre = 1.0, QPointF(self._full[0] / 2, self._full[1] / 2)
        self.update()
        self.view_changed.emit()

    def show_place(self, box: Box, *, enlarge: bool) -> None:
        """Centre the view on a box; ``enlarge`` so that it fills much of the view."""
        rect = box_rect(box)
        if enlarge:
            size = max(rect.width() * self.height() / max(self.width(), 1), rect.height(), 1.0)
            wanted = FACE_SHARE * self.height() / size
            self.zoom = min(max(wanted / self._fit(), 1.0), MOST_ZOOM)
            self.view_changed.emit()
        self._centre = rect.center()
        self._keep_inside()
        self.update()

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Enlarge about a point of the view (None: its middle)."""
        at = QPointF(self.width() / 2, self.height() / 2) if at is None else at
        before = self._to_frame(at)
        self.zoom = min(max(self.zoom * factor, 1.0), MOST_ZOOM)
        self._centre += before - self._to_frame(at)
        self._by_hand()

    def pan_by(self, delta: QPointF) -> None:
        """Move the picture by points of the view."""
        self._centre -= delta / self._scale()
        self._by_hand()

    def wanted_size(self) -> tuple[int, int]:
        """Width and height in pixels of the picture that the view needs, not above those of the frame."""
        width, height = self._full
        factor = self._fit() * self.devicePixelRatioF()
        if factor >= 1 or self.zoom > 1:
            return self._full
        return max(round(width * factor), 1), max(round(height * factor), 1)

    def to_view(self, rect: QRectF) -> QRectF:
        """From pixels of the frame to points of the view."""
        scale, corner = self._scale(), self._corner()
        return QRectF(corner + rect.topLeft() * scale, rect.size() * scale)

    def track_at(self, point: QPointF) -> int:
        """Person whose box holds a point of the view, the smallest box first; 0 for none."""
        hits = [d.mark for d in self.marks if self.to_view(box_rect(d.mark.box)).contains(point)]
        return min(hits, key=lambda mark: box_rect(mark.box).width(), default=None).track if hits else 0  # type: ignore[union-attr]

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the visible part of the frame, the boxes, the labels and the words."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), BACKGROUND)
        area = QRectF(self.rect())
        if self.image is not None:
            self._paint_image(painter, self.image)
            whole = self.to_view(QRectF(0, 0, *self._full)).intersected(area)
            draw_marks(painter, self.marks, self.to_view, whole, chosen=self.chosen)
        painter.setPen(QColor("#e6e6e6"))
        if self._words:
            margin = self.fontMetrics().height()
            words = area.adjusted(margin, margin, -margin, -margin)
            painter.drawText(words, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self._words)
        if self._busy:
            self._paint_busy(painter, area)
        if self.hasFocus():
            painter.setPen(self.palette().highlight().color())
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _paint_image(self, painter: QPainter, image: QImage) -> None:
        visible = QRectF(self._to_frame(QPointF(0, 0)), self._to_frame(QPointF(self.width(), self.height())))
        visible = visible.intersected(QRectF(0, 0, *self._full))
        ratio = image.width() / self._full[0], image.height() / self._full[1]
        source = QRectF(
            visible.left() * ratio[0], visible.top() * ratio[1], visible.width() * ratio[0], visible.height() * ratio[1]
        )
        smooth = self._scale() * self.devicePixelRatioF() < PIXELS_VISIBLE or ratio[0] < 1
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        painter.drawImage(self.to_view(visible), image, source)

    def _paint_busy(self, painter: QPainter, area: QRectF) -> None:
        metrics = self.fontMetrics()
        plate = QRectF(0, 0, metrics.horizontalAdvance(self._busy) + 16, metrics.height() + 8)
        plate.moveTopRight(area.topRight() + QPointF(-8, 8))
        painter.fillRect(plate, QColor(0, 0, 0, 190))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, self._busy)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the place; ask for another resolution."""
        self._keep_inside()
        self.view_changed.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom at the pointer."""
        self.zoom_by(STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin a click or a drag."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position().toPoint(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Pan while dragged; show a hand over a box."""
        point = event.position().toPoint()
        if self._pressed is None:
            hand = self.track_at(event.position())
            self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)
        elif self._dragged or (point - self._pressed).manhattanLength() > DRAG_PX:
            self.pan_by(QPointF(point - self._pressed))
            self._pressed, self._dragged = point, True

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click that was no drag chooses the person."""
        track = 0 if self._dragged or self._pressed is None else self.track_at(event.position())
        self._pressed = None
        if track:
            self.person_clicked.emit(track)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Ask to see the face."""
        self.face_wanted.emit(self.track_at(event.position()))

    def _by_hand(self) -> None:
        self._keep_inside()
        self.update()
        self.moved_by_hand.emit()
        self.view_changed.emit()

    def _fit(self) -> float:
        return max(min(self.width() / self._full[0], self.height() / self._full[1]), 1e-6)

    def _scale(self) -> float:
        """Points of the view per pixel of the frame."""
        return self._fit() * self.zoom

    def _corner(self) -> QPointF:
        return QPointF(self.width() / 2, self.height() / 2) - self._centre * self._scale()

    def _to_frame(self, point: QPointF) -> QPointF:
        return (point - self._corner()) / self._scale()

    def _keep_inside(self) -> None:
        """Leave no empty margin where the picture could fill it."""
        scale, centre = self._scale(), []
        for length, view, at in (
            (self._full[0], self.width(), self._centre.x()),
            (self._full[1], self.height(), self._centre.y()),
        ):
            half = view / (2 * scale)
            centre.append(length / 2 if 2 * half >= length else min(max(at, half), length - half))
        self._centre = QPointF(*centre)
