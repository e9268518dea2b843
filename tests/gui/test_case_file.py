"""Cases on disk: made, copied, opened without harm to anybody, and refused in clear words."""

import os
import sqlite3
from pathlib import Path

import pytest

from sjedd_gui.case import case_file
from sjedd_gui.case.case_file import CaseFile, Copied
from sjedd_gui.case.recovery import forget, recoverable
from sjedd_video.case_database import SCHEMA
from sjedd_video.casework import StoredItem
from sjedd_video.errors import Cancelled, OutputError
from sjedd_video.notes import Note
from sjedd_video.options import AnalysisOptions
from sjedd_video.place import lock, lock_of
from sjedd_video.progress import CancelToken
from sjedd_video.store import CaseStore

OPTIONS = AnalysisOptions()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data" / "cases"


@pytest.fixture
def saved(tmp_path):
    """A closed case with two files and a note."""
    path = tmp_path / "mine.sjedd-case"
    fill(CaseFile(path, unnamed=False)).leave(OPTIONS, discard=False)
    return path


def fill(case):
    case.work.put([StoredItem(1, Path("/a.mp4")), StoredItem(2, Path("/b.mp4"), state="cancelled")])
    case.remarks.put_note(1, Note(1, "Look here."))
    return case


def jobs(case):
    return [item.job for item in case.work.items()]


def test_a_new_case_lives_in_the_users_folder_and_goes_if_it_stays_empty(folder):
    case = case_file.create(folder)
    assert case.path.parent == folder
    if os.name == "posix":
        assert folder.stat().st_mode & 0o077 == 0
    case.leave(OPTIONS, discard=False)
    assert list(folder.iterdir()) == []


def test_a_case_with_files_stays_and_is_offered_until_it_is_discarded(folder):
    case = fill(case_file.create(folder))
    assert recoverable(folder) == []  # somebody has it open
    case.leave(OPTIONS, discard=False)
    (found,) = recoverable(folder)
    assert (found.path, found.files) == (case.path, 2)
    assert found.changed.startswith("20")
    again, why = case_file.open_case(found.path, folder)
    assert (again.unnamed, why, jobs(again)) == (True, None, [1, 2])
    again.leave(OPTIONS, discard=True)
    assert list(folder.iterdir()) == []


def test_the_usual_place_is_the_users_data_folder():
    assert case_file.case_folder().parts[-2:] == ("sjedd-video", "cases")


def test_a_saved_case_is_one_file_and_opens_itself(saved, folder):
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]
    case, why = case_file.open_case(saved, folder)
    assert (case.path, case.unnamed, why) == (saved, False, None)
    case.close()
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_a_copy_is_taken_while_the_case_is_written_to(saved, tmp_path):
    case = CaseFile(saved, unnamed=False)
    case.work.put([StoredItem(3, Path("/c.mp4"))])
    case_file.copy(saved, tmp_path / "copy.sjedd-case")
    other = CaseFile(tmp_path / "copy.sjedd-case", unnamed=False)
    assert jobs(other) == [1, 2, 3]
    assert other.remarks.of(1).notes[0].text == "Look here."
    other.close()
    case.close()


def test_a_copy_replaces_a_file_and_the_log_beside_it(saved, tmp_path):
    target = tmp_path / "old.sjedd-case"
    old = CaseFile(target, unnamed=False)
    old.work.put([StoredItem(9, Path("/z.mp4"))])
    log = target.with_name(f"{target.name}-wal").read_bytes()
    old.close()
    target.with_name(f"{target.name}-wal").write_bytes(log)
    case_file.copy(saved, target)
    replaced = CaseFile(target, unnamed=False)
    assert jobs(replaced) == [1, 2]
    replaced.close()


def test_a_copy_never_goes_over_a_case_that_is_open(saved, tmp_path):
    target = tmp_path / "open.sjedd-case"
    other = CaseFile(target, unnamed=False)
    with pytest.raises(OutputError, match="open in another window"):
        case_file.copy(saved, target)
    other.close()


