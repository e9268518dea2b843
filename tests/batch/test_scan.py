"""Scanning a folder: found by content, one result per file, resumable, and not to be stopped by any file."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from fakes import make_video
from sjedd_batch import worker
from sjedd_batch.cli import main
from sjedd_batch.discover import find_media, looks_like_media

from sjedd_video.errors import ExitCode
from sjedd_video.store import CaseStore

QUICK = ("--quiet", "--report", "json", "--heatmaps", "0", "--frames", "8")


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """A good clip, and a dark one that the faulty engines stumble over."""
    folder = tmp_path_factory.mktemp("clips")
    return make_video(folder / "good.mp4", 20), make_video(folder / "dark.mp4", 20, level=25)


@pytest.fixture
def folder(tmp_path, clips):
    """Two clips, one of them in a folder inside, a text file, and a damaged video."""
    where = tmp_path / "evidence"
    (where / "inside").mkdir(parents=True)
    shutil.copy(clips[0], where / "a.mp4")
    shutil.copy(clips[1], where / "inside" / "b")
    (where / "notes.txt").write_text("notes")
    (where / "z.mov").write_bytes(b"no longer a video")
    return where


@pytest.fixture
def scan(tmp_path, folder, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def call(*arguments, engines="fakes:FakeEngines", out="case", quick=QUICK):
        monkeypatch.setattr(worker, "ENGINES", engines)
        return CliRunner().invoke(main, ["scan", str(folder), "--out", out, *quick, *arguments])

    return call


def summary(case="case"):
    with (Path(case) / "summary.csv").open(encoding="utf-8", newline="") as file:
        return {Path(row["file"]).name: row for row in csv.DictReader(file)}


def outcomes(case="case"):
    return {name: row["outcome"] for name, row in summary(case).items()}


def record(case="case"):
    return json.loads((Path(case) / "run.json").read_text("utf-8"))


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


# A case


def test_a_scan_leaves_a_complete_case(scan, folder):
    result = scan()
    assert result.exit_code == ExitCode.UNREADABLE, result.output
    assert outcomes() == {"a.mp4": "judged", "b": "judged", "z.mov": "unreadable"}
    made = record()
    assert made["state"] == "finished"
    assert made["counts"] == {"judged": 2, "unreadable": 1, "other_files": 1, "from_earlier_runs": 0}
    assert made["options"]["sampling"] == "uniform:8"
    assert made["model"]["name"] == "fake-model"
    assert made["summary_sha256"] == hashlib.sha256(Path("case/summary.csv").read_bytes()).hexdigest()
    for row in summary().values():
        document = json.loads(Path(row["report"]).read_text("utf-8"))
        assert document["outcome"] == row["outcome"]
        assert row["sha256"] == hashlib.sha256(Path(row["file"]).read_bytes()).hexdigest()
    assert summary()["z.mov"]["probability"] == ""
    with CaseStore(Path("case/case.sqlite")) as store:
        assert len(store.files()) == 3


def test_a_second_run_judges_nothing_again(scan):
    scan()
    before = {name: row for name, row in summary().items()}
    again = scan(engines="fakes:DeadlyEngines")
    assert again.exit_code == ExitCode.UNREADABLE
    assert summary() == before
    assert record()["counts"]["from_earlier_runs"] == 3


def test_a_run_goes_on_where_it_stopped(scan, folder, clips):
    held = folder / "a.mp4"
    content = held.read_bytes()
    held.unlink()
    scan()
    held.write_bytes(content)
    scan()
    assert outcomes() == {"a.mp4": "judged", "b": "judged", "z.mov": "unreadable"}
    assert record()["counts"]["from_earlier_runs"] == 2


def test_other_options_are_another_question(scan):
    scan()
    scan("--min-faces", "9")
    assert record()["counts"]["from_earlier_runs"] == 0
    assert outcomes()["a.mp4"] == "inconclusive"


def test_copies_are_judged_once(scan, folder):
    shutil.copy(folder / "a.mp4", folder / "copy.mp4")
    scan()
    rows = summary()
    assert rows["copy.mp4"]["outcome"] == "judged"
    assert rows["copy.mp4"]["report"] == rows["a.mp4"]["report"]


# Whatever a file does


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_file_that_kills_its_process_does_not_stop_the_scan(scan, workers):
    result = scan("--workers", workers, engines="fakes:DeadlyEngines")
    assert result.exit_code == ExitCode.CRASHED, result.output
    assert outcomes() == {"a.mp4": "judged", "b": "crashed", "z.mov": "unreadable"}
    row = summary()["b"]
    assert row["reasons"] == "worker_crashed"
    assert "SIGKILL" in row["details"]
    assert (row["probability"], row["band"]) == ("", "")
    assert json.loads(Path(row["report"]).read_text("utf-8"))["verdict"] is None


def test_a_defect_met_by_one_file_is_its_result(scan):
    result = scan(engines="fakes:BrokenEngines")
    assert result.exit_code == ExitCode.CRASHED
    assert outcomes() == {"a.mp4": "judged", "b": "crashed", "z.mov": "unreadable"}
    assert "RuntimeError: a defect" in summary()["b"]["details"]


def test_a_silent_worker_is_given_up(scan, monkeypatch):
    monkeypatch.setattr(worker, "SILENCE", 0.05)
    result = scan(engines="fakes:SilentEngines")
    assert result.exit_code == ExitCode.TIMED_OUT
    assert outcomes() == {"a.mp4": "judged", "b": "timed_out", "z.mov": "unreadable"}
    assert summary()["b"]["reasons"] == "worker_stalled"


def test_crashed_files_are_tried_again_on_request(scan):
    scan(engines="fakes:DeadlyEngines")
    scan()
    assert outcomes()["b"] == "crashed"
    scan("--retry")
    assert outcomes()["b"] == "judged"
    assert record()["counts"]["from_earlier_runs"] == 2


def test_a_missing_model_ends_the_scan(scan):
    result = scan(engines="fakes:MissingEngines")
    assert result.exit_code == ExitCode.MODEL
    assert "There are no weights." in result.stderr
    assert record()["state"] == "failed"


def test_an_empty_folder_is_an_empty_case(scan, folder):
    shutil.rmtree(folder)
    folder.mkdir()
    result = scan(quick=())
    assert result.exit_code == ExitCode.OK
    assert "0 files: nothing to judge." in result.output
    assert summary() == {}


def test_a_case_that_cannot_be_written_is_an_output_error(scan):
    Path("taken").write_text("a file")
    assert scan(out="taken/case").exit_code == ExitCode.OUTPUT


def test_a_folder_must_exist(scan, folder):
    shutil.rmtree(folder)
    assert scan().exit_code == ExitCode.USAGE


def test_the_table_lists_every_file(scan):
    output = scan(quick=QUICK[1:]).output
    for name in ("a.mp4", "b", "z.mov"):
        assert name in output
    assert "1 other files left out" in output
