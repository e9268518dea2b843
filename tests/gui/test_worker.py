"""The analysis process: results, progress, cancel, crashes, and its end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gui_fakes import FUNCTION
from results_factory import judged
from sjedd_gui.work import shelf as shelves
from sjedd_gui.work.shelf import Shelf
from sjedd_gui.work.worker import Worker
from sjedd_video.casework import Casework, StoredItem
from sjedd_video.options import AnalysisOptions
from sjedd_video.store import CaseStore
from sjedd_video.types import Outcome

OPTIONS = AnalysisOptions().model_dump(mode="json")


@pytest.fixture
def worker(qapp):
    worker = Worker(FUNCTION)
    yield worker
    worker.shutdown()


def run(qtbot, worker, name, tmp_path, job=1, signal="finished"):
    """Analyse a file called ``name`` and wait for the signal; its arguments."""
    with qtbot.waitSignal(getattr(worker, signal), timeout=60_000) as caught:
        worker.analyze(job, Path(f"/nowhere/{name}.mp4"), OPTIONS, tmp_path / f"{job}.result")
    return caught.args


def load(parcel):
    """The result in a parcel, as the case takes it."""
    with CaseStore(parcel, readonly=True) as store, CaseStore(parcel.with_suffix(".case")) as case:
        Casework(case).put([StoredItem(1, Path("/nowhere/x.mp4"))])
        Casework(case).take(store, StoredItem(1, Path("/nowhere/x.mp4"), state="done"))
        return Casework(case).load(1)


def test_the_result_crosses_with_its_arrays(qtbot, worker, tmp_path):
    progress = []
    worker.progressed.connect(lambda *values: progress.append(values))
    job, value = run(qtbot, worker, "good", tmp_path)
    assert (job, value) == (1, {"tone": "very_strong", "probability": judged().verdict.probability})
    assert worker.process_id not in {0, os.getpid()}
    result, expected = load(tmp_path / "1.result"), judged()
    assert result.outcome is Outcome.JUDGED
    assert result.verdict == expected.verdict
    assert (result.exhibits[0].crop == expected.exhibits[0].crop).all()
    assert result.sampling.times == expected.sampling.times
    assert progress[0] == (1, "frames", 0, 4)
    assert [values[1] for values in progress][-1] == "verdict"


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="no nice here")
def test_the_window_goes_first(qtbot, worker, tmp_path):
    run(qtbot, worker, "good", tmp_path)
    assert os.getpriority(os.PRIO_PROCESS, worker.process_id) > os.getpriority(os.PRIO_PROCESS, 0)


def test_the_process_stays_for_the_next_file(qtbot, worker, tmp_path):
    run(qtbot, worker, "good", tmp_path)
    before = worker.process_id
    run(qtbot, worker, "good", tmp_path, job=2)
    assert worker.process_id == before


def test_a_crash_is_told_and_the_next_file_gets_a_new_process(qtbot, worker, tmp_path):
    job, message, advice, details = run(qtbot, worker, "crash", tmp_path, signal="failed")
    assert job == 1
    assert "signal 9" in message
    assert advice
    assert "the last words of a library" in details
    assert not worker.busy
    assert run(qtbot, worker, "good", tmp_path, job=2)[0] == 2


def test_errors_of_the_program_and_of_the_model_are_told_with_advice(qtbot, worker, tmp_path):
    assert run(qtbot, worker, "model", tmp_path, signal="failed")[1:3] == ["The model is damaged.", "Import it again."]
    _, message, _, details = run(qtbot, worker, "defect", tmp_path, job=2, signal="failed")
    assert "ZeroDivisionError: nobody thought of this" in message
    assert "Traceback" in details


def test_what_libraries_print_does_not_disturb(qtbot, worker, tmp_path):
    assert run(qtbot, worker, "noisy", tmp_path)[0] == 1
    assert load(tmp_path / "1.result").outcome is Outcome.JUDGED


def cancel_when_running(worker):
    worker.progressed.connect(lambda *_: worker.cancel())


def test_cancel_stops_the_job_and_keeps_the_process(qtbot, worker, tmp_path):
    cancel_when_running(worker)
    assert run(qtbot, worker, "slow", tmp_path, signal="cancelled") == [1]
    assert worker.process_id
    assert not (tmp_path / "1.result").exists()


def test_a_job_that_does_not_listen_is_ended_with_its_process(qtbot, worker, tmp_path):
    worker._patience.setInterval(50)
    cancel_when_running(worker)
    assert run(qtbot, worker, "stuck", tmp_path, signal="cancelled") == [1]
    assert worker.process_id == 0


def test_shutdown_in_the_middle_leaves_no_process_and_sends_nothing(qtbot, worker, tmp_path):
    run(qtbot, worker, "slow", tmp_path, signal="progressed")
    for signal in (worker.finished, worker.failed, worker.cancelled):
        signal.connect(lambda *_: pytest.fail("a signal after shutdown"))
    worker.shutdown()
    assert worker.process_id == 0


def test_a_missing_analysis_is_a_failure_not_a_hang(qtbot, tmp_path):
    worker = Worker("no_such_module:analyze")
    assert "code 1" in run(qtbot, worker, "good", tmp_path, signal="failed")[1]


def test_a_program_that_cannot_be_started_is_a_failure(qtbot, worker, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert "could not be started" in run(qtbot, worker, "good", tmp_path, signal="failed")[1]


def test_the_process_ends_with_the_window_even_if_the_window_crashes():
    command = [sys.executable, "-c", "from sjedd_gui.work.child import main; main()", FUNCTION]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment)
    child.stdin.write(b'{"type": "analyze", "job": 1, "path": "slow.mp4", "options": {}, "parcel": "x"}\n')
    child.stdin.close()
    # 1 where the machine is so busy that the time to end in good order was not enough.
    assert child.wait(timeout=60) in (0, 1)


def test_the_child_needs_no_qt():
    parts = "sjedd_gui.work.child, sjedd_gui.work.child_exports"
    code = f"import sys, {parts}; sys.exit(any('PySide6' in name for name in sys.modules))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


class TestShelf:
    def test_it_is_private_and_gone_after_close(self, tmp_path):
        shelf = Shelf(tmp_path)
        for ending in ("", "-wal", "-journal"):
            shelf.path(1).with_name(f"1.result{ending}").touch()
        shelf.forget(1)
        shelf.forget(1)
        assert [path.name for path in shelf.folder.iterdir()] == ["lock"]
        if os.name == "posix":
            assert shelf.folder.stat().st_mode & 0o077 == 0
        shelf.close()
        assert not shelf.folder.exists()

    def test_leftovers_of_a_crash_go_and_living_sessions_stay(self, tmp_path):
        living = Shelf(tmp_path)
        (tmp_path / "session-dead").mkdir()
        (tmp_path / "session-dead" / "1.result").touch()
        other = Shelf(tmp_path)
        assert not (tmp_path / "session-dead").exists()
        assert living.folder.exists()
        living.close()
        other.close()

    def test_the_usual_place_is_the_users_cache(self):
        assert shelves.default_parent().parts[-2:] == ("sjedd-video", "sessions")
