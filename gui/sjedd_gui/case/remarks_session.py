"""The examiner's notes, names and particulars of the open case, as the window has them in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from sjedd_gui.case.case_file import CaseFile
from sjedd_video.notes import CaseDetails, Note, Remarks, in_order
from sjedd_video.types import FrameTime

EMPTY = Remarks()


class RemarksSession(QObject):
    """Every change is stored at once."""

    notes_changed = Signal(int)
    """Job whose notes, names of people or details changed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._forget()

    def remarks(self, job: int) -> Remarks:
        """All that the user added to a file: notes in order of time, names, details."""
        found = self._remarks.get(job, EMPTY)
        return replace(found, details=replace(self._details, exhibit=found.details.exhibit))

    def notes(self, job: int) -> list[Note]:
        """Notes and bookmarks (notes without text) of a file, in order of time."""
        return list(self.remarks(job).notes)

    def add_note(self, job: int, text: str, time: FrameTime | None = None, person: int = 0) -> Note:
        """Write a note on the file, on a frame, on a person, or on a person in a frame; a bookmark without text."""
        note = _dated(Note(self._next_note, text, time, person))
        self._next_note += 1
        self._put_note(job, note)
        return note

    def change_note(self, job: int, note: Note) -> None:
        """Replace the note of the same number."""
        self._put_note(job, _dated(note))

    def delete_note(self, job: int, number: int) -> None:
        """Delete a note."""
        kept = tuple(note for note in self.remarks(job).notes if note.number != number)
        self._remember(job, replace(self.remarks(job), notes=kept))
        self._store(lambda case: case.remarks.delete_note(number))

    def names(self, job: int) -> dict[int, str]:
        """Track number -> name that the user gave to a person of the file."""
        return dict(self.remarks(job).names)

    def name_person(self, job: int, person: int, name: str) -> None:
        """Give a person a name (``Minister``); an empty one takes it away. See ``sjedd_video.notes.person_label``."""
        name = " ".join(name.split())
        others = {track: known for track, known in self.names(job).items() if track != person}
        self._remember(job, replace(self.remarks(job), names=others | ({person: name} if name else {})))
        self._store(lambda case: case.remarks.put_name(job, person, name))

    def details(self, job: int = 0) -> CaseDetails:
        """Particulars for the report of a file: case number, exhibit, examiner, requested by.

        All but ``exhibit`` are the same for all files of the case.
        """
        return self.remarks(job).details

    def set_details(self, details: CaseDetails, job: int = 0) -> None:
        """Set the particulars; ``exhibit`` is that of the file ``job``, and left alone without one."""
        self._details = replace(details, exhibit="")
        self._remember(job, replace(self.remarks(job), details=details))
        self._store(lambda case: case.remarks.put_details(details, job))

    def _put_note(self, job: int, note: Note) -> None:
        others = [known for known in self.remarks(job).notes if known.number != note.number]
        self._remember(job, replace(self.remarks(job), notes=tuple(sorted([*others, note], key=in_order))))
        self._store(lambda case: case.remarks.put_note(job, note))

    def _remember(self, job: int, remarks: Remarks) -> None:
        self._remarks[job] = remarks
        self.notes_changed.emit(job)

    def _forget(self) -> None:
        self._remarks: dict[int, Remarks] = {}
        self._details, self._next_note = CaseDetails(), 1

    def _store(self, change: Callable[[CaseFile], object]) -> None:
        """Change the case in its thread."""
        raise NotImplementedError


def _dated(note: Note) -> Note:
    text = note.text.replace("\r\n", "\n").replace("\t", " ").strip()
    return replace(note, text=text, written=datetime.now(UTC).isoformat(timespec="seconds"))
