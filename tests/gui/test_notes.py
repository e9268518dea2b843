"""The panel of notes: written at the frame on screen, listed by time, jumped to, and never lost."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from results_factory import BASE, judged, no_face
from sjedd_gui.case.focus import Focus, Loaded
from sjedd_gui.widgets.details_dialog import DetailsDialog
from sjedd_gui.widgets.notes_panel import NotesPanel
from sjedd_video.notes import CaseDetails
from sjedd_video.types import FrameTime

EARLY, LATE = FrameTime(15_360, BASE), FrameTime(76_800, BASE)


@pytest.fixture
def focus(qapp):
    return Focus()


@pytest.fixture
def panel(qtbot, session, focus):
    panel = NotesPanel(focus, session)
    panel.show()
    focus.show(Loaded(1, Path("/a.mp4"), judged()))
    yield panel
    panel.close()
    panel.deleteLater()
    qtbot.wait(10)


def rows(panel):
    found = [panel.list.topLevelItem(i) for i in range(panel.list.topLevelItemCount())]
    return [tuple(row.text(column) for column in range(3)) for row in found]


def write(qtbot, panel, focus, text, time=EARLY):
    focus.frame_shown(time)
    panel.note_action.trigger()
    qtbot.keyClicks(panel.editor.text, text)


def test_without_a_file_or_notes_it_says_what_to_do(panel, focus):
    assert "Ctrl+B" in panel.empty.text()
    assert "Ctrl+M" in panel.empty.text()
    assert panel.pages.currentWidget() is panel.empty
    focus.show(None)
    assert "finished" in panel.empty.text()
    assert not panel.note_action.isEnabled()
    assert not panel.bookmark_action.isEnabled()


def test_a_note_is_stored_when_the_cursor_leaves_it_or_after_a_rest(qtbot, panel, session, focus):
    focus.choose(2)
    write(qtbot, panel, focus, "The mouth jumps.")
    assert panel.editor.text.hasFocus() or not panel.isActiveWindow()
    panel.editor.flush()
    (note,) = session.notes(1)
    assert (note.text, note.time, note.person) == ("The mouth jumps.", EARLY, 2)
    assert note.written.startswith("20")
    qtbot.keyClicks(panel.editor.text, " Twice.")
    assert panel.editor._rest.isActive()
    qtbot.waitUntil(lambda: session.notes(1)[0].text == "The mouth jumps. Twice.", timeout=20_000)
    assert rows(panel) == [("00:01.0", "Person 2", "The mouth jumps. Twice.")]


def test_notes_are_listed_by_time_with_names(qtbot, panel, session, focus):
    session.add_note(1, "later", LATE)
    session.add_note(1, "", EARLY, 2)
    session.add_note(1, "on the file\nsecond line")
    session.add_note(2, "on another file", EARLY)
    session.name_person(1, 2, "Minister")
    assert rows(panel) == [
        ("Whole file", "–", "on the file second line"),
        ("00:01.0", "Person 2 (Minister)", "Bookmark"),
        ("00:05.0", "–", "later"),
    ]
    focus.show(Loaded(2, Path("/b.mp4"), no_face()))
    assert [row[2] for row in rows(panel)] == ["on another file"]


def test_a_frame_is_bookmarked_once(panel, session, focus):
    focus.frame_shown(EARLY)
    panel.bookmark_action.trigger()
    panel.bookmark_action.trigger()
    assert [note.time for note in session.notes(1)] == [EARLY]
    focus.frame_shown(LATE)
    panel.bookmark_action.trigger()
    assert [note.time for note in session.notes(1)] == [EARLY, LATE]
    assert panel.chosen().time == LATE


def test_enter_jumps_to_frame_and_person(qtbot, panel, session, focus):
    session.add_note(1, "look", LATE, 2)
    sought = []
    focus.seek_requested.connect(sought.append)
    panel.list.setCurrentItem(panel.list.topLevelItem(0))
    qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    assert sought == [LATE.seconds]
    assert focus.person == 2


def test_what_a_note_is_about_can_be_changed(qtbot, panel, session, focus):
    session.add_note(1, "look", LATE, 2)
    panel.list.setCurrentItem(panel.list.topLevelItem(0))
    assert [panel.editor.about.itemText(i) for i in range(3)] == ["Nobody in particular", "Person 1", "Person 2"]
    panel.editor.about.setCurrentIndex(1)
    assert session.notes(1)[0].person == 1
    focus.frame_shown(EARLY)
    panel.editor.at_frame.setChecked(False)
    assert session.notes(1)[0].time is None
    panel.editor.at_frame.setChecked(True)
    assert session.notes(1)[0].time == EARLY
    assert session.notes(1)[0].text == "look"


def test_a_deleted_note_can_be_brought_back(panel, session):
    note = session.add_note(1, "important", EARLY)
    session.add_note(1, "other", LATE)
    panel.list.setCurrentItem(panel.list.topLevelItem(0))
    assert not panel.undo_action.isVisible()
    panel.delete_action.trigger()
    assert [row[2] for row in rows(panel)] == ["other"]
    assert panel.undo_action.isVisible()
    panel.undo_action.trigger()
    assert session.notes(1)[0] == session.remarks(1).notes[0]
    assert (session.notes(1)[0].number, session.notes(1)[0].text) == (note.number, "important")
    assert not panel.undo_action.isVisible()


def test_what_is_being_written_is_not_lost_when_another_file_or_note_is_chosen(qtbot, panel, session, focus):
    write(qtbot, panel, focus, "half a")
    focus.show(Loaded(2, Path("/b.mp4"), judged()))
    assert [note.text for note in session.notes(1)] == ["half a"]
    write(qtbot, panel, focus, "other", LATE)
    write(qtbot, panel, focus, "third", EARLY)
    panel.hide()
    assert [note.text for note in session.notes(2)] == ["third", "other"]


def test_a_person_gets_a_name(qtbot, panel, session, focus):
    assert not panel.name.line.isEnabled()
    focus.choose(2)
    assert panel.name.label.text() == "&Name of person 2:"
    panel.name.line.setText("  Minister ")
    qtbot.keyClick(panel.name.line, Qt.Key.Key_Return)
    assert session.names(1) == {2: "Minister"}
    focus.choose(1)
    assert panel.name.line.text() == ""
    focus.choose(2)
    panel.name.line.setText("")
    qtbot.keyClick(panel.name.line, Qt.Key.Key_Return)
    assert session.names(1) == {}


def test_text_from_strangers_does_not_hide_in_the_list(panel, session):
    session.name_person(1, 2, "a\u202eb")
    session.add_note(1, "<b>x</b>\u202eevil", EARLY, 2)
    (row,) = rows(panel)
    assert row == ("00:01.0", "Person 2 (a<U+202E>b)", "<b>x</b><U+202E>evil")


def test_details_are_filled_in_and_kept(qtbot, panel, session):
    panel.details_action.trigger()
    (dialog,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, DetailsDialog)]
    dialog.case_number.setText(" 17 ")
    dialog.exhibit.setText("E-1")
    dialog.accept()
    assert session.details(1) == CaseDetails("17", "E-1")
    assert session.details(2) == CaseDetails("17")
    qtbot.wait(10)
    other = DetailsDialog(session, 0, panel)
    assert [line.text() for line in other.findChildren(QLineEdit) if line.isVisibleTo(other)] == ["17", "", ""]
    other.deleteLater()
    qtbot.wait(10)
