"""Asks where an export goes, and hands it to the session, which writes it in the background."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from sjedd_gui.case.focus import Focus
from sjedd_gui.case.session import Session
from sjedd_gui.widgets.notice import NoticeBar
from sjedd_gui.widgets.player import PlayerPanel
from sjedd_video.explain import time_code
from sjedd_video.report.files import visible

REPORTS = {"pdf": "PDF (*.pdf)", "json": "JSON (*.json)", "csv": "CSV (*.csv)"}
CLIP_MARGIN_S = 1.0
"""What a clip of a flagged stretch shows before and after it."""


class Exporting(QObject):
    """Exports of the finding that is shown."""

    told = Signal(str)
    """A sentence for the status line."""

    def __init__(self, window: QWidget, session: Session, focus: Focus, player: PlayerPanel, notice: NoticeBar) -> None:
        super().__init__(window)
        self._window, self._session, self._focus, self._player = window, session, focus, player
        self._notice = notice
        session.export_progressed.connect(self._progressed)

    def report(self, kind: str) -> None:
        """Ask where to save a report of the shown finding, and write it."""
        loaded = self._focus.loaded
        if loaded is None:
            return
        target = self._ask(self.tr("Save the report"), f"{loaded.path.stem}-report.{kind}", REPORTS[kind])
        if target is not None:
            self._session.save(loaded.job, kind, target)
            self._tell(target)

    def frame(self, *, marked: bool) -> None:
        """Ask where to save the shown frame, with or without boxes, and write it as PNG."""
        loaded, time = self._focus.loaded, self._focus.shown
        picture = self._player.picture(marked=marked)
        if loaded is None or time is None or picture is None:
            return
        proposed = f"{loaded.path.stem}-{time_code(time.seconds).replace(':', '.')}.png"
        target = self._ask(self.tr("Save the frame"), proposed, "PNG (*.png)")
        if target is not None:
            self._session.export_frame(loaded.job, picture, time, target)
            self._tell(target)

    def clip(self) -> None:
        """Ask where to save a clip of the flagged stretch at, or nearest to, the shown frame, and write it."""
        loaded, stretch = self._focus.loaded, self.stretch()
        if loaded is None or stretch is None:
            return
        start, end = stretch
        times = f"{time_code(start)}-{time_code(end)}".replace(":", ".")
        kinds = self.tr("MP4, for showing (*.mp4);;Matroska without loss, for examining (*.mkv)")
        target = self._ask(self.tr("Save a clip"), f"{loaded.path.stem}-{times}.mp4", kinds)
        if target is not None:
            number = self._session.export_clip(loaded.job, start, end, target)
            text = self.tr("Writing {} …").format(visible(target.name))
            self._notice.tell(text, (self.tr("Stop"), lambda: self._session.cancel_export(number)))

    def stretch(self) -> tuple[float, float] | None:
        """Seconds of the flagged stretch at, or nearest to, the shown frame, with some time around it."""
        loaded = self._focus.loaded
        if loaded is None:
            return None
        spans = [span for person in loaded.result.people for span in person.spans
                 if self._focus.person in {0, person.track}]  # fmt: skip
        here = 0.0 if self._focus.shown is None else self._focus.shown.seconds
        nearest = min(spans, key=lambda s: max(s.start.seconds - here, here - s.end.seconds, 0.0), default=None)
        if nearest is None:
            return None
        return max(nearest.start.seconds - CLIP_MARGIN_S, 0.0), nearest.end.seconds + CLIP_MARGIN_S

    def _ask(self, title: str, proposed: str, kinds: str) -> Path | None:
        loaded = self._focus.loaded
        folder = Path() if loaded is None else loaded.path.parent
        name, chosen = QFileDialog.getSaveFileName(self._window, title, str(folder / proposed), kinds)
        if not name:
            return None
        target = Path(name)
        if target.suffix:
            return target
        return target.with_suffix(Path(proposed).suffix if "*" not in chosen else chosen[chosen.index("*") + 1 : -1])

    def _progressed(self, number: int, share: float) -> None:
        target = self._session.exports.get(number)
        if target is not None:
            self.told.emit(self.tr("Writing {} … {} %").format(visible(target.name), f"{100 * share:.0f}"))

    def _tell(self, target: Path) -> None:
        self.told.emit(self.tr("Writing {} …").format(visible(target.name)))
