"""Keeping time: which moment of the video is due now, at any speed and in both directions."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer, Signal

SPEEDS = (0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 4.0)
SHUTTLE = (1.0, 2.0, 4.0)
"""What every further press of J or L goes up to."""
TICK_MS = 8
LAG_S = 0.25
"""When the frames come later than this, the video plays slower instead of jumping."""


class Playback(QObject):
    """A clock of the video. Frames follow their time stamps, so that a variable rate plays as it was recorded."""

    due = Signal(float)
    """Seconds in the video of the moment that should be on screen now; comes again and again while playing."""
    changed = Signal()
    """It started, stopped, or runs at another speed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.speed = 1.0
        """Factor that the user chose, above 0."""
        self.rate = 0.0
        """Seconds of the video in a second now; negative backwards, 0 when it stands still."""
        self._moment, self._since = 0.0, 0.0
        self._timer = QTimer(self, interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    @property
    def running(self) -> bool:
        """Whether it plays, in whatever direction."""
        return self.rate != 0

    def start(self, seconds: float, rate: float | None = None) -> None:
        """Play from ``seconds`` on, at the chosen speed or at ``rate``."""
        self.rate = self.speed if rate is None else rate
        self._moment, self._since = seconds, time.monotonic()
        self._timer.start()
        self.changed.emit()

    def stop(self) -> None:
        """Stand still."""
        self._timer.stop()
        if self.running:
            self.rate = 0.0
            self.changed.emit()

    def set_speed(self, speed: float) -> None:
        """Choose another speed; a running video goes on with it."""
        self.speed = speed
        if self.running:
            self.start(self._now(), speed if self.rate > 0 else -speed)

    def shuttle(self, seconds: float, direction: int) -> None:
        """Play in ``direction`` (1 or -1), faster with every call in the same direction."""
        faster = [rate for rate in SHUTTLE if rate > abs(self.rate)]
        same = self.running and (self.rate > 0) == (direction > 0)
        rate = (faster[0] if faster else SHUTTLE[-1]) if same else self.speed
        self.start(seconds, direction * rate)

    def shown(self, seconds: float) -> None:
        """The frame of this moment is on screen; wait for it if it is late."""
        if self.running and abs(self._now() - seconds) > LAG_S * max(abs(self.rate), 1.0):
            self._moment, self._since = seconds, time.monotonic()

    def _now(self) -> float:
        return self._moment + (time.monotonic() - self._since) * self.rate

    def _tick(self) -> None:
        self.due.emit(self._now())
