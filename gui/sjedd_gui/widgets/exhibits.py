"""The telling frames: pictures with boxes, and a larger view with the face and its heat map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from sjedd_gui.widgets.how_to_read import Topic, explanation
from sjedd_gui.widgets.palette import label_colour, track_colour, track_pen_style
from sjedd_gui.widgets.theme import text_label
from sjedd_gui.widgets.words import exhibit_caption
from sjedd_video.heatmap import FULL_PLACES, heat_on_crop
from sjedd_video.types import Exhibit, HeatKind, ImageU8

THUMB = QSize(232, 150)
LARGE = QSize(760, 520)
CROP = 224


def to_pixmap(image: ImageU8) -> QPixmap:
    """RGB ``(H, W, 3) uint8`` as a pixmap of its own memory."""
    image = np.ascontiguousarray(image)
    height, width, _ = image.shape
    return QPixmap.fromImage(QImage(image.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy())


def sharp(pixmap: QPixmap, size: QSize) -> QPixmap:
    """A pixmap fitted into ``size``, with the pixels that the screen really has."""
    app = QGuiApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
    fitted = pixmap.scaled(size * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    fitted.setDevicePixelRatio(ratio)
    return fitted


def framed(exhibit: Exhibit, size: QSize) -> QPixmap:
    """The frame, fitted into ``size``, with the box of the face and the person's number."""
    picture = sharp(to_pixmap(exhibit.frame), size)
    track = exhibit.score.observation.track
    factor = exhibit.frame_scale * picture.deviceIndependentSize().width() / exhibit.frame.shape[1]
    x0, y0, x1, y1 = (float(value) * factor for value in exhibit.score.observation.detection.box)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(x0, y0, x1 - x0, y1 - y0)
    painter.setPen(QPen(QColor("white"), 4))
    painter.drawRect(box)
    painter.setPen(QPen(track_colour(track), 2, track_pen_style(track)))
    painter.drawRect(box)
    badge = QRectF(x0, max(y0 - 18, 0), 22, 18)
    painter.fillRect(badge, track_colour(track))
    painter.setPen(label_colour(track))
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(track))
    painter.end()
    return picture


def heated(exhibit: Exhibit) -> ImageU8:
    """The crop with places that raise suspicion tinted red, strongest first; RGB ``(S, S, 3) uint8``."""
    heat = heat_on_crop(exhibit)
    assert heat is not None
    positive = np.clip(heat, 0.0, None)
    peak = FULL_PLACES if exhibit.heat_kind is HeatKind.PLACES else float(positive.max())
    alpha = 0.7 * np.clip(positive / peak if peak > 0 else positive, 0.0, 1.0)[..., None]
    tinted = exhibit.crop * (1 - alpha) + np.array([235.0, 30.0, 30.0]) * alpha
    return np.asarray(tinted.round(), dtype=np.uint8)


def heat_topic(kind: HeatKind) -> Topic:
    """What explains heat maps of a kind."""
    return Topic.PLACES if kind is HeatKind.PLACES else Topic.HEAT_MAP


class Thumb(QWidget):
    """One frame in the strip; click or Enter opens it. The picture is made by ``draw``."""

    opened = Signal(object)

    def __init__(self, exhibit: Exhibit, single: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.exhibit = exhibit
        caption = exhibit_caption(exhibit, single=single)
        self._picture = QLabel()
        height, width, _ = exhibit.frame.shape
        self._picture.setFixedSize(QSize(width, height).scaled(THUMB, Qt.AspectRatioMode.KeepAspectRatio))
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(3)
        column.addWidget(self._picture)
        label = QLabel(caption)
        label.setTextFormat(Qt.TextFormat.PlainText)
        column.addWidget(label)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Frame: {}").format(caption))
        self.setToolTip(self.tr("Click to enlarge"))

    def draw(self) -> None:
        """Make the picture; takes milliseconds, so a strip does one at a time."""
        self._picture.setPixmap(framed(self.exhibit, THUMB))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A frame around the picture that keys go to."""
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(self.palette().highlight().color(), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
            painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Open the large view."""
        self.opened.emit(self.exhibit)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Open the large view from the keyboard."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.opened.emit(self.exhibit)
        else:
            super().keyPressEvent(event)


class ExhibitStrip(QScrollArea):
    """All telling frames in a row; one that is chosen opens in large."""

    opened = Signal(int)
    """Its place in the row."""

    def __init__(self, exhibits: Sequence[Exhibit], *, single: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        inside = QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(0, 0, 0, 0)
        self._undrawn: list[Thumb] = []
        for i, exhibit in enumerate(exhibits):
            thumb = Thumb(exhibit, single)
            thumb.opened.connect(lambda chosen, i=i: self._open(chosen, i, single))
            row.addWidget(thumb, alignment=Qt.AlignmentFlag.AlignTop)
            self._undrawn.insert(0, thumb)
        row.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(inside.sizeHint().height() + self.horizontalScrollBar().sizeHint().height() + 2)
        self.setAccessibleName(self.tr("Telling frames"))
        self._drawer = QTimer(self)
        self._drawer.timeout.connect(self._draw_one)
        self._drawer.start(0)

    def _draw_one(self) -> None:
        if self._undrawn:
            self._undrawn.pop().draw()
        else:
            self._drawer.stop()

    def _open(self, exhibit: Exhibit, place: int, single: bool) -> None:
        ExhibitDialog(exhibit, single, self).open()
        self.opened.emit(place)


class ExhibitDialog(QDialog):
    """One frame in large, the face as the model saw it, and the heat map where there is one."""

    def __init__(self, exhibit: Exhibit, single: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(exhibit_caption(exhibit, single=single))
        grid = QGridLayout(self)
        self._add(grid, 0, framed(exhibit, LARGE), self.tr("Frame"), rows=4)
        pictures = [(exhibit.crop, self.tr("Face as the model saw it"))]
        if exhibit.heat is not None:
            pictures.append((heated(exhibit), self.tr("Heat map")))
        for i, (image, name) in enumerate(pictures):
            self._add(grid, 2 * i, sharp(to_pixmap(image), QSize(CROP, CROP)), name, column=1)
        if exhibit.heat is not None:
            grid.addWidget(text_label(explanation(heat_topic(exhibit.heat_kind))), 5, 0, 1, 2)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        grid.addWidget(buttons, 6, 0, 1, 2)

    @staticmethod
    def _add(grid: QGridLayout, row: int, picture: QPixmap, name: str, *, column: int = 0, rows: int = 1) -> None:
        label = QLabel()
        label.setPixmap(picture)
        label.setAccessibleName(name)
        grid.addWidget(label, row, column, rows, 1, Qt.AlignmentFlag.AlignTop)
        if column:
            grid.addWidget(QLabel(name), row + 1, column, Qt.AlignmentFlag.AlignTop)
