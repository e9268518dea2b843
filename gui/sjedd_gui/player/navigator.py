"""Moving about in a video: stepping, seeking, playing. Joins the frame source and the clock; knows no widgets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal
from PySide6.QtGui import QImage

from sjedd_gui.player.media import Media
from sjedd_gui.player.playback import Playback
from sjedd_gui.player.source import FrameSource, Picture

MOST_WAITING = 4
"""Single steps that may wait for their frame: a key that is held shows every frame, and stops when it is let go."""

PATIENCE_MS = 5_000
"""Longest wait for a picture that is to be saved."""


class Navigator(QObject):
    """Decides which frame comes next. ``wanted`` is the position last asked for, ``shown`` the one on screen."""

    opened = Signal(object)
    """``Media``; its first frame, or the one asked for before, follows."""
    showed = Signal(object)
    """``Picture``."""
    asked = Signal(int)
    """Position that was asked for."""
    failed = Signal(str, str, str)
    """Message, advice, details; nothing is open any more."""

    def __init__(self, size: Callable[[], tuple[int, int]], parent: QObject | None = None) -> None:
        """Make a navigator of no file.

        Args:
            size: Gives the width and height in pixels that a picture should have.
            parent: Owner.
        """
        super().__init__(parent)
        self._size = size
        self.shown: int | None = None
        self.wanted = 0
        self._steps = 0
        self._begin: float | None = None
        self.source = FrameSource(self)
        self.source.opened.connect(self._opened)
        self.source.frame.connect(self._arrived)
        self.source.failed.connect(self._failed)
        self.playback = Playback(self)
        self.playback.due.connect(self._due)

    @property
    def media(self) -> Media | None:
        """The open file."""
        return self.source.media

    @property
    def seconds(self) -> float:
        """Time of the frame asked for last."""
        return 0.0 if self.media is None else self.media.time(self.wanted).seconds

    def open(self, path: Path) -> None:
        """Open a file at its beginning, or where ``seek`` says until then."""
        self.close()
        self.source.open(path)

    def close(self) -> None:
        """Close the file; nothing is left running."""
        self.playback.stop()
        self.source.close()
        self.shown, self.wanted, self._steps, self._begin = None, 0, 0, None

    def go(self, position: int, direction: int = 0) -> None:
        """Show the frame at ``position``, or the nearest there is; ``direction`` tells which neighbour may follow."""
        if self.media is not None:
            self.wanted = min(max(position, 0), len(self.media) - 1)
            self.asked.emit(self.wanted)
            self.source.request(self.wanted, self._size(), direction)

    def jump(self, position: int) -> None:
        """The same at the wish of the user: playing goes on from there."""
        self._steps = 0
        self.go(position)
        if self.playback.running:
            self.playback.start(self.seconds, self.playback.rate)

    def seek(self, seconds: float) -> None:
        """Show the frame that is on screen at ``seconds``; before the file is open, as soon as it is."""
        if self.media is None:
            self._begin = seconds
        else:
            self.jump(self.media.position_at(seconds))

    def refresh(self) -> None:
        """Ask for the same frame once more, for another size."""
        self.go(self.wanted)

    def step(self, count: int) -> None:
        """Stop, and go ``count`` frames on or back. Single steps show every frame on their way."""
        self.playback.stop()
        if abs(count) == 1 and self.source.busy:
            self._steps = min(max(self._steps + count, -MOST_WAITING), MOST_WAITING)
        else:
            self._steps = 0
            self.go(self.wanted + count, 1 if count > 0 else -1)

    def play_or_pause(self) -> None:
        """Play from here, or from the beginning when this is the end; or stand still."""
        if self.playback.running:
            self.playback.stop()
        elif self.media is not None and not self.media.still:
            at_end = self.wanted == len(self.media) - 1
            self._steps = 0
            self.playback.start(self.media.start_s if at_end else self.seconds)

    def shuttle(self, direction: int) -> None:
        """Play in a direction, faster each time."""
        if self.media is not None and not self.media.still:
            self._steps = 0
            self.playback.shuttle(self.seconds, direction)

    def full_image(self) -> QImage | None:
        """The shown frame at full resolution; painting and timers go on until it is there. None for no such frame."""
        loop, found = QEventLoop(), list[Picture]()

        def take(picture: Picture) -> None:
            found.append(picture)
            loop.quit()

        if self.shown is None:
            return None
        self.source.full.connect(take)
        self.source.failed.connect(loop.quit)
        self.source.request_full(self.shown)
        QTimer.singleShot(PATIENCE_MS, loop, loop.quit)
        loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        self.source.full.disconnect(take)
        self.source.failed.disconnect(loop.quit)
        return found[0].image if found else None

    def _opened(self, media: Media) -> None:
        self.opened.emit(media)
        begin, self._begin = self._begin, None
        self.go(0 if begin is None else media.position_at(begin))

    def _arrived(self, picture: Picture) -> None:
        assert self.media is not None
        self.shown = picture.position
        self.playback.shown(self.media.time(picture.position).seconds)
        self.showed.emit(picture)
        if self._steps and not self.source.busy:
            sign = 1 if self._steps > 0 else -1
            self._steps -= sign
            self.go(self.wanted + sign, sign)

    def _due(self, seconds: float) -> None:
        media, rate = self.media, self.playback.rate
        if media is None or self.source.busy:
            return
        if not media.start_s <= seconds < media.end_s:
            self.playback.stop()
        position = media.position_at(seconds)
        if position != self.wanted:
            self.go(position, 1 if rate > 0 else -1)

    def _failed(self, message: str, advice: str, details: str) -> None:
        self.playback.stop()
        self.shown, self._steps = None, 0
        self.failed.emit(message, advice, details)
