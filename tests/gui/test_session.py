"""The session: the queue and its case, kept at once, saved, opened, and recovered after a kill."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from gui_fakes import FUNCTION
from results_factory import judged
from sjedd_gui.case.case_file import CaseFile
from sjedd_gui.case.case_session import LOADED_LATER
from sjedd_gui.case.plans import command_of
from sjedd_gui.case.session import Session
from sjedd_gui.views.queue import State
from sjedd_gui.work.shelf import Shelf
from sjedd_video.casework import StoredItem
from sjedd_video.errors import OutputError
from sjedd_video.notes import CaseDetails
from sjedd_video.options import AnalysisOptions
from sjedd_video.report.json_ import to_json

CONTENT = ("path", "sha256_before", "sha256_after")
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def again(qapp, tmp_path):
    """Another window of the same user, later or at the same time."""
    session = Session(AnalysisOptions(), function=FUNCTION, shelf=Shelf(tmp_path / "shelf"), folder=tmp_path / "cases")
    yield session
    session.close()


def settle(qtbot, session):
    """Wait until nothing runs and everything is stored."""
    qtbot.waitUntil(lambda: not session.unfinished and not session._serial.busy, timeout=60_000)


def states(session):
    return [item.state for item in session.queue.items]


def load(qtbot, session, job):
    with qtbot.waitSignal(session.loaded, timeout=60_000) as caught:
        session.load(job)
    return caught.args[0]


def open_case(qtbot, session, path):
    with qtbot.waitSignal(session.case_changed, timeout=60_000):
        session.open_case(path)


class TestQueue:
    def test_files_are_judged_in_order_and_a_crash_costs_one_file_only(self, qtbot, session, files):
        seen = []
        session.item_changed.connect(lambda job: seen.append((job, session.queue.find(job).state)))
        session.add(files("good", "crash", "no_face"))
        settle(qtbot, session)
        assert states(session) == [State.DONE, State.FAILED, State.DONE]
        assert [item.headline for item in session.queue.items][::2] == [
            "Very strong support, 99 %", "No face was found: nothing was judged"]  # fmt: skip
        assert "crashed" in session.queue.items[1].error
        done = [job for job, state in seen if state in {State.DONE, State.FAILED}]
        assert done == [1, 2, 3]

    def test_a_result_is_read_back_whole(self, qtbot, session, files):
        (path,) = files("good")
        session.add([path])
        settle(qtbot, session)
        loaded = load(qtbot, session, 1)
        expected = to_json(judged())
        expected["evidence"] |= {name: to_json(loaded.result)["evidence"][name] for name in CONTENT}
        assert expected["evidence"]["path"] == str(path)
        assert (loaded.job, loaded.path, to_json(loaded.result)) == (1, path, expected)
        assert load(qtbot, session, 1) is loaded

    def test_what_has_no_result_cannot_be_loaded(self, qtbot, session, files):
        session.add(files("crash"))
        settle(qtbot, session)
        with qtbot.waitSignal(session.load_failed, timeout=60_000) as caught:
            session.load(1)
        assert caught.args[0] == 1
        assert "no result" in caught.args[1]

    def test_stop_skip_and_try_again(self, qtbot, session, files):
        session.add(files("slow", "good", "weak"))
        qtbot.waitUntil(lambda: session.queue.items[0].stage == "frames", timeout=60_000)
        session.skip(2)
        session.cancel(1)
        settle(qtbot, session)
        assert states(session) == [State.CANCELLED, State.SKIPPED, State.DONE]
        session.retry(2)
        settle(qtbot, session)
        assert states(session) == [State.CANCELLED, State.DONE, State.DONE]
        assert session.queue.items[1].job == 4

    def test_a_stretch_is_analysed_more_densely_once(self, qtbot, session, files):
        session.add(files("no_face"))
        settle(qtbot, session)
        item = session.analyze_range(1, 62.0, 65.5)
        assert (item.title, item.options.sampling) == ("no_face.mp4 · 01:02.0 – 01:05.5", "every:1")
        assert (item.options.start_s, item.options.end_s) == (62.0, 65.5)
        assert session.analyze_range(1, 62.0, 65.5) is item
        assert session.analyze_range(1, 5.0, 5.0) is None
        assert session.analyze_range(1, 0.0, 600.0).options.sampling == "fps:2.00"
        settle(qtbot, session)
        assert states(session) == [State.DONE] * 3

    def test_files_have_options_of_their_own(self, qtbot, session, files):
        options = AnalysisOptions(min_faces=7)
        session.add(files("slow", "good"))
        session.set_options(2, options)
        session.set_options(1, options)
        assert [item.options for item in session.queue.items] == [None, options]
        session.cancel(1)
        settle(qtbot, session)

    def test_folders_are_searched_beside_the_work(self, qtbot, session, tmp_path):
        (tmp_path / "films" / "inner").mkdir(parents=True)
        for name, content in {"inner/a": PNG, "b.png": PNG, "notes.txt": b"notes"}.items():
            (tmp_path / "films" / name).write_bytes(content)
        with qtbot.waitSignal(session.files_found, timeout=60_000) as caught:
            session.add_paths([tmp_path / "films"])
            assert session.searching
        assert [item.name for item in caught.args[0]] == ["b.png", "a"]
        assert [item.name for item in session.queue.items] == ["b.png", "a"]
        with qtbot.waitSignal(session.files_found, timeout=60_000) as caught:
            session.add_paths([tmp_path / "films" / "b.png"])
        assert [item.job for item in caught.args[0]] == [1]
        settle(qtbot, session)

    def test_the_command_repeats_the_analysis(self):
        options = AnalysisOptions(start_s=2.0, end_s=3.5, sampling="every:1", max_memory_mb=2048)
        assert command_of(Path("/a b.mp4"), options) == (
            "sjedd-video analyze '/a b.mp4' --sampling every:1 --start 2.0 --end 3.5 --max-memory 2048"
        )


class TestCase:
    def test_nothing_is_written_before_the_first_file(self, session, tmp_path):
        assert session.case_is_empty
        assert not (tmp_path / "cases").exists()

    def test_everything_is_in_the_saved_case(self, qtbot, session, again, files, tmp_path):
        target = tmp_path / "mine.sjedd-case"
        session.add(files("good", "crash", "weak"))
        settle(qtbot, session)
        note = session.add_note(1, "Look\r\nhere. ", judged().sampling.times[3], 2)
        session.name_person(1, 2, " Minister  of X ")
        session.set_details(CaseDetails("17", "E-1", "Ada", "Court"), 1)
        session.move(3, 0)
        with qtbot.waitSignal(session.case_changed, timeout=60_000):
            session.save_case_as(target)
        assert (session.case_path, session.case_name) == (target, "mine")
        assert list((tmp_path / "cases").iterdir()) == []
        session.add_note(3, "after saving")
        session.close()
        open_case(qtbot, again, target)
        assert [(item.job, item.state, item.headline) for item in again.queue.items] == [
            (3, State.DONE, "Weak support, 2 %"),
            (1, State.DONE, "Very strong support, 99 %"),
            (2, State.FAILED, ""),
        ]
        assert again.notes(1) == [note]
        assert (note.text, note.person) == ("Look\nhere.", 2)
        assert again.names(1) == {2: "Minister of X"}
        assert asdict(again.details(1)) == {
            "case_number": "17", "exhibit": "E-1", "examiner": "Ada", "requested_by": "Court"}  # fmt: skip
        assert again.details(3).exhibit == ""
        assert [note.text for note in again.notes(3)] == ["after saving"]
        assert load(qtbot, again, 1).result.verdict == judged().verdict
        assert again.add_note(1, "x").number > note.number

    def test_notes_follow_a_file_that_is_analysed_again(self, qtbot, session, files):
        session.add(files("no_face"))
        settle(qtbot, session)
        note = session.add_note(1, "stays")
        item = session.retry(1)
        assert (session.notes(1), session.notes(item.job)) == ([], [note])
        session.change_note(item.job, note)
        session.delete_note(item.job, note.number)
        assert session.notes(item.job) == []
        settle(qtbot, session)

    def test_a_case_that_is_left_keeps_what_waited_and_another_begins(self, qtbot, session, again, files, tmp_path):
        session.add(files("slow", "good"))
        qtbot.waitUntil(lambda: session.queue.items[0].stage == "frames", timeout=60_000)
        session.new_case()
        assert session.case_is_empty
        session.add(files("weak"))
        settle(qtbot, session)
        assert [(item.name, item.state) for item in session.queue.items] == [("weak.mp4", State.DONE)]
        (left,) = session.recoverable()
        assert left.files == 2
        open_case(qtbot, again, left.path)
        assert again.case_path is None
        assert [item.name for item in again.queue.items] == ["slow.mp4", "good.mp4"]
        qtbot.waitUntil(lambda: again.queue.items[0].stage == "frames", timeout=60_000)

    def test_work_goes_on_while_the_case_is_saved(self, qtbot, session, files, tmp_path):
        session.add(files("slow", "good"))
        qtbot.waitUntil(lambda: session.queue.items[0].stage == "frames", timeout=60_000)
        with qtbot.waitSignal(session.case_changed, timeout=60_000):
            session.save_case_as(tmp_path / "mine.sjedd-case")
        assert states(session) == [State.RUNNING, State.QUEUED]
        session.cancel(1)
        settle(qtbot, session)
        assert load(qtbot, session, 2).result.verdict is not None

    def test_a_discarded_case_is_gone(self, qtbot, session, files, tmp_path):
        session.add(files("no_face"))
        settle(qtbot, session)
        session.discard_case()
        settle(qtbot, session)
        assert list((tmp_path / "cases").iterdir()) == []
        assert session.recoverable() == []

    def test_a_case_that_cannot_be_opened_leaves_the_open_one(self, qtbot, session, files, tmp_path):
        session.add(files("no_face"))
        settle(qtbot, session)
        (tmp_path / "bad.sjedd-case").write_text("a letter")
        with qtbot.waitSignal(session.case_failed, timeout=60_000) as caught:
            session.open_case(tmp_path / "bad.sjedd-case")
        assert "is no case" in caught.args[0]
        with qtbot.waitSignal(session.case_failed, timeout=60_000) as caught:
            session.save_case_as(tmp_path / "bad.sjedd-case" / "x.sjedd-case")
        assert not session.case_busy
        assert states(session) == [State.DONE]
        assert load(qtbot, session, 1).job == 1

    def test_a_case_open_elsewhere_is_opened_as_a_copy_and_says_so(self, qtbot, session, again, files, tmp_path):
        target = tmp_path / "mine.sjedd-case"
        session.add(files("no_face"))
        settle(qtbot, session)
        with qtbot.waitSignal(session.case_changed, timeout=60_000):
            session.save_case_as(target)
        with qtbot.waitSignal(again.case_told, timeout=60_000) as caught:
            again.open_case(target)
        assert "open in another window" in caught.args[0]
        assert "copy" in caught.args[0]
        assert again.case_path is None
        again.add_note(1, "in the copy")
        settle(qtbot, again)
        assert session.notes(1) == []
        open_case(qtbot, session, target)  # the one that is open: nothing happens
        assert session.case_path == target

    def test_a_result_that_cannot_be_stored_is_a_failure_and_the_queue_goes_on(
        self, qtbot, session, files, monkeypatch
    ):
        real, full = CaseFile.record, [True]

        def record(case, options):
            if full.pop() if full else False:
                raise OutputError("The disk is full.", "Make room.")
            real(case, options)

        monkeypatch.setattr(CaseFile, "record", record)
        session.add(files("no_face", "weak"))
        settle(qtbot, session)
        assert states(session) == [State.FAILED, State.DONE]
        assert session.queue.items[0].error == "The disk is full."

    def test_a_change_that_cannot_be_stored_is_told(self, qtbot, session, files, monkeypatch):
        session.add(files("no_face"))
        settle(qtbot, session)

        def full(*_):
            raise OutputError("The disk is full.", "Make room.")

        monkeypatch.setattr("sjedd_video.case_remarks.CaseRemarks.put_note", full)
        with qtbot.waitSignal(session.case_failed, timeout=60_000) as caught:
            session.add_note(1, "kept in the window")
        assert caught.args == ["The disk is full.", "Make room."]
        assert [note.text for note in session.notes(1)] == ["kept in the window"]

    def test_a_damaged_list_is_refused_while_the_other_case_stays(self, qtbot, session, files, tmp_path):
        path = tmp_path / "odd.sjedd-case"
        case = CaseFile(path, unnamed=False)
        case.work.put([StoredItem(1, Path("/a.mp4"), state="flying")])
        case.close()
        session.add(files("no_face"))
        settle(qtbot, session)
        with qtbot.waitSignal(session.case_failed, timeout=60_000) as caught:
            session.open_case(path)
        assert "damaged" in caught.args[0]
        assert states(session) == [State.DONE]

    def test_closing_twice_does_no_harm(self, session):
        session.close()
        session.close()
        session.add_note(1, "too late")


WINDOW = """
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from pathlib import Path
from PySide6.QtWidgets import QApplication
from gui_fakes import FUNCTION
from sjedd_gui.case.session import Session
from sjedd_gui.work.shelf import Shelf
from sjedd_gui.views.queue import State
from sjedd_video.options import AnalysisOptions
app, folder = QApplication([]), Path(sys.argv[1])
session = Session(AnalysisOptions(), function=FUNCTION, shelf=Shelf(folder / "shelf"), folder=folder / "cases")
session.add([folder / name for name in ("good.mp4", "no_face.mp4", "slow.mp4", "weak.mp4")])
session.add_note(1, "before the end")
def tell():
    if session.queue.items[2].stage == "frames" and not session._serial.busy:
        print("running", flush=True)
