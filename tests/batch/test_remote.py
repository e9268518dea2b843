"""Files on shared storage: judged like local ones, under their URL, and nothing of them stays here."""

from __future__ import annotations

import json
import sys
import tempfile

import pytest

from batch.scanning import QUICK, call, fill, make_clips, record, rows, run_scan, timeless
from sjedd_batch import remote, worker, workers
from sjedd_batch.discover import Search, find_media
from sjedd_batch.remote import Remote
from sjedd_video.errors import ExitCode, OptionsError
from sjedd_video.options import AnalysisOptions
from sjedd_video.progress import CancelToken, no_progress

pytest.importorskip("fsspec", reason="needs fsspec (the [remote] extra)")
NAMES = {"report", "path", "path_bytes"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    where = tmp_path_factory.mktemp("remote")
    folder = fill(where / "evidence", make_clips(where))
    (folder / "copy.mp4").write_bytes((folder / "a.mp4").read_bytes())
    return folder


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The folder for temporary files of all processes of a scan."""
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path / "temporary"


def url_of(path):
    return f"file://{path}"


def test_a_scan_by_url_is_that_of_the_folder(folder, here, tmp_path):
    assert run_scan(folder, tmp_path / "local").exit_code == ExitCode.UNREADABLE
    result = run_scan(url_of(folder), tmp_path / "there")
    assert result.exit_code == ExitCode.UNREADABLE, result.output
    found = rows(tmp_path / "there")
    assert [row["path"] for row in found] == [url_of(row["path"]) for row in rows(tmp_path / "local")]
    for one, other in zip(timeless(tmp_path / "local"), timeless(tmp_path / "there"), strict=True):
        other["copy_of"] = other["copy_of"].removeprefix("file://")
        assert {k: v for k, v in one.items() if k not in NAMES} == {k: v for k, v in other.items() if k not in NAMES}
    for row in found:
        evidence = json.loads((tmp_path / "there" / row["report"]).read_text("utf-8"))["evidence"]
        assert evidence["path"] == (row["copy_of"] or row["path"])
        assert evidence["sha256_before"] == evidence["sha256_after"] == row["sha256"]
        assert evidence["modified"] == ""
    assert [item["path"] for item in record(tmp_path / "there")["skipped"]] == [url_of(folder / "notes.txt")]
    assert list(here.iterdir()) == []


def test_nothing_is_judged_twice_and_the_case_can_be_taken_up(folder, here, tmp_path):
    run_scan(url_of(folder), tmp_path / "case", "--include", "*.mp4")
    assert record(tmp_path / "case")["counts"] == {
        "found": 2, "skipped": 3, "judged_now": 1, "known_before": 1, "outcomes": {"judged": 2},
    }  # fmt: skip
    assert call("resume", tmp_path / "case", "--quiet").exit_code == ExitCode.OK
    assert record(tmp_path / "case")["counts"]["judged_now"] == 0
    assert "judged" in call("show", tmp_path / "case", url_of(folder / "a.mp4")).stdout


def test_a_file_that_kills_its_worker_leaves_an_outcome_and_no_copy(folder, here, tmp_path):
    result = run_scan(url_of(folder), tmp_path / "case", engines="fakes:DeadlyEngines")
    assert result.exit_code == ExitCode.CRASHED, result.output
    row = next(row for row in rows(tmp_path / "case") if row["outcome"] == "crashed")
    assert row["path"] == url_of(folder / "inside" / "b")
    assert len(row["sha256"]) == 64
    assert list(here.iterdir()) == []
    again = call("retry", tmp_path / "case", "--quiet")
    assert again.exit_code == ExitCode.OK


def test_a_file_that_cannot_be_fetched_is_unreadable(here, tmp_path):
    setup = worker.Setup(AnalysisOptions(), (), "", 60.0, "fakes:FakeEngines", "")
    with workers.Workers(1, setup, CancelToken()) as crew:
        job = worker.Job(Remote(url_of(tmp_path / "gone.mp4")), tmp_path / "report")
        (done,) = crew.run(iter([job]), no_progress)
    assert (done.answer.row.outcome, done.answer.row.reasons) == ("unreadable", "not_readable")
    assert "cannot be fetched" in done.answer.row.details
    assert done.answer.document["evidence"]["path"] == url_of(tmp_path / "gone.mp4")
    assert list(here.iterdir()) == []


def test_too_large_a_file_is_not_fetched(folder, monkeypatch):
    monkeypatch.setattr(remote, "LARGEST", 100)
    with pytest.raises(OSError, match="the most that is fetched"):
        Remote(url_of(folder / "a.mp4")).read()


def test_listing_obeys_the_search(folder, tmp_path):
    def names(**how):
        return [source.name for source in find_media(Search((url_of(folder),), **how), tmp_path).media]

    assert names() == ["a.mp4", "copy.mp4", "b", "z.mov"]
    assert names(recursive=False) == ["a.mp4", "copy.mp4", "z.mov"]
    assert names(exclude=("inside/*", "*.mov")) == ["a.mp4", "copy.mp4"]
    named = find_media(Search((url_of(folder / "notes.txt"),)), tmp_path).media
    assert named == [Remote(url_of(folder / "notes.txt"))]


@pytest.mark.parametrize("url", ["file:///nowhere/at/all", "nosuch://bucket/x"])
def test_what_cannot_be_listed_is_said(url, tmp_path):
    result = call("scan", url, "--out", tmp_path / "case", *QUICK)
    assert result.exit_code in {ExitCode.USAGE, ExitCode.NOTHING_FOUND}
    assert result.stderr or record(tmp_path / "case")["counts"]["found"] == 0


def test_a_password_in_a_url_is_refused(tmp_path):
    result = call("scan", "sftp://me:hunter2@host/x", "--out", tmp_path / "case")
    assert result.exit_code == ExitCode.USAGE
    assert "no password" in result.stderr
    assert "hunter2" not in result.stderr


def test_without_fsspec_the_command_to_install_it_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(OptionsError) as caught:
        list(remote.listed("file:///x", recursive=True))
    assert "sjedd-video[remote]" in caught.value.advice
