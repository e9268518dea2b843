"""The queue, without Qt."""

from pathlib import Path

import pytest

from sjedd_gui.case.stored import queue_item, stored_item
from sjedd_gui.views.queue import AnalysisQueue, QueueItem, State, finding_words
from sjedd_video.casework import StoredItem
from sjedd_video.errors import DocumentError
from sjedd_video.options import AnalysisOptions

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
    queue.finish(first.job, "weak", 0.1)
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
    assert queue.finish(99, "weak", 0.1) is None


def test_a_failure_leaves_the_others_queued(queue):
    item = queue.fail(queue.start_next().job, "It broke.", "Mend it.")
    assert (item.error, item.advice) == ("It broke.", "Mend it.")
    assert states(queue) == [State.FAILED, State.QUEUED, State.QUEUED]


def test_cancel_applies_to_what_is_not_finished(queue):
    done = queue.start_next()
    queue.finish(done.job, "weak", 0.1)
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


def test_names_cannot_turn_the_direction_of_writing():
    item = AnalysisQueue().add([Path("/folder/gpj.\u202e4pm.exe")])[0]
    assert "\u202e" not in item.name
    assert item.name.startswith("gpj.")


STRETCH = AnalysisOptions(start_s=62.0, end_s=65.5)


def test_the_same_file_is_queued_again_with_other_options(queue):
    assert [item.path for item in queue.add([A], STRETCH)] == [A]
    assert queue.add([A], STRETCH) == []
    assert queue.items[-1].title == "a.mp4 · 01:02.0 – 01:05.5"
    assert queue.items[0].title == "a.mp4"
    queue.cancel(queue.items[-1].job)
    assert queue.retry(queue.items[-1].job).options == STRETCH


def test_what_is_skipped_waits_no_more_and_can_be_taken_in_again(queue):
    assert queue.skip(queue.items[0].job).state is State.SKIPPED
    running = queue.start_next()
    assert running.path == B
    assert queue.skip(running.job) is None
    assert queue.unfinished == 2
    assert queue.retry(queue.items[0].job).state is State.QUEUED


def test_items_move_and_the_order_is_that_of_the_work(queue):
    assert queue.move(queue.items[2].job, 0)
    assert queue.start_next().path == C
    assert not queue.move(99, 0)


def test_what_a_case_had_goes_on_under_new_numbers(queue):
    queue.fill([QueueItem(7, B)])
    assert [item.job for item in queue.add([B, A])] == [8]


def test_an_item_comes_back_from_the_case_and_what_ran_waits_again(queue):
    running = queue.start_next()
    assert stored_item(running).state == "queued"
    queue.finish(running.job, "strong", 0.83)
    back = queue_item(stored_item(running))
    assert (back.state, back.headline, back.tone, back.fraction) == (State.DONE, "Strong support, 83 %", "strong", 1.0)


def test_findings_in_a_few_words():
    assert finding_words("weak", 0.034) == "Weak support, 3 %"
    assert finding_words("no_face", None).startswith("No face was found")


@pytest.mark.parametrize("values", [{"state": "flying"}, {"state": "done", "tone": "loud", "probability": 0.5}])
def test_an_item_that_is_damaged_is_refused(values):
    with pytest.raises(DocumentError, match="damaged"):
        queue_item(StoredItem(1, A, **values))
