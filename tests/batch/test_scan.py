"""Scanning folders: one result per file, resumable, and not to be stopped by any file."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest

from batch.scanning import QUICK, fill, make_clips, outcomes, printed, record, rows, run_scan, summary
from sjedd_batch import worker, workers
from sjedd_batch.screen import Tally
from sjedd_video.errors import ExitCode
from sjedd_video.report.rows import Row
from sjedd_video.store import CaseStore


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    return make_clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="module")
def finished(tmp_path_factory, clips):
    """A finished case: the exit code, the scanned folder and the case folder; not to be written to."""
    where = tmp_path_factory.mktemp("finished")
    folder = fill(where / "evidence", clips)
    result = run_scan(folder, where / "case", "--report", "pdf,json,csv")
    return result, folder, where / "case"


@pytest.fixture
def folder(tmp_path, clips):
    """A folder of its own to scan."""
    return fill(tmp_path / "evidence", clips)


@pytest.fixture
def case(tmp_path):
    """Where a case of its own goes."""
    return tmp_path / "case"


@pytest.fixture
def copied(finished, case):
    """A copy of the finished case."""
    return Path(shutil.copytree(finished[2], case))


# A case


def test_a_scan_leaves_a_complete_case(finished):
    result, folder, case = finished
    assert result.exit_code == ExitCode.UNREADABLE, result.output
    assert outcomes(case) == {"a.mp4": "judged", "b": "judged", "z.mov": "unreadable"}
    there = {path.name for path in case.iterdir()}
    assert there == {".lock", "case.db", "reports", "run.json", "run.log", "summary.csv", "summary.pdf"}
    made = record(case)
    assert made["state"] == "finished"
    assert made["counts"] == {
        "found": 3, "skipped": 1, "judged_now": 3, "known_before": 0, "outcomes": {"judged": 2, "unreadable": 1},
    }  # fmt: skip
    assert made["request"]["options"]["sampling"] == "uniform:8"
    assert made["model"]["name"] == "fake-model"
    assert [item["path"] for item in made["skipped"]] == [str(folder / "notes.txt")]
    for name, sha256 in made["summary_sha256"].items():
        assert sha256 == hashlib.sha256((case / name).read_bytes()).hexdigest()
    for row in rows(case):
        document = json.loads((case / row["report"]).read_text("utf-8"))
        assert document["outcome"] == row["outcome"]
        assert row["sha256"] == hashlib.sha256(Path(row["path"]).read_bytes()).hexdigest()
    assert summary(case)["z.mov"]["probability"] == ""
    with CaseStore(case / "case.db", readonly=True) as store:
        assert len(store.files()) == 3


def test_the_log_tells_everything_and_the_hash_of_the_record(finished):
    case = finished[2]
    log = (case / "run.log").read_text("utf-8")
    assert log.rstrip().endswith(hashlib.sha256((case / "run.json").read_bytes()).hexdigest())
    for words in ("notes.txt: neither content nor name", "3 files to judge, 1 skipped", "fake-model", "unreadable: "):
        assert words in log


def test_the_case_report_has_totals_ranking_failures_and_hashes(finished):
    case = finished[2]
    text = printed(case / "summary.pdf")
    expected = ("2 of 3 files have a verdict", "Ranking by support", "What could not be judged, and why", "z.mov",
                "What was skipped, and why", "Integrity", summary(case)["b"]["sha256"][:32])  # fmt: skip
    assert [words for words in expected if words not in text] == []
    assert "notes.txt" in text.replace(" ", "")


def test_a_second_run_judges_nothing_again_and_lists_everything(finished, copied):
    before = rows(copied)
    again = run_scan(finished[1], copied, engines="fakes:DeadlyEngines", quick=QUICK[1:])
    assert again.exit_code == ExitCode.UNREADABLE
    assert rows(copied) == before
    assert record(copied)["counts"]["known_before"] == 3
    assert all(name in again.output for name in ("a.mp4", "b", "z.mov"))
    assert "3 files: 2 judged, 1 unreadable. 1 other left out." in " ".join(again.output.split())


def test_copies_are_judged_once_and_listed(tmp_path, clips, case):
    folder = tmp_path / "evidence"
    folder.mkdir()
    for name in ("new.mp4", "new too.mp4"):
        shutil.copy(clips[0], folder / name)
    assert run_scan(folder, case, "--workers", "2").exit_code == ExitCode.OK
    found = summary(case)
    first, second = str(folder / "new too.mp4"), str(folder / "new.mp4")
    assert (found["new too.mp4"]["copy_of"], found["new.mp4"]["copy_of"]) == ("", first)
    assert found["new.mp4"]["outcome"] == found["new too.mp4"]["outcome"] == "judged"
    assert found["new.mp4"]["report"] == found["new too.mp4"]["report"]
    assert record(case)["counts"]["judged_now"] == 1
    duplicate = {"path": second, "copy_of": first, "sha256": found["new.mp4"]["sha256"]}
    assert record(case)["duplicates"] == [duplicate]


def test_a_result_counts_only_while_its_reports_are_as_written(finished, copied):
    reports = summary(copied)
    (copied / reports["b"]["report"]).write_text("altered")
    (copied / reports["z.mov"]["report"]).unlink()
    run_scan(finished[1], copied, "--report", "pdf,json,csv")
    assert record(copied)["counts"]["judged_now"] == 2
    assert json.loads((copied / reports["b"]["report"]).read_text("utf-8"))["outcome"] == "judged"


def test_a_copy_of_a_file_that_changed_meanwhile_is_judged_itself(tmp_path, clips, case, monkeypatch):
    folder, hashed = tmp_path / "evidence", workers.hash_source
    folder.mkdir()
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        shutil.copy(clips[0], folder / name)

    def then_replaced(path, cancel=None):
        found = hashed(path, cancel)
        if path.name == "a.mp4":
            shutil.copy(clips[1], path)
        return found

    monkeypatch.setattr(workers, "hash_source", then_replaced)
    assert run_scan(folder, case).exit_code == ExitCode.OK
    assert outcomes(case) == {"a.mp4": "judged", "b.mp4": "judged", "c.mp4": "judged"}
    found = summary(case)
    assert found["a.mp4"]["sha256"] != found["b.mp4"]["sha256"] == found["c.mp4"]["sha256"]
    assert found["b.mp4"]["report"] == found["c.mp4"]["report"]


def test_what_is_said_of_a_file_that_changed_is_not_kept_for_its_content(folder, case, monkeypatch):
    monkeypatch.setenv("SJEDD_TEST_MARK", str(folder / "inside" / "b"))
    assert run_scan(folder, case, engines="fakes:TouchingEngines").exit_code == ExitCode.UNREADABLE
    assert outcomes(case)["b"] == "inconclusive"
    assert summary(case)["b"]["reasons"] == "file_changed"
    assert run_scan(folder, case).exit_code == ExitCode.UNREADABLE
    assert outcomes(case)["b"] == "judged"
    assert record(case)["counts"]["known_before"] == 2


def test_other_options_are_another_question(finished, copied):
    run_scan(finished[1], copied, "--min-faces", "9", "--timeout-idle", "7", "--max-memory", "900")
    assert record(copied)["counts"]["known_before"] == 0
    options = record(copied)["request"]["options"]
    assert (options["min_faces"], options["idle_timeout_s"], options["max_memory_mb"]) == (9, 7.0, 900)
    assert outcomes(copied)["a.mp4"] == "inconclusive"


def test_names_that_are_no_text_are_judged_shown_and_kept(tmp_path, clips, case):
    folder = tmp_path / "evidence"
    folder.mkdir()
    names = [b"good\xe9.mp4", b"bad\xff.mp4"]
    paths = [folder / os.fsdecode(name) for name in names]
    try:
        shutil.copy(clips[0], paths[0])
    except OSError:
        pytest.skip("this disk takes text only")
    paths[1].write_bytes(b"no video")
    result = run_scan(folder, case, "--report", "pdf,json,csv", quick=QUICK[3:])
    assert result.exit_code == ExitCode.UNREADABLE, result.output
    assert r"good\xe9.mp4" in result.output
    assert outcomes(case) == {r"good\xe9.mp4": "judged", r"bad\xff.mp4": "unreadable"}
    kept = {os.fsdecode(bytes.fromhex(row["path_bytes"])) for row in rows(case)}
    assert kept == set(map(str, paths))
    with CaseStore(case / "case.db", readonly=True) as store:
        assert set(store.files()) == set(map(str, paths))
    run_scan(folder, case)
    assert record(case)["counts"]["known_before"] == 2


def test_reports_of_folders_of_the_same_name_do_not_meet(tmp_path, clips, case):
    tops = [tmp_path / "x" / "in", tmp_path / "y" / "in"]
    for top, clip in zip(tops, clips, strict=True):
        top.mkdir(parents=True)
        shutil.copy(clip, top / "a.mp4")
    for top in tops:
        assert run_scan(top, case).exit_code == ExitCode.OK
    assert len({row["report"] for row in rows(case)}) == 2
    for row in rows(case):
        assert json.loads((case / row["report"]).read_text("utf-8"))["evidence"]["path"] == row["path"]


# What is said


def test_json_lines_are_all_there_is_on_the_output(finished, copied):
    result = run_scan(finished[1], copied, "--json-lines", quick=QUICK[1:])
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [Path(line["path"]).name for line in lines] == ["a.mp4", "b", "z.mov"]
    assert [line["probability"] for line in lines] == [0.9, 0.9, None]
    assert lines[0]["people"] == 1


def test_verbose_shows_the_log_and_quiet_nothing(finished, copied):
    result = run_scan(finished[1], copied, "--verbose", quick=QUICK[1:])
    assert "SHA-256 of run.json" in result.stderr
    assert run_scan(finished[1], copied).output == ""


def test_support_has_an_exit_code_of_its_own_when_asked_for(finished, copied):
    assert run_scan(finished[1], copied, "--fail-on", "very_strong").exit_code == ExitCode.SUPPORT_FOUND
    (finished[1] / "z.mov").stat()
    assert run_scan(finished[1] / "z.mov", copied, "--fail-on", "weak").exit_code == ExitCode.UNREADABLE


def test_many_files_are_summed_up():
    tally = Tally()
    for number in range(300):
        tally.add(Row(f"{number:03}", outcome="judged", probability=f"{number / 1000:.4f}", band="weak"))
    assert sum(tally.counts.values()) == 300
    assert [row.path for row in tally.rows()][:2] == ["299", "298"]
    assert len(tally.rows()) == 20


# Whatever a file does


def test_a_file_that_kills_its_process_does_not_stop_the_scan(folder, case):
    result = run_scan(folder, case, "--workers", "2", engines="fakes:DeadlyEngines")
    assert result.exit_code == ExitCode.CRASHED, result.output
    assert outcomes(case) == {"a.mp4": "judged", "b": "crashed", "z.mov": "unreadable"}
    row = summary(case)["b"]
    assert row["reasons"] == "worker_crashed"
    assert "SIGKILL" in row["details"]
    assert (row["probability"], row["band"]) == ("", "")
    assert json.loads((case / row["report"]).read_text("utf-8"))["verdict"] is None
    run_scan(folder, case, "--retry")
    assert outcomes(case)["b"] == "judged"
    assert record(case)["counts"]["known_before"] == 2


def test_a_defect_met_by_one_file_is_its_result(folder, case):
    result = run_scan(folder, case, engines="fakes:BrokenEngines")
    assert result.exit_code == ExitCode.CRASHED
    assert outcomes(case) == {"a.mp4": "judged", "b": "crashed", "z.mov": "unreadable"}
    assert "RuntimeError: a defect" in summary(case)["b"]["details"]


def test_a_silent_worker_is_given_up(folder, case, tmp_path, monkeypatch):
    mark = tmp_path / "mark"
    monkeypatch.setenv("SJEDD_TEST_MARK", str(mark))
    hangs = property(lambda w: 1e9 if mark.exists() and w.job is not None and w.job.path.name == "b" else 0.0)
    monkeypatch.setattr(workers._Worker, "silence", hangs)
    result = run_scan(folder, case, engines="fakes:SilentEngines")
    assert result.exit_code == ExitCode.TIMED_OUT
    assert outcomes(case) == {"a.mp4": "judged", "b": "timed_out", "z.mov": "unreadable"}
    assert summary(case)["b"]["reasons"] == "worker_stalled"


def test_large_files_may_be_silent_for_longer(tmp_path):
    """Hashing and indexing say nothing; a long recording must not be given up for that."""

    class Deaf:
        def send(self, job):
            pass

    pool, quiet = object.__new__(workers.Workers), object.__new__(workers._Worker)
    pool._workers, pool._silence, quiet.pipe = [quiet], 300.0, Deaf()
    quiet.start(worker.Job(tmp_path / "long.mkv", tmp_path / "report", 100 << 30))
    quiet.heard -= 3600.0
    assert list(pool._give_up_silent()) == []


def test_a_missing_model_ends_the_scan(folder, case):
    result = run_scan(folder, case, engines="fakes:MissingEngines")
    assert result.exit_code == ExitCode.MODEL
    assert "There are no weights." in result.stderr
    assert record(case)["state"] == "failed"


def test_nothing_to_judge_is_said_and_has_an_exit_code(tmp_path, case):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").write_text("notes")
    result = run_scan(tmp_path / "empty", case, quick=())
    assert result.exit_code == ExitCode.NOTHING_FOUND
    assert "No video and no picture was found" in result.stderr
    assert "1 file was skipped" in result.stderr
    assert rows(case) == []
    assert record(case)["state"] == "finished"
    assert (case / "summary.pdf").read_bytes().startswith(b"%PDF")


def test_a_case_that_cannot_be_written_is_an_output_error(folder, tmp_path):
    (tmp_path / "taken").write_text("a file")
    assert run_scan(folder, tmp_path / "taken" / "case").exit_code == ExitCode.OUTPUT


def test_a_folder_must_exist(tmp_path, case):
    assert run_scan(tmp_path / "nowhere", case).exit_code == ExitCode.USAGE
