"""Notes and bookmarks of the shown file: written at the frame on screen, listed by time, and a way back to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QHeaderView,
    QSplitter,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sjedd_gui.case.focus import Focus, Loaded
from sjedd_gui.case.session import Session
from sjedd_gui.widgets.details_dialog import DetailsDialog
from sjedd_gui.widgets.note_editor import NoteEditor
from sjedd_gui.widgets.person_name import PersonName
from sjedd_gui.widgets.theme import text_label
from sjedd_video.explain import time_code
from sjedd_video.notes import Note
from sjedd_video.report.files import visible

NUMBER_ROLE = Qt.ItemDataRole.UserRole
SHOWN = 300
"""Characters of a note that the list shows; the editor has the rest."""


class NotesPanel(QWidget):
    """Shows and changes the notes of ``focus.loaded``; they are stored in the case at once and go into the reports."""

    show_wanted = Signal()
    """A note is being written: the panel must not be behind another one."""

    def __init__(self, focus: Focus, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._focus, self._session = focus, session
        self._deleted: tuple[int, Note] | None = None
        self._make_actions()
        self._build()
        focus.loaded_changed.connect(self._show_file)
        session.notes_changed.connect(self._notes_changed)
        self._show_file(focus.loaded)

    def actions_for_menu(self) -> list[QAction]:
        """The commands of the panel, whose keys work in the whole window."""
        return [self.bookmark_action, self.note_action, self.undo_action, self.details_action]

    def bookmark(self) -> None:
        """Remember the frame on screen; a frame that is remembered already is only chosen in the list."""
        loaded = self._focus.loaded
        if loaded is None:
            return
        time, person = self._focus.shown, self._focus.person
        known = next((n for n in self._session.notes(loaded.job) if (n.time, n.person) == (time, person)), None)
        note = known or self._session.add_note(loaded.job, "", time, person)
        self._choose(note.number)

    def write(self) -> None:
        """Begin a note on the frame on screen and the chosen person, or on the file while no frame is shown."""
        loaded = self._focus.loaded
        if loaded is not None:
            note = self._session.add_note(loaded.job, "", self._focus.shown, self._focus.person)
            self._choose(note.number)
            self.show_wanted.emit()
            self.editor.begin()

    def delete(self) -> None:
        """Delete the chosen note; ``undo`` brings it back."""
        loaded, note = self._focus.loaded, self.chosen()
        if loaded is not None and note is not None:
            self._deleted = (loaded.job, note)
            self._session.delete_note(loaded.job, note.number)
            self.list.setFocus()

    def undo(self) -> None:
        """Bring back the note that was deleted last."""
        if self._deleted is not None:
            (job, note), self._deleted = self._deleted, None
            self._session.change_note(job, note)
            self._choose(note.number)

    def chosen(self) -> Note | None:
        """The note that is chosen in the list."""
        row, loaded = self.list.currentItem(), self._focus.loaded
        if row is None or loaded is None:
            return None
        number = row.data(0, NUMBER_ROLE)
        return next((note for note in self._session.notes(loaded.job) if note.number == number), None)

    def jump(self) -> None:
        """Show the frame of the chosen note, and choose its person."""
        note = self.chosen()
        if note is not None:
            self._focus.choose(note.person)
            if note.time is not None:
                self._focus.seek(note.time.seconds)

    def edit_details(self) -> None:
        """Ask for the particulars of the case that stand on the first page of the report."""
        loaded = self._focus.loaded
        DetailsDialog(self._session, 0 if loaded is None else loaded.job, self.window()).open()

    def _make_actions(self) -> None:
        self.bookmark_action = self._action(self.tr("&Bookmark this frame"), self.bookmark, "Ctrl+B")
        self.note_action = self._action(self.tr("Write a &note"), self.write, "Ctrl+M")
        self.undo_action = self._action(self.tr("Bring bac&k the deleted note"), self.undo, "Ctrl+Shift+Z")
        self.details_action = self._action(self.tr("Case &details …"), self.edit_details, "Ctrl+I")
        self.delete_action = self._action(self.tr("Delete this note"), self.delete, "Del")
        self.delete_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)

    def _action(self, text: str, run: Callable[[], object], key: str) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(key))
        action.triggered.connect(lambda _checked=False: run())
        self.addAction(action)
        return action

    def _build(self) -> None:
        bar = QToolBar()
        bar.setAccessibleName(self.tr("Commands for notes"))
        bar.addActions([self.bookmark_action, self.note_action, self.details_action, self.undo_action])
        for button in bar.findChildren(QToolButton):
            button.setAutoRaise(False)
        self.name = PersonName(self._focus, self._session)
        self.empty = text_label()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setContentsMargins(16, 16, 16, 16)
        self.list = self._make_list()
        self.editor = NoteEditor(self._session, self._focus)
        self.editor.delete_requested.connect(self.delete)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self.list)
        parts.addWidget(self.editor)
        parts.setStretchFactor(0, 1)
        parts.setSizes([200, 100])
        parts.setChildrenCollapsible(False)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(parts)
        column = QVBoxLayout(self)
        column.addWidget(bar)
        column.addWidget(self.pages, 1)
        column.addWidget(self.name)

    def _make_list(self) -> QTreeWidget:
        found = QTreeWidget()
        found.setAccessibleName(self.tr("Notes and bookmarks, in order of time"))
        found.setHeaderLabels([self.tr("Where"), self.tr("About"), self.tr("Note")])
        found.setRootIsDecorated(False)
        found.setUniformRowHeights(True)
        found.setAlternatingRowColors(True)
        header = found.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        found.currentItemChanged.connect(self._show_chosen)
        found.itemActivated.connect(self.jump)
        found.addAction(self.delete_action)
        return found

    def _show_file(self, loaded: Loaded | None) -> None:
        self.editor.flush()
        for action in (self.bookmark_action, self.note_action):
            action.setEnabled(loaded is not None)
        self._fill()

    def _notes_changed(self, job: int) -> None:
        if self._focus.loaded is not None and self._focus.loaded.job == job:
            self._fill()

    def _fill(self) -> None:
        loaded, chosen = self._focus.loaded, self._number()
        notes = [] if loaded is None else self._session.notes(loaded.job)
        names = {} if loaded is None else self._session.names(loaded.job)
        self.list.blockSignals(True)
        self.list.clear()
        rows = [self._row(note, names) for note in notes]
        self.list.addTopLevelItems(rows)
        self.list.blockSignals(False)
        self._choose(chosen)
        self._show_pages(loaded, notes)
        undoable = self._deleted is not None and loaded is not None and self._deleted[0] == loaded.job
        self.undo_action.setEnabled(undoable)
        self.undo_action.setVisible(undoable)

    def _row(self, note: Note, names: dict[int, str]) -> QTreeWidgetItem:
        where = self.tr("Whole file") if note.time is None else time_code(note.time.seconds)
        about = self.person_words(note.person, names) if note.person else "–"
        text = visible(" ".join(note.text.split())[:SHOWN]) or self.tr("Bookmark")
        row = QTreeWidgetItem([where, about, text])
        row.setData(0, NUMBER_ROLE, note.number)
        row.setToolTip(2, visible(note.text[:SHOWN]))
        return row

    def person_words(self, person: int, names: dict[int, str]) -> str:
        """A person by number, and by the name that the user gave."""
        name = visible(names.get(person, ""))
        return self.tr("Person {} ({})").format(person, name) if name else self.tr("Person {}").format(person)

    def _show_pages(self, loaded: Loaded | None, notes: Sequence[Note]) -> None:
        self.pages.setCurrentIndex(1 if notes else 0)
        if loaded is None:
            self.empty.setText(self.tr("Choose a file that is finished. Then you can write notes on it here."))
        else:
            text = self.tr(
                "No notes yet.\n\nPress {bookmark} to bookmark the frame you see, or {note} to write about it. Notes "
                "go into the report, told apart from what the program found."
            )
            keys = {"bookmark": self.bookmark_action, "note": self.note_action}
            native = QKeySequence.SequenceFormat.NativeText
            self.empty.setText(text.format(**{name: a.shortcut().toString(native) for name, a in keys.items()}))

    def _number(self) -> int:
        row = self.list.currentItem()
        return 0 if row is None else int(row.data(0, NUMBER_ROLE))

    def _choose(self, number: int) -> None:
        rows = [self.list.topLevelItem(i) for i in range(self.list.topLevelItemCount())]
        found = next((row for row in rows if row is not None and row.data(0, NUMBER_ROLE) == number), None)
        self.list.setCurrentItem(found or (rows[0] if rows else None))  # type: ignore[arg-type]
        self._show_chosen()

    def _show_chosen(self) -> None:
        loaded, note = self._focus.loaded, self.chosen()
        self.delete_action.setEnabled(note is not None)
        self.editor.show_note(0 if loaded is None else loaded.job, note)