def test_a_stopped_or_impossible_copy_leaves_nothing(saved, tmp_path):
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        case_file.copy(saved, tmp_path / "copy.sjedd-case", cancel)
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written") as caught:
        case_file.copy(saved, tmp_path / "file" / "copy.sjedd-case")
    assert "disk is not full" in caught.value.advice
    assert {path.name for path in tmp_path.iterdir()} == {saved.name, "file"}


def scan_case(folder):
    """The folder of a scan in which nothing of the desktop app is."""
    folder.mkdir()
    with CaseStore(folder / "case.db") as store:
        row = {"path": "/a.mp4", "band": "strong", "probability": "0.8000"}
        store.save("/a.mp4", 3, "a" * 64, "k", "judged", {}, summary={"row": row})
    with sqlite3.connect(folder / "case.db") as database:
        for table in ("items", "notes", "names", "details", "exhibits"):
            database.execute(f"DROP TABLE {table}")
    return folder


@pytest.mark.parametrize("how", ["folder", "file"])
def test_a_scan_is_opened_as_a_copy_and_stays_as_it_is(how, tmp_path, folder):
    scan = scan_case(tmp_path / "scan")
    before = (scan / "case.db").read_bytes()
    case, why = case_file.open_case(scan if how == "folder" else scan / "case.db", folder)
    case.work.adopt()
    assert why is Copied.SCAN
    assert case.unnamed
    (item,) = case.work.items()
    assert (str(item.path), item.state, item.tone, item.probability) == ("/a.mp4", "done", "strong", 0.8)
    case.leave(OPTIONS, discard=True)
    assert (scan / "case.db").read_bytes() == before
    assert [path.name for path in scan.iterdir()] == ["case.db"]


def test_why_a_copy_is_opened(saved, tmp_path, folder, monkeypatch):
    scan = scan_case(tmp_path / "scan")
    with lock(scan / ".lock"):
        case, why = case_file.open_case(scan, folder)
    assert why is Copied.RUNNING
    case.leave(OPTIONS, discard=True)
    with lock(lock_of(saved)):
        case, why = case_file.open_case(saved, folder)
    assert (why, jobs(case)) == (Copied.IN_USE, [1, 2])
    case.leave(OPTIONS, discard=True)
    monkeypatch.setattr(os, "access", lambda *_: False)
    case, why = case_file.open_case(saved, folder)
    assert (why, jobs(case)) == (Copied.READ_ONLY, [1, 2])
    case.leave(OPTIONS, discard=True)


def foreign(path):
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE bookmarks (url TEXT)")


def newer(path):
    CaseStore(path).__exit__(None, None, None)
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version={SCHEMA + 1}")


def damaged(path):
    case = fill(CaseFile(path, unnamed=False))
    case.close()
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)


WRONG = {
    "is not there": lambda path: None,
    "is no case": lambda path: path.write_text("a letter"),
    "is no case of sjedd-video": foreign,
    "newer version": newer,
    "damaged|malformed": damaged,
}


@pytest.mark.parametrize("words", WRONG)
def test_what_cannot_be_opened_is_refused_in_words_and_not_touched(words, tmp_path, folder):
    path = tmp_path / "x.sjedd-case"
    WRONG[words](path)
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(OutputError, match=words) as caught:
        case_file.open_case(path, folder)
    assert caught.value.advice
    assert (path.read_bytes() if path.exists() else None) == before
    assert not lock_of(path).exists()


def test_only_cases_without_a_name_are_forgotten(saved, folder):
    case = fill(case_file.create(folder))
    with pytest.raises(OutputError, match="is open"):
        forget(case.path, folder)
    case.leave(OPTIONS, discard=False)
    with pytest.raises(OutputError, match="saved by the user"):
        forget(saved, folder)
    forget(case.path, folder)
    assert recoverable(folder) == []
    assert saved.exists()