session.item_changed.connect(tell)
app.exec()
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_killed_window_loses_nothing_that_was_finished(qtbot, again, files, tmp_path):
    files("good", "no_face", "slow", "weak")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    window = subprocess.Popen([sys.executable, "-c", WINDOW, str(tmp_path)], stdout=subprocess.PIPE, env=environment)
    assert window.stdout.readline() == b"running\n"
    assert again.recoverable() == []  # it is open
    window.send_signal(signal.SIGKILL)
    window.wait()
    window.stdout.close()
    (left,) = again.recoverable()
    assert left.files == 4
    open_case(qtbot, again, left.path)
    assert states(again)[:2] == [State.DONE, State.DONE]
    assert states(again)[2] in {State.QUEUED, State.RUNNING}
    assert states(again)[3] is State.QUEUED
    assert [note.text for note in again.notes(1)] == ["before the end"]
    assert load(qtbot, again, 1).result.verdict == judged().verdict
    qtbot.waitUntil(lambda: again.queue.items[2].stage == "frames", timeout=60_000)
    again.cancel(3)
    settle(qtbot, again)
    assert states(again) == [State.DONE, State.DONE, State.CANCELLED, State.DONE]
    wait_for_the_end_of_what_the_killed_window_had_started(tmp_path)


def wait_for_the_end_of_what_the_killed_window_had_started(folder):
    """Its analysis process notices by itself that nobody is there any more."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if os.access(path, os.R_OK)]
        if sum(FUNCTION.encode() in command for command in commands) <= 1:  # that of this test
            return
        time.sleep(0.1)
    pytest.fail("a process is left")


def test_what_the_first_file_needs_is_loaded_beforehand(qtbot, again):
    again.prepare()
    settle(qtbot, again)
    assert set(LOADED_LATER) <= set(sys.modules)
    assert again.case_is_empty
