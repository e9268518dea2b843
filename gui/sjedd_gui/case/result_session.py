"""The results of a case on their way to the window, and to the files that the user wants written."""

from __future__ import annotations

import gc
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from sjedd_gui.case.case_file import CaseFile
from sjedd_gui.case.case_session import CaseSession
from sjedd_gui.case.exports import Exports, write_frame
from sjedd_gui.case.focus import Loaded
from sjedd_gui.case.plans import command_of
from sjedd_gui.views.queue import State
from sjedd_gui.work.serial import Serial
from sjedd_video.options import AnalysisOptions
from sjedd_video.types import FrameTime

if TYPE_CHECKING:
    from sjedd_video.casework import Casework

KEPT = 3
"""Results that stay in memory: coming back to one of them takes no time."""


class ResultSession(CaseSession):
    """Loads results and writes exports, both in the background."""

    loaded = Signal(object)
    """``focus.Loaded``: what ``load`` asked for."""
    load_failed = Signal(int, str, str)
    """Job, message, advice."""
    export_progressed = Signal(int, float)
    """Number of the export, and how much of it is done in [0, 1]."""
    report_written = Signal(object)
    """Path of the export: report, picture or clip."""
    report_failed = Signal(object, str, str)
    """Path of the export, message, advice."""
    export_cancelled = Signal(object)
    """Path of the export; nothing was written."""

    def __init__(
        self, options: AnalysisOptions, function: str, folder: Path | None = None, parent: QObject | None = None
    ) -> None:
        """Begin an empty case; ``function`` is what the process for exports is told to analyse with."""
        super().__init__(options, folder, parent)
        self._exports = Exports(function, self)
        self._exports.progressed.connect(self.export_progressed)
        self._exports.written.connect(self.report_written)
        self._exports.failed.connect(self.report_failed)
        self._exports.cancelled.connect(self.export_cancelled)
        self._reader = Serial("results", self)
        self._kept: dict[int, Loaded] = {}

    @property
    def exports(self) -> dict[int, Path]:
        """Number -> path of every export that is not finished."""
        return self._exports.targets

    def load(self, job: int) -> None:
        """Read the result of a finished file in the background; answers with ``loaded`` or ``load_failed``."""
        kept, item = self._kept.get(job), self.queue.find(job)
        if kept is not None:
            self.loaded.emit(kept)
        elif item is not None:
            failed = partial(self.load_failed.emit, job)
            self._serial.run(self._at_hand, lambda case: self._read_result(case, job, item.path), failed)

    def save(self, job: int, kind: str, target: Path) -> int:
        """Write the ``pdf``, ``json`` or ``csv`` report of a finished file in the background; number of the export.

        It has the notes, names and details of the case. What is at ``target`` is replaced: ask first.
        """
        item = self.queue.find(job)
        if item is None or item.state is not State.DONE:
            return 0
        command = command_of(item.path, item.options or self.options)
        request = {"type": "report", "item": job, "kind": kind, "target": os.fspath(target), "command": command}
        return self._export(target, request)

    def export_clip(self, job: int, start: float, end: float, target: Path) -> int:
        """Write the frames from ``start`` to ``end`` (seconds) as a clip in the background; its number.

        ``.mp4`` gives H.264 and AAC, ``.mkv`` FFV1 and FLAC without loss. The clip says in its metadata what it was
        cut from, and that it was encoded again. What is at ``target`` is replaced: ask first.
        """
        item = self.queue.find(job)
        if item is None:
            return 0
        request = {
            "type": "clip",
            "path": os.fspath(item.path),
            "start": start,
            "end": end,
            "target": os.fspath(target),
        }
        return self._export(target, request)

    def export_frame(self, job: int, image: QImage, time: FrameTime, target: Path) -> int:
        """Write a frame as PNG in the background, with its time stamp and file in the text of the PNG; its number."""
        item = self.queue.find(job)
        if item is None:
            return 0
        number, source = self._exports.announce(target), item.path
        ends = partial(self._exports.end_written, number), partial(self._exports.end_failed, number)
        self._reader.run(lambda: write_frame(image, target, time, source), lambda _: ends[0](), ends[1])
        return number

    def cancel_export(self, number: int) -> None:
        """Stop an export; nothing is left of it."""
        self._exports.cancel(number)

    def close(self) -> None:
        """Stop the exports, and leave the case; see ``CaseSession.close``."""
        self._exports.close()
        self._reader.close()
        super().close()

    def _abandon(self) -> None:
        self._kept = {}

    def _read_result(self, case: CaseFile, job: int, path: Path) -> None:
        work, kept, failed = case.work, self._kept, partial(self.load_failed.emit, job)
        self._reader.run(lambda: read_loaded(work, job, path), lambda loaded: self._loaded(loaded, kept), failed)

    def _loaded(self, loaded: Loaded, kept: dict[int, Loaded]) -> None:
        if kept is not self._kept or self.queue.find(loaded.job) is None:
            return  # the case was left, or the file was removed or is analysed again
        kept[loaded.job] = loaded
        while len(kept) > KEPT:
            old = [kept.pop(next(iter(kept)))]
            self._reader.run(partial(let_go, old))
        self.loaded.emit(loaded)

    def _export(self, target: Path, request: dict[str, Any]) -> int:
        """Hand an export on when all that was noted before is in the case."""
        number = self._exports.announce(target)
        self._serial.run(
            lambda: self._at_hand().path,
            lambda case: self._exports.submit(number, {**request, "case": os.fspath(case)}),
            partial(self._exports.end_failed, number),
        )
        return number


def let_go(results: list[Loaded]) -> None:
    """Throw results away bit by bit in a thread: all at once, a long one would stop the window meanwhile."""
    while results:
        faces = [score for person in results.pop().result.people for score in person.scores]
        while faces:
            faces.pop()


def read_loaded(work: Casework, job: int, path: Path) -> Loaded:
    """Read a result in a thread without making the window stutter.

    The collector of unreachable objects would go through all the new ones again and again while every other thread
    waits. There are no cycles among them, so it is kept away from them, now and later.
    """
    gc.disable()
    try:
        return Loaded(job, path, work.load(job))
    finally:
        gc.freeze()
        gc.enable()
