"""The case that is open: made, opened, saved, and left, without the window ever waiting for the disk."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from sjedd_gui.case import case_file
from sjedd_gui.case.case_file import CaseFile, Copied
from sjedd_gui.case.recovery import Recoverable, forget, recoverable
from sjedd_gui.case.remarks_session import RemarksSession
from sjedd_gui.case.stored import queue_item
from sjedd_gui.views.queue import AnalysisQueue, QueueItem
from sjedd_gui.work.serial import Serial
from sjedd_video.notes import CaseDetails, Remarks
from sjedd_video.options import AnalysisOptions
from sjedd_video.place import database_of
from sjedd_video.report.files import visible

__all__ = ["CaseSession", "Recoverable"]

LOADED_LATER = (
    "sjedd_video.casework", "sjedd_video.case_record", "sjedd_video.case_remarks", "sqlalchemy.dialects.sqlite",
    "numpy.ma",
)  # fmt: skip
"""What the window starts without and the first file needs; ``numpy.ma`` belongs to numpy's median."""

Opened = tuple[CaseFile, Copied | None, list[QueueItem], dict[int, Remarks], CaseDetails]


class CaseSession(RemarksSession):
    """Opens, keeps and saves the case. Everything is stored at once, by a thread of its own; errors come by signal.

    From the first file on, a case that has no name yet lives in the user's data folder.
    """

    queue_changed = Signal()
    """Items were added, replaced, moved or removed."""
    case_changed = Signal()
    """Another case is open, or the same one at another place: read ``case_path`` and ``case_name`` again."""
    case_told = Signal(str)
    """A sentence for the user about how the case was opened, e.g. as a copy, and why."""
    case_failed = Signal(str, str)
    """Message and advice: the case was not opened, saved, or a change could not be stored."""

    def __init__(self, options: AnalysisOptions, folder: Path | None = None, parent: QObject | None = None) -> None:
        """Begin an empty case; ``folder`` is where it lives without a name (default: the user's data folder)."""
        super().__init__(parent)
        self.options = options
        self.queue = AnalysisQueue()
        self.case_path: Path | None = None
        """The file that the user saved the case as; None while it has no name."""
        self._folder = folder or case_file.case_folder()
        self._serial = Serial("case", self)
        self._case: CaseFile | None = None  # belongs to the thread of ``_serial``
        self._busy = False

    @property
    def case_name(self) -> str:
        """Name of the case, safe to show; empty while it has none."""
        return "" if self.case_path is None else visible(self.case_path.stem)

    @property
    def case_is_empty(self) -> bool:
        """Whether nothing would be lost by leaving the case: it has no file in it."""
        return not self.queue.items

    @property
    def case_busy(self) -> bool:
        """Whether a case is being opened or saved under another name."""
        return self._busy

    def prepare(self) -> None:
        """Load what the first file would have to wait for; to be called once the window is on screen."""
        self._serial.run(lambda: [import_module(name) for name in LOADED_LATER])

    def new_case(self) -> None:
        """Leave the case and begin an empty one. What runs is stopped; in the left case it waits again.

        A left case without a name stays recoverable; see ``discard_case``.
        """
        self._leave(None, None)

    def discard_case(self) -> None:
        """Begin an empty case, and delete the one that is left if it has no name."""
        self._leave(None, None, discard=True)

    def open_case(self, path: Path) -> None:
        """Leave the case and open another: a case file, the folder of a scan, or its ``case.db``.

        What belongs to a scan, is in use, or cannot be written is opened as a copy (``case_told``) and stays as it is.
        Answers with ``case_changed`` or ``case_failed``; then the case that was open stays open.
        """
        self._busy = True
        self._serial.run(lambda: self._read(path), self._opened, self._not_opened)

    def save_case_as(self, path: Path) -> None:
        """Copy the case to ``path``, replacing what is there, and go on in the copy.

        Answers with ``case_changed`` or ``case_failed``; then the case stays where it was.
        """
        self._busy = True
        self._serial.run(lambda: self._copy_to(path), lambda _: self._saved(path), self._not_opened)

    def recoverable(self) -> list[Recoverable]:
        """Cases without a name that no window has open, the newest first. Open one with ``open_case``."""
        return recoverable(self._folder)

    def forget_recoverable(self, path: Path) -> None:
        """Delete a case that ``recoverable`` lists."""
        self._serial.run(lambda: forget(path, self._folder), None, self.case_failed.emit)

    def close(self) -> None:
        """Store what is left to store, and leave the case. One without a name stays recoverable, unless it is empty."""
        self._serial.run(self._close_case)  # the last thing that is done; a second call does nothing
        self._serial.close()

    def _store(self, change: Callable[[CaseFile], object]) -> None:
        """Let the thread change the case; what it cannot store is told."""
        self._serial.run(lambda: change(self._at_hand()), None, self.case_failed.emit)

    def _leave(self, case: CaseFile | None, path: Path | None, *, discard: bool = False) -> None:
        """Let go of the case and of what belongs to it, and turn to another one."""
        self._abandon()
        self._serial.run(lambda: self._switch(case, discard), None, self.case_failed.emit)
        self._forget()
        self.queue.fill([])
        self.case_path = path
        self.queue_changed.emit()  # also before another case is shown: it counts its files from 1 as well
        if case is None:
            self._show_case()

    def _abandon(self) -> None:
        """What runs belongs to a case that is being left."""

    def _show_case(self) -> None:
        self.queue_changed.emit()
        self.case_changed.emit()

    def _opened(self, opened: Opened | None) -> None:
        self._busy = False
        if opened is None:  # it is the one that is open
            self.case_changed.emit()
            return
        case, why, items, remarks, details = opened
        self._leave(case, None if case.unnamed else case.path)
        self.queue.fill(items)
        self._remarks, self._details = remarks, details
        self._next_note = 1 + max((note.number for found in remarks.values() for note in found.notes), default=0)
        self._show_case()
        if why is not None:
            self.case_told.emit(self._copy_words(why))

    def _not_opened(self, message: str, advice: str) -> None:
        self._busy = False
        self.case_failed.emit(message, advice)

    def _saved(self, path: Path) -> None:
        self._busy, self.case_path = False, path
        self.case_changed.emit()

    def _copy_words(self, why: Copied) -> str:
        reasons = {
            Copied.SCAN: self.tr("This case belongs to a scan."),
            Copied.RUNNING: self.tr("A scan is still working on this case; what it had finished is shown."),
            Copied.READ_ONLY: self.tr("This case or its folder cannot be written."),
            Copied.IN_USE: self.tr("This case is open in another window."),
        }
        copied = self.tr("It stays as it is: you are working on a copy. Save the copy under a name to keep your notes.")
        return f"{reasons[why]} {copied}"

    # What follows runs in the thread of the case.

    def _at_hand(self) -> CaseFile:
        if self._case is None:
            self._case = case_file.create(self._folder)
        return self._case

    def _read(self, path: Path) -> Opened | None:
        if self._case is not None and database_of(path).absolute() == self._case.path.absolute():
            return None
        case, why = case_file.open_case(path, self._folder)
        try:
            case.work.adopt()
            items = [queue_item(item) for item in case.work.items()]
            return case, why, items, case.remarks.all(), case.remarks.details()
        except BaseException:
            case.close(delete=why is not None)
            raise

    def _copy_to(self, path: Path) -> None:
        old = self._at_hand()
        if path.absolute() == old.path.absolute():
            return
        case_file.copy(old.path, path)
        self._switch(CaseFile(path, unnamed=False), discard=True)

    def _switch(self, case: CaseFile | None, discard: bool) -> None:
        old, self._case = self._case, case
        if old is not None:
            old.leave(self.options, discard=discard)

    def _close_case(self) -> None:
        self._switch(None, discard=False)
