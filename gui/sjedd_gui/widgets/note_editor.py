"""One note being written: its text, its frame and its person. What is written is stored after a short rest."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from sjedd_gui.case.focus import Focus
from sjedd_gui.case.session import Session
from sjedd_video.explain import time_code
from sjedd_video.notes import Note
from sjedd_video.report.files import visible

REST_MS = 800
"""Time without a key after which the text is stored."""
LONGEST = 20_000
"""Characters of a note."""


class NoteEditor(QWidget):
    """Edits the note that ``show_note`` was called with last."""

    delete_requested = Signal()

    def __init__(self, session: Session, focus: Focus, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._focus = session, focus
        self._job, self._note = 0, None  # type: int, Note | None
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.flush)
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(self.tr("Text of the note"))
        self.text.setPlaceholderText(self.tr("What do you see here? Without words it stays a bookmark."))
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(3 * self.fontMetrics().height())
        self.text.textChanged.connect(self._written)
        self.text.installEventFilter(self)
        self.at_frame = QCheckBox()
        self.at_frame.toggled.connect(self.flush)
        self.about = QComboBox()
        self.about.setAccessibleName(self.tr("Person that the note is about"))
        self.about.currentIndexChanged.connect(self.flush)
        self.delete = QPushButton(self.tr("Delete"))
        self.delete.setAccessibleName(self.tr("Delete this note"))
        self.delete.clicked.connect(self.delete_requested)
        row = QHBoxLayout()
        row.addWidget(self.at_frame)
        row.addWidget(self.about, 1)
        row.addWidget(self.delete)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.text, 1)
        column.addLayout(row)

    def show_note(self, job: int, note: Note | None) -> None:
        """Edit this note from now on; what was written in another one is stored first."""
        same = note is not None and self._note is not None and (job, note.number) == (self._job, self._note.number)
        if not same:
            self.flush()
        self._job, self._note = job, note
        self.setEnabled(note is not None)
        for part in (self.text, self.at_frame, self.about):
            part.blockSignals(True)
        text = "" if note is None else note.text
        if not same or not self.text.hasFocus():  # the text under the cursor stays as it is being typed
            self.text.setPlainText(text)
        self._show_frame(note)
        self._show_person(note)
        for part in (self.text, self.at_frame, self.about):
            part.blockSignals(False)

    def begin(self) -> None:
        """Put the cursor into the text."""
        self.text.setFocus()

    def flush(self) -> None:
        """Store what was written."""
        self._rest.stop()
        note = self._note
        if note is None:
            return
        time = (note.time or self._focus.shown) if self.at_frame.isChecked() else None
        text, person = self.text.toPlainText().strip()[:LONGEST], int(self.about.currentData() or 0)
        if (text, person, time) != (note.text, note.person, note.time):
            self._note = replace(note, text=text, person=person, time=time)
            self._session.change_note(self._job, self._note)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Store the text when the cursor leaves it."""
        if watched is self.text and event.type() == QEvent.Type.FocusOut:
            self.flush()
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Store the text when the panel is closed, or the window."""
        self.flush()
        super().hideEvent(event)

    def _written(self) -> None:
        self._rest.start()

    def _show_frame(self, note: Note | None) -> None:
        time = None if note is None else note.time or self._focus.shown
        self.at_frame.setEnabled(time is not None)
        self.at_frame.setChecked(note is not None and note.time is not None)
        self.at_frame.setText(self.tr("At {}").format(time_code(time.seconds)) if time else self.tr("At a frame"))
        self.at_frame.setToolTip(self.tr("Without this mark the note is about the whole file."))

    def _show_person(self, note: Note | None) -> None:
        self.about.clear()
        self.about.addItem(self.tr("Nobody in particular"), 0)
        loaded, names = self._focus.loaded, self._session.names(self._job)
        tracks = {p.track for p in loaded.result.people} if loaded is not None else set()
        for track in sorted(tracks | ({note.person} if note is not None and note.person else set())):
            name = visible(names.get(track, ""))
            words = self.tr("Person {} ({})").format(track, name) if name else self.tr("Person {}").format(track)
            self.about.addItem(words, track)
        self.about.setCurrentIndex(max(self.about.findData(0 if note is None else note.person), 0))
