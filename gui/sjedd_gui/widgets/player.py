"""The player: exact frames of the chosen file, with the faces that were found in them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable

from PySide6.QtCore import QPointF, QTimer, Signal
from PySide6.QtGui import QAction, QImage
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from sjedd_gui.case.focus import Focus, Loaded
from sjedd_gui.player.source import Picture
from sjedd_gui.widgets.player_actions import PlayerActions
from sjedd_gui.widgets.player_controls import PlayerControls
from sjedd_gui.widgets.player_page import PlayerPage
from sjedd_gui.widgets.player_stage import PlayerStage
from sjedd_gui.widgets.video_view import STEP

BUSY_MS = 400
"""A search that takes longer is mentioned."""
PAN_PX = 60.0


class PlayerPanel(QWidget):
    """Shows what ``Focus`` holds. ``close_media`` must be called before the window goes."""

    full_screen_requested = Signal(bool)
    """The user wants to enter or leave full screen."""

    def __init__(self, focus: Focus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._focus = focus
        self._loaded: Loaded | None = None
        self.stage = PlayerStage(focus)
        self.view, self.navigator = self.stage.view, self.stage.navigator
        self.commands = PlayerActions(self, self._slots())
        self.controls, self.page = PlayerControls(self.commands), PlayerPage()
        self._busy = QTimer(self, singleShot=True, interval=BUSY_MS)
        self._busy.timeout.connect(lambda: self.view.show_busy(self.tr("Searching the frame …")))
        self._lay_out()
        self._connect()
        self._show_loaded(focus.loaded)

    def actions_for_menu(self) -> list[QAction]:
        """All commands, for a menu."""
        return list(self.commands.all.values())

    def picture(self, *, marked: bool) -> QImage | None:
        """The shown frame at full resolution, with the boxes on screen (``marked``) or without; None for none."""
        return self.stage.picture(marked=marked)

    def close_media(self) -> None:
        """End the process that decodes, and wait for it."""
        self._busy.stop()
        self.stage.clear()
        self.controls.open(None)

    def _slots(self) -> dict[str, Callable[[], object]]:
        """What every command does."""
        go, view, stage = self.navigator, self.view, self.stage
        return {
            "play": go.play_or_pause,
            "forward": lambda: go.shuttle(1),
            "backward": lambda: go.shuttle(-1),
            "next": lambda: go.step(1),
            "previous": lambda: go.step(-1),
            "next-ten": lambda: go.step(10),
            "previous-ten": lambda: go.step(-10),
            "next-span": lambda: self._go_to("span", 1),
            "previous-span": lambda: self._go_to("span", -1),
            "next-sample": lambda: self._go_to("sample", 1),
            "previous-sample": lambda: self._go_to("sample", -1),
            "first": lambda: go.jump(0),
            "last": lambda: go.jump(len(go.media or ()) - 1),
            "go-to": self._ask_for_time,
            "face": lambda: stage.zoom_to_face(self._focus.person),
            "whole": stage.show_whole,
            "zoom-in": lambda: view.zoom_by(STEP),
            "zoom-out": lambda: view.zoom_by(1 / STEP),
            "pan-left": lambda: view.pan_by(QPointF(PAN_PX, 0)),
            "pan-right": lambda: view.pan_by(QPointF(-PAN_PX, 0)),
            "pan-up": lambda: view.pan_by(QPointF(0, PAN_PX)),
            "pan-down": lambda: view.pan_by(QPointF(0, -PAN_PX)),
            "boxes": self._choose_boxes,
            "earlier": self._choose_boxes,
            "faces": lambda: stage.show_faces(self.commands["faces"].isChecked()),
            "full-screen": lambda: self.full_screen_requested.emit(not self.window().isFullScreen()),
            "leave-full-screen": self._escape,
        }

    def _lay_out(self) -> None:
        video = QWidget()
        column = QVBoxLayout(video)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stage, 1)
        column.addWidget(self.controls)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.page)
        self.pages.addWidget(video)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(4, 4, 4, 4)
        outer.addWidget(self.pages)
        self.setFocusProxy(self.view)
        self.setAccessibleName(self.tr("Player"))

    def _connect(self) -> None:
        go, controls = self.navigator, self.controls
        self._focus.loaded_changed.connect(self._show_loaded)
        self._focus.seek_requested.connect(go.seek)
        go.opened.connect(controls.open)
        go.showed.connect(self._showed)
        go.asked.connect(self._asked)
        go.failed.connect(self._failed)
        go.playback.changed.connect(lambda: controls.show_rate(go.playback.rate))
        controls.position_wanted.connect(go.jump)
        controls.seconds_wanted.connect(self._time_entered)
        controls.speed_wanted.connect(go.playback.set_speed)
        self.stage.no_face.connect(lambda: controls.tell(self.tr("There is no face to zoom into.")))
        self.page.retried.connect(self._open)

    def _show_loaded(self, loaded: Loaded | None) -> None:
        same = loaded is not None and self._loaded is not None and loaded.path == self._loaded.path
        self._loaded = loaded
        self.stage.set_result(loaded)
        time = self.stage.time
        if loaded is None:
            self.close_media()
            self.page.show_empty()
            self.pages.setCurrentIndex(0)
        elif same and time is not None:
            self._focus.frame_shown(time)
        else:
            self._open()

    def _open(self) -> None:
        if self._loaded is not None:
            self.close_media()
            self.pages.setCurrentIndex(1)
            self._busy.start()
            self.navigator.open(self._loaded.path)

    def _failed(self, message: str, advice: str, details: str) -> None:
        self.close_media()
        self.page.show_failure(message, advice, details)
        self.pages.setCurrentIndex(0)

    def _asked(self, position: int) -> None:
        self.controls.show_wanted(position)
        if not self.navigator.playback.running:
            self.controls.tell("")
        if not self._busy.isActive():
            self._busy.start()

    def _showed(self, picture: Picture) -> None:
        self.controls.show_place(picture.position)
        if not self.navigator.source.busy:
            self._busy.stop()

    def _go_to(self, kind: str, direction: int) -> None:
        """Go to the frame where the next or previous span begins, or to the next or previous sampled frame."""
        media, overlay = self.navigator.media, self.stage.overlay
        if media is None or overlay is None:
            return
        moments = overlay.span_starts if kind == "span" else overlay.sample_times
        here, now = self.navigator.wanted, self.navigator.seconds
        ahead = moments[bisect_right(moments, now) :] if direction > 0 else moments[: bisect_left(moments, now)][::-1]
        place = next((place for place in map(media.position_at, ahead) if (place - here) * direction > 0), None)
        if place is not None:
            self.navigator.jump(place)
            return
        words = {
            ("span", 1): self.tr("No flagged span begins after this frame."),
            ("span", -1): self.tr("No flagged span begins before this frame."),
            ("sample", 1): self.tr("No frame after this one was examined."),
            ("sample", -1): self.tr("No frame before this one was examined."),
        }
        self.controls.tell(words[kind, direction])

    def _choose_boxes(self) -> None:
        self.stage.boxes = self.commands["boxes"].isChecked()
        self.stage.earlier = self.commands["earlier"].isChecked()
        self.stage.show_marks()

    def _ask_for_time(self) -> None:
        self.controls.ask_for_time()

    def _time_entered(self, seconds: float) -> None:
        self.navigator.seek(seconds)
        self.view.setFocus()

    def _escape(self) -> None:
        if self.controls.field.hasFocus():
            self.view.setFocus()
        elif self.window().isFullScreen():
            self.full_screen_requested.emit(False)
