"""The queue, without Qt."""

from pathlib import Path

import pytest

from sjedd_gui.viewmodel import AnalysisQueue, State, media_files

A, B, C = Path("/a.mp4"), Path("/b.mp4"), Path("/c.mp4")


@pytest.fixture
def queue():
    queue = AnalysisQueue()
    queue.add([A, B, C])
    return queue


def states(queue):
    return [item.state for item in queue.items]


def test_files_run_in_order_and_one_at_a_time(queue):
    first = queue.start_next()
    assert first.path == A
    assert queue.start_next() is None
    queue.finish(first.job, "weak support", "weak")
    assert queue.start_next().path == B
    assert states(queue) == [State.DONE, State.RUNNING, State.QUEUED]
    assert queue.unfinished == 2


def test_a_file_is_queued_once(queue):
    assert queue.add([B, Path("/d.mp4"), Path("/d.mp4")])[0].path == Path("/d.mp4")
    assert len(queue.items) == 4


def test_progress_never_goes_back(queue):
    job, seen = queue.start_next().job, []
    for step in (("frames", 0, 4), ("frames", 4, 4), ("verdict", 0, 1), ("frames", 1, 4), ("explain", 0, None)):
        seen.append(queue.progress(job, *step).fraction)
    assert seen == sorted(seen)
    assert 0 < seen[0] < seen[1] < 1


def test_progress_of_a_file_that_does_not_run_changes_nothing(queue):
    assert queue.progress(queue.items[1].job, "frames", 1, 2) is None
    assert queue.items[1].fraction == 0
    assert queue.finish(99, "x", "weak") is None


def test_a_failure_leaves_the_others_queued(queue):
    item = queue.fail(queue.start_next().job, "It broke.", "Mend it.")
    assert (item.error, item.advice) == ("It broke.", "Mend it.")
    assert states(queue) == [State.FAILED, State.QUEUED, State.QUEUED]


def test_cancel_applies_to_what_is_not_finished(queue):
    done = queue.start_next()
    queue.finish(done.job, "x", "weak")
    assert queue.cancel(done.job) is None
    assert queue.cancel(queue.items[2].job).state is State.CANCELLED
    assert queue.start_next().path == B
    assert queue.start_next() is None


def test_retry_takes_the_old_place_under_a_new_number(queue):
    old = queue.start_next()
    assert queue.retry(old.job) is None
    queue.fail(old.job, "x", "y")
    fresh = queue.retry(old.job)
    assert queue.items[0] is fresh
    assert fresh.job > queue.items[2].job
    assert (fresh.state, fresh.error) == (State.QUEUED, "")
    assert queue.find(old.job) is None


def test_what_runs_cannot_be_removed(queue):
    running = queue.start_next()
    assert not queue.remove(running.job)
    assert queue.remove(queue.items[1].job)
    assert [item.path for item in queue.items] == [A, C]


def test_folders_are_searched_and_named_files_are_taken_as_they_are(tmp_path):
    (tmp_path / "inner").mkdir()
    for name in ("b.MP4", "a.jpg", "notes.txt", "inner/c.mov"):
        (tmp_path / name).touch()
    found = [path.relative_to(tmp_path).as_posix() for path in media_files([tmp_path, tmp_path / "notes.txt"])]
    assert found == ["a.jpg", "b.MP4", "inner/c.mov", "notes.txt"]


def test_names_cannot_turn_the_direction_of_writing():
    item = AnalysisQueue().add([Path("/folder/gpj.\u202e4pm.exe")])[0]
    assert "\u202e" not in item.name
    assert item.name.startswith("gpj.")
