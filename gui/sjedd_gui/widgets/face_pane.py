"""Beside the picture: the face as the model saw it, and its heat map."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from sjedd_gui.player.overlay import Mark, Overlay
from sjedd_gui.player.timecode import exact_time_code
from sjedd_gui.widgets.exhibits import heat_topic, heated
from sjedd_gui.widgets.how_to_read import explanation
from sjedd_gui.widgets.theme import text_label
from sjedd_video.types import FrameTime, ImageU8

LEAST, USUAL = 72, 200
SPACE, GAP, MARGIN = 4, 12, 8
"""Pixels between the parts of a picture, between the pictures, and beside them."""


class FacePicture(QWidget):
    """A square picture under a title, with words below it; or only the words, where there is no picture."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        self.title = text_label(title, bold=True)
        column.addWidget(self.title)
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.picture.setAccessibleName(title)
        column.addWidget(self.picture)
        self.words = text_label(size=0.9)
        column.addWidget(self.words)
        self.show_words("")

    def show_words(self, words: str) -> None:
        """Say why there is no picture."""
        self._show(None, words)

    def show_image(self, image: QImage, words: str) -> None:
        """Show a picture and what it is."""
        self._show(image, words)

    @property
    def has_picture(self) -> bool:
        """Whether there is more than words."""
        return self._image is not None

    def _show(self, image: QImage | None, words: str) -> None:
        self._image = image
        self.words.setText(words)
        self.picture.setAccessibleDescription(words)
        self.picture.setVisible(image is not None)
        self.setVisible(bool(words))
        self.fit(self.picture.height())

    def words_height(self, width: int) -> int:
        """Height that title and words take in this width."""
        if self.isHidden():
            return 0
        return sum(label.heightForWidth(width) + SPACE for label in (self.title, self.words))

    def fit(self, side: int) -> None:
        """Make the picture this high."""
        self.picture.setFixedHeight(side)
        if self._image is None:
            return
        ratio = self.devicePixelRatioF()
        size = QSize(round(side * ratio), round(side * ratio))
        pixmap = QPixmap.fromImage(self._image).scaled(
            size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        pixmap.setDevicePixelRatio(ratio)
        self.picture.setPixmap(pixmap)


class FacePane(QScrollArea):
    """The aligned crop and its heat map; scrolls where the window is small."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.crop = FacePicture(self.tr("Aligned face"))
        self.heat = FacePicture(self.tr("Heat map"))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(MARGIN, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.crop)
        column.addWidget(self.heat)
        column.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(LEAST + 24)
        self.setAccessibleName(self.tr("Aligned face and heat map"))

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for two faces."""
        return QSize(USUAL + 16, 2 * USUAL)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit both pictures into the new size."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Fit both pictures into the width, and into the height that their words leave."""
        width = self.viewport().width() - MARGIN
        words = self.crop.words_height(width) + self.heat.words_height(width)
        side = max(min(width, (self.viewport().height() - words - GAP) // 2), LEAST)
        for picture in (self.crop, self.heat):
            picture.fit(side)

    def show_words(self, words: str) -> None:
        """Say why there is neither."""
        self.crop.show_words(words)
        self.heat.show_words("")
        self._fit()

    def choose(self, overlay: Overlay, time: FrameTime, person: int) -> Mark | None:
        """The face to be shown beside the frame of ``time``: that of ``person``, or for 0 the most suspicious one.

        Returns:
            None where there is none; the pane then says why.
        """
        marks = [mark for mark in overlay.at(time) if person in {0, mark.track}]
        if marks:
            return max(marks, key=lambda mark: -1.0 if mark.value is None else mark.value)
        if overlay.sampled(time):
            words = self.tr("No face of person {} was found in this frame.").format(person)
            self.show_words(words if person else self.tr("No face was found in this frame."))
            return None
        words = self.tr("This frame was not examined, so no face was aligned in it.")
        nearest = overlay.nearest(time, person)
        if nearest is not None:
            there = self.tr("The nearest examined frame with a face is at {}.")
            words += "\n" + there.format(exact_time_code(nearest.seconds))
        self.show_words(words)
        return None

    def show_face(self, overlay: Overlay, mark: Mark, crop: ImageU8 | None) -> None:
        """Show a face, RGB ``(S, S, 3) uint8``, and its heat map if the analysis kept one."""
        if crop is None:
            self.show_words(self.tr("This frame is damaged."))
            return
        words = self.tr("Person {track} at {time}")
        words = words.format(track=mark.track, time=exact_time_code(mark.time.seconds))
        self.crop.show_image(_image(crop), words)
        exhibit = overlay.exhibit(mark)
        if exhibit is not None and exhibit.heat is not None:
            self.heat.show_image(_image(heated(exhibit)), explanation(heat_topic(exhibit.heat_kind)))
        else:
            self.heat.show_words(self.tr("No heat map of this face: they are made for the most telling frames only."))
        self._fit()


def _image(pixels: ImageU8) -> QImage:
    """A picture of its own memory from RGB ``(H, W, 3) uint8``."""
    height, width, _ = pixels.shape
    return QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()
