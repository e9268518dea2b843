"""The frame on screen with all that belongs to it: boxes, aligned face, heat map, zoom."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from sjedd_gui.case.focus import Focus, Loaded
from sjedd_gui.player.media import Media
from sjedd_gui.player.navigator import Navigator
from sjedd_gui.player.overlay import Mark, Overlay
from sjedd_gui.player.source import Picture
from sjedd_gui.widgets.face_pane import FacePane
from sjedd_gui.widgets.marks import Drawn, draw_marks, mark_label
from sjedd_gui.widgets.theme import text_label
from sjedd_gui.widgets.video_view import VideoView
from sjedd_video.types import Crop, FileEvidence, FrameTime, ImageU8

SETTLE_MS = 120
"""A frame that stays this long is looked at: its face is aligned, and its picture fitted to the zoom."""

FACES_SHARE, MOST_FACES = 0.22, 260
"""Width of the aligned face and the heat map: share of the whole, and at most so many pixels."""


class PlayerStage(QWidget):
    """Shows what its navigator brings."""

    no_face = Signal()
    """There is no face to zoom into."""

    def __init__(self, focus: Focus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._focus = focus
        self._loaded: Loaded | None = None
        self.overlay: Overlay | None = None
        self.boxes = self.earlier = True
        """Whether boxes are shown, and whether those of the last sampled frame are."""
        self._follow = 0
        self._aligned: tuple[int, Mark] | None = None
        self._split_chosen = False
        self.view, self.faces, self.notice = VideoView(), FacePane(), text_label()
        self.navigator = Navigator(self.view.wanted_size, self)
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._settled)
        self._lay_out()
        self.navigator.opened.connect(self._opened)
        self.navigator.showed.connect(self._showed)
        self.navigator.source.crop.connect(self._crop_came)
        self.navigator.playback.changed.connect(self._rate_changed)
        focus.person_changed.connect(self._person_changed)
        self.view.person_clicked.connect(focus.choose)
        self.view.face_wanted.connect(self._double_clicked)
        self.view.view_changed.connect(self._unsettle)
        self.view.moved_by_hand.connect(self._stop_following)

    @property
    def time(self) -> FrameTime | None:
        """Time of the frame on screen."""
        media, shown = self.navigator.media, self.navigator.shown
        return None if media is None or shown is None else media.time(shown)

    def set_result(self, loaded: Loaded | None) -> None:
        """Draw the faces of another result from now on."""
        self._loaded, self.overlay = loaded, None if loaded is None else loaded.overlay
        self._aligned = None
        self.show_marks()
        self._unsettle()

    def clear(self) -> None:
        """Show nothing."""
        self._settle.stop()
        self._aligned, self._follow = None, 0
        self.navigator.close()
        self.view.start((1, 1))
        self.faces.show_words("")
        self.notice.hide()

    def picture(self, *, marked: bool) -> QImage | None:
        """The shown frame at full resolution, with the boxes on screen or without; None when none is shown."""
        media, image = self.navigator.media, self.view.image
        if media is None or image is None:
            return None
        marks = self.view.marks  # those of this frame, whatever comes while the picture is fetched
        whole = (image.width(), image.height()) == media.full
        image = image.copy() if whole else self.navigator.full_image()
        if image is not None and marked:
            painter = QPainter(image)
            font = painter.font()
            font.setPixelSize(max(12, image.height() // 45))
            painter.setFont(font)
            line, area = max(2.0, image.height() / 450), QRectF(image.rect())
            draw_marks(painter, marks, lambda rect: rect, area, chosen=self.view.chosen, line=line)
            painter.end()
        return image

    def show_marks(self) -> None:
        """Show the boxes that belong to the frame on screen."""
        time = self.time
        self.view.show_marks([] if time is None else self._marks(time), self._focus.person)
        self._describe()

    def show_faces(self, shown: bool) -> None:
        """Show or hide the aligned face and the heat map."""
        self.faces.setVisible(shown)
        self._unsettle()

    def zoom_to_face(self, person: int) -> None:
        """Show the face of a person (0: of somebody in the picture) and follow it."""
        time, overlay = self.time, self.overlay
        if overlay is None or time is None:
            return
        seen = [drawn.mark.track for drawn in self.view.marks]
        track = person or next(iter([*seen, *overlay.tracks]), 0)
        place = overlay.face_place(time.seconds, track)
        if place is None:
            self.no_face.emit()
            return
        self.view.show_place(place, enlarge=True)
        self._follow = track

    def show_whole(self) -> None:
        """Show the whole frame."""
        self._stop_following()
        self.view.show_whole()

    def _lay_out(self) -> None:
        self._split = split = QSplitter()
        split.addWidget(self.view)
        split.addWidget(self.faces)
        split.setChildrenCollapsible(False)
        split.splitterMoved.connect(self._keep_split)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.notice)
        column.addWidget(split, 1)
        self.notice.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave most of the width to the picture, until the user divides it otherwise."""
        super().resizeEvent(event)
        if not self._split_chosen:
            faces = min(round(self.width() * FACES_SHARE), MOST_FACES)
            self._split.setSizes([self.width() - faces, faces])

    def _keep_split(self) -> None:
        self._split_chosen = True

    def _opened(self, media: Media) -> None:
        self._stop_following()
        self.view.start(media.full)
        assert self._loaded is not None
        self.notice.setText(
            self.tr("This file was changed after its analysis: boxes and scores may not belong to what is shown.")
        )
        self.notice.setVisible(not _unchanged(media, self._loaded.result.evidence))

    def _showed(self, picture: Picture) -> None:
        time = self.time
        assert time is not None
        words = "" if picture.image is not None else self.tr("This frame is damaged and cannot be shown.")
        if self._follow and self.overlay is not None:
            place = self.overlay.face_place(time.seconds, self._follow)
            if place is not None:
                self.view.show_place(place, enlarge=False)
        self.view.show_frame(picture.image, self._marks(time), words)
        if self._focus.shown != time:
            self._focus.frame_shown(time)
        if not self.navigator.playback.running:
            self._describe()
            self._unsettle()

    def _marks(self, time: FrameTime) -> list[Drawn]:
        """The boxes that belong to a frame, or the dotted ones of the sampled frame before it."""
        if self.overlay is None or not self.boxes:
            return []
        if self.overlay.sampled(time):
            return [Drawn(mark, own=True) for mark in self.overlay.at(time)]
        return [Drawn(mark, own=False) for mark in self.overlay.before(time)] if self.earlier else []

    def _describe(self) -> None:
        """Say in words what is to be seen, for those who do not see it."""
        text = "; ".join(mark_label(drawn) for drawn in self.view.marks) or self.tr("No box in this frame.")
        if text != self.view.accessibleDescription():
            self.view.setAccessibleDescription(text)

    def _unsettle(self) -> None:
        if self.navigator.shown is not None:
            self._settle.start()

    def _settled(self) -> None:
        """The frame stays: show it as sharp as the view can, and align its face."""
        go, image = self.navigator, self.view.image
        if go.shown is None or go.playback.running or go.source.busy:
            return
        if image is not None and (image.width(), image.height()) != self.view.wanted_size():
            go.refresh()
        self._align(go.shown)

    def _align(self, position: int) -> None:
        time = self.time
        if self._loaded is None or self.overlay is None or time is None or not self.faces.isVisibleTo(self):
            return
        mark = self.faces.choose(self.overlay, time, self._focus.person)
        previous, self._aligned = self._aligned, None if mark is None else (position, mark)
        if mark is not None and previous != self._aligned:
            model = self._loaded.result.model
            crop = Crop(model.crop_scale, model.crop_size, model.crop_down)
            self.navigator.source.request_crop(position, mark.score.observation.detection.landmarks, crop)

    def _crop_came(self, position: int, crop: ImageU8 | None) -> None:
        if self._aligned is not None and self._aligned[0] == position and self.overlay is not None:
            self.faces.show_face(self.overlay, self._aligned[1], crop)

    def _rate_changed(self) -> None:
        if self.navigator.playback.running:
            self._aligned = None
            self.faces.show_words(self.tr("Pause at an examined frame to see its face."))
        else:
            self._describe()
            self._unsettle()

    def _person_changed(self, person: int) -> None:
        if self._follow and person:
            self.zoom_to_face(person)
        self.show_marks()
        self._unsettle()

    def _double_clicked(self, track: int) -> None:
        if track:
            self._focus.choose(track)
            self.zoom_to_face(track)
        elif self.view.zoom > 1:
            self.show_whole()
        else:
            self.zoom_to_face(self._focus.person)

    def _stop_following(self) -> None:
        self._follow = 0


def _unchanged(media: Media, evidence: FileEvidence) -> bool:
    """Whether size and time of the file are those that the analysis noted."""
    try:
        modified = datetime.fromtimestamp(media.modified, UTC).isoformat(timespec="microseconds")
    except (OverflowError, ValueError, OSError):
        modified = evidence.modified
    return not evidence.modified or (media.size, modified) == (evidence.size, evidence.modified)
