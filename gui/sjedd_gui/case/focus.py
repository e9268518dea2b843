"""What all panels look at together: the chosen result, the frame on screen, and the chosen person."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from sjedd_gui.player.overlay import Overlay
from sjedd_video.types import AnalysisResult, FrameTime


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """A finished file of the queue with its result, and what is drawn of it over the picture."""

    job: int
    path: Path
    result: AnalysisResult
    overlay: Overlay = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "overlay", Overlay(self.result))


class Focus(QObject):
    """Shared by the player, the timeline, the findings and the notes; none of them knows another.

    Times are seconds since pts 0 of the stream (``FrameTime.seconds``). Track 0 stands for nobody.
    """

    loaded_changed = Signal(object)
    """``Loaded``, or None when there is nothing to show."""
    seek_requested = Signal(float)
    """Somebody wants to see the frame that is on screen at this time."""
    shown_changed = Signal(object)
    """``FrameTime`` of the frame that the player shows now."""
    person_changed = Signal(int)
    """Chosen track, or 0."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.loaded: Loaded | None = None
        self.shown: FrameTime | None = None
        self.person = 0

    def show(self, loaded: Loaded | None) -> None:
        """Let all panels show another result; nobody is chosen, and no frame is shown yet."""
        self.loaded, self.shown, self.person = loaded, None, 0
        self.loaded_changed.emit(loaded)
        self.person_changed.emit(0)

    def seek(self, seconds: float) -> None:
        """Ask the player for the frame that is on screen at ``seconds``."""
        self.seek_requested.emit(seconds)

    def frame_shown(self, time: FrameTime) -> None:
        """The player shows another frame now."""
        self.shown = time
        self.shown_changed.emit(time)

    def choose(self, person: int) -> None:
        """Choose a person, or 0 for nobody."""
        if person != self.person:
            self.person = person
            self.person_changed.emit(person)
