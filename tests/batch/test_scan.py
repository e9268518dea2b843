"""Scanning a folder: found by content, one result per file, resumable, and not to be stopped by any file."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from fakes import make_video
from sjedd_batch import case as case_module
from sjedd_batch import worker, workers
from sjedd_batch.cli import main
from sjedd_batch.discover import find_media, looks_like_media
from sjedd_video.errors import ExitCode
from sjedd_video.store import CaseStore

QUICK = ("--quiet", "--report", "json", "--heatmaps", "0", "--frames", "8")


def fill(folder, clips):
    """Two clips, one of them in a folder inside, a text file, and a damaged video."""
    (folder / "inside").mkdir(parents=True)
    shutil.copy(clips[0], folder / "a.mp4")
    shutil.copy(clips[1], folder / "inside" / "b")
    (folder / "notes.txt").write_text("notes")
    (folder / "z.mov").write_bytes(b"no longer a video")
    return folder


def run_scan(folder, case, *arguments, engines="fakes:FakeEngines", quick=QUICK):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "ENGINES", engines)
        return CliRunner().invoke(main, ["scan", str(folder), "--out", str(case), *quick, *arguments])


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """A good clip, and a dark one that the faulty engines stumble over."""
    folder = tmp_path_factory.mktemp("clips")
    return make_video(folder / "good.mp4", 20), make_video(folder / "dark.mp4", 20, level=25)


@pytest.fixture(scope="module")
def finished(tmp_path_factory, clips):
    """A finished case: the exit code, the scanned folder and the case folder; not to be written to."""
    where = tmp_path_factory.mktemp("finished")
    folder = fill(where / "evidence", clips)
    result = run_scan(folder, where / "case")
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


def summary(case):
    with (case / "summary.csv").open(encoding="utf-8", newline="") as file:
        return {Path(row["file"]).name: row for row in csv.DictReader(file)}


def outcomes(case):
    return {name: row["outcome"] for name, row in summary(case).items()}


def record(case):
    return json.loads((case / "run.json").read_text("utf-8"))


# Finding media


def test_media_is_found_by_content_or_known_by_name(folder):
    found, others = find_media(folder, recursive=True, leave_out=folder / "case")
    assert [p.relative_to(folder).as_posix() for p in found] == ["a.mp4", "inside/b", "z.mov"]
    assert others == 1


def test_folders_inside_are_optional(folder):
    found, _ = find_media(folder, recursive=False, leave_out=folder / "case")
    assert [p.name for p in found] == ["a.mp4", "z.mov"]


def test_the_case_itself_is_left_out(folder):
    (folder / "case" / "reports").mkdir(parents=True)
    (folder / "case" / "reports" / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    found, _ = find_media(folder, recursive=True, leave_out=folder / "case")
    assert all("case" not in p.parts for p in found)


@pytest.mark.parametrize(
    ("head", "media"),
    [(b"\xff\xd8\xff\xe0", True), (b"\x89PNG\r\n\x1a\n", True), (b"RIFF1234WEBP", True), (b"RIFF1234AVI ", True),
     (b"RIFF1234WAVE", False), (b"\x1a\x45\xdf\xa3", True), (b"0000ftypisom", True), (b"G" + b"x" * 187 + b"G", True),
     (b"Good morning", False), (b"%PDF-1.7", False), (b"", False)],
)  # fmt: skip
def test_magic_numbers(tmp_path, head, media):
    path = tmp_path / "file"
    path.write_bytes(head)
    assert looks_like_media(path) is media


def test_a_folder_that_may_not_be_read_is_listed(folder, monkeypatch):
    look = os.scandir

    def scandir(where):
        if Path(where).name == "inside":
            raise PermissionError(13, "Permission denied", where)
        return look(where)

    monkeypatch.setattr(os, "scandir", scandir)
    found, others = find_media(folder, recursive=True, leave_out=folder / "case")
    assert [p.name for p in found] == ["a.mp4", "inside", "z.mov"]
    assert others == 1


def test_a_folder_that_may_not_be_searched_hides_nothing(folder, monkeypatch):
    ask = Path.is_file

    def is_file(path):
        if path.name == "a.mp4":
            raise PermissionError(13, "Permission denied", str(path))
        return ask(path)

    monkeypatch.setattr(Path, "is_file", is_file)
    found, _ = find_media(folder, recursive=False, leave_out=folder / "case")
    assert [p.name for p in found] == ["a.mp4", "z.mov"]


# A case


def test_a_scan_leaves_a_complete_case(finished):
    result, _, case = finished
    assert result.exit_code == ExitCode.UNREADABLE, result.output
    assert outcomes(case) == {"a.mp4": "judged", "b": "judged", "z.mov": "unreadable"}
    made = record(case)
    assert made["state"] == "finished"
    assert made["counts"] == {"judged": 2, "unreadable": 1, "other_files": 1, "from_earlier_runs": 0}
    assert made["options"]["sampling"] == "uniform:8"
    assert made["model"]["name"] == "fake-model"
    assert made["summary_sha256"] == hashlib.sha256((case / "summary.csv").read_bytes()).hexdigest()
    for row in summary(case).values():
        document = json.loads(Path(row["report"]).read_text("utf-8"))
        assert document["outcome"] == row["outcome"]
        assert row["sha256"] == hashlib.sha256(Path(row["file"]).read_bytes()).hexdigest()
    assert summary(case)["z.mov"]["probability"] == ""
    with CaseStore(case / "case.sqlite") as store:
        assert len(store.files()) == 3


def test_a_second_run_judges_nothing_again_and_lists_everything(finished, copied):
    before = summary(copied)
    again = run_scan(finished[1], copied, engines="fakes:DeadlyEngines", quick=QUICK[1:])
    assert again.exit_code == ExitCode.UNREADABLE
    assert summary(copied) == before
    assert record(copied)["counts"]["from_earlier_runs"] == 3
    assert all(name in again.output for name in ("a.mp4", "b", "z.mov"))
    assert "3 files: 2 judged, 1 unreadable. 1 other file left out." in " ".join(again.output.split())


def test_a_run_goes_on_where_it_stopped_and_judges_copies_once(folder, copied):
    make_video(folder / "new.mp4", 21)
    shutil.copy(folder / "new.mp4", folder / "new too.mp4")
    run_scan(folder, copied)
    assert set(outcomes(copied)) == {"a.mp4", "b", "new.mp4", "new too.mp4", "z.mov"}
    assert record(copied)["counts"]["from_earlier_runs"] == 3
    rows = summary(copied)
    assert rows["new.mp4"]["outcome"] == rows["new too.mp4"]["outcome"] == "judged"
    assert rows["new.mp4"]["report"] == rows["new too.mp4"]["report"]


def test_a_copy_of_a_file_that_changed_meanwhile_is_judged_itself(tmp_path, clips, case, monkeypatch):
    folder, hashed = tmp_path / "evidence", case_module._hash
    folder.mkdir()
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        shutil.copy(clips[0], folder / name)

    def then_replaced(path, cancel=None):
        found = hashed(path, cancel)
        if path.name == "a.mp4":
            shutil.copy(clips[1], path)
        return found

    monkeypatch.setattr(case_module, "_hash", then_replaced)
    assert run_scan(folder, case).exit_code == ExitCode.OK
    assert outcomes(case) == {"a.mp4": "judged", "b.mp4": "judged", "c.mp4": "judged"}
    rows = summary(case)
    assert rows["a.mp4"]["sha256"] != rows["b.mp4"]["sha256"] == rows["c.mp4"]["sha256"]
    assert rows["b.mp4"]["report"] == rows["c.mp4"]["report"]


def test_what_is_said_of_a_file_that_changed_is_not_kept_for_its_content(folder, case, monkeypatch):
    monkeypatch.setenv("SJEDD_TEST_MARK", str(folder / "inside" / "b"))
    assert run_scan(folder, case, engines="fakes:TouchingEngines").exit_code == ExitCode.UNREADABLE
    assert outcomes(case)["b"] == "inconclusive"
    assert summary(case)["b"]["reasons"] == "file_changed"
    assert run_scan(folder, case).exit_code == ExitCode.UNREADABLE
    assert outcomes(case)["b"] == "judged"
    assert record(case)["counts"]["from_earlier_runs"] == 2


def test_other_options_are_another_question(finished, copied):
    run_scan(finished[1], copied, "--min-faces", "9")
    assert record(copied)["counts"]["from_earlier_runs"] == 0
    assert outcomes(copied)["a.mp4"] == "inconclusive"


# Whatever a file does


def test_a_file_that_kills_its_process_does_not_stop_the_scan(folder, case):
    result = run_scan(folder, case, "--workers", "2", engines="fakes:DeadlyEngines")
    assert result.exit_code == ExitCode.CRASHED, result.output
    assert outcomes(case) == {"a.mp4": "judged", "b": "crashed", "z.mov": "unreadable"}
    row = summary(case)["b"]
    assert row["reasons"] == "worker_crashed"
    assert "SIGKILL" in row["details"]
    assert (row["probability"], row["band"]) == ("", "")
    assert json.loads(Path(row["report"]).read_text("utf-8"))["verdict"] is None
    run_scan(folder, case, "--retry")
    assert outcomes(case)["b"] == "judged"
    assert record(case)["counts"]["from_earlier_runs"] == 2


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

    path = tmp_path / "long.mkv"
    with path.open("wb") as file:
        file.truncate(100 << 30)
    pool, quiet = object.__new__(workers.Workers), object.__new__(workers._Worker)
    pool._workers, pool._silence, quiet.pipe = [quiet], 300.0, Deaf()
    quiet.start(worker.Job(path, tmp_path / "report"))
    quiet.heard -= 3600.0
    assert list(pool._give_up_silent()) == []


def test_a_missing_model_ends_the_scan(folder, case):
    result = run_scan(folder, case, engines="fakes:MissingEngines")
    assert result.exit_code == ExitCode.MODEL
    assert "There are no weights." in result.stderr
    assert record(case)["state"] == "failed"


def test_an_empty_folder_is_an_empty_case(tmp_path, case):
    (tmp_path / "empty").mkdir()
    result = run_scan(tmp_path / "empty", case, quick=())
    assert result.exit_code == ExitCode.OK
    assert "0 files: nothing to judge." in result.output
    assert summary(case) == {}


def test_a_case_that_cannot_be_written_is_an_output_error(folder, tmp_path):
    (tmp_path / "taken").write_text("a file")
    assert run_scan(folder, tmp_path / "taken" / "case").exit_code == ExitCode.OUTPUT


def test_a_folder_must_exist(tmp_path, case):
    assert run_scan(tmp_path / "nowhere", case).exit_code == ExitCode.USAGE
