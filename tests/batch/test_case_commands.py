"""Commands over a case: status, resume, retry, show, export, report, and shell completion."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from batch.scanning import call, fill, make_clips, outcomes, printed, record, rows, run_scan
from sjedd_batch.cli import COMMANDS
from sjedd_video.errors import ExitCode
from sjedd_video.place import LOCK, lock
from sjedd_video.store import CaseStore


@pytest.fixture(scope="module")
def crashed(tmp_path_factory):
    """A finished case in which one file crashed; not to be written to."""
    where = tmp_path_factory.mktemp("crashed")
    folder = fill(where / "evidence", make_clips(where))
    shutil.copy(folder / "a.mp4", folder / "copy of a.mp4")
    assert run_scan(folder, where / "case", engines="batch.faulty_engines:Segfaulting").exit_code == ExitCode.CRASHED
    return where / "case"


@pytest.fixture
def case(crashed, tmp_path):
    """A copy of it."""
    return Path(shutil.copytree(crashed, tmp_path / "case"))


def test_status_tells_how_far_a_case_is(crashed):
    told = json.loads(call("status", crashed, "--json").stdout)
    assert (told["state"], told["found"], told["done"], told["left"], told["skipped"]) == ("finished", 4, 4, 0, 1)
    assert told["outcomes"] == {"judged": 2, "crashed": 1, "unreadable": 1}
    assert "4 of 4 files have a result; 1 skipped." in call("status", crashed).stdout


def test_a_run_that_was_killed_is_called_interrupted(case):
    with CaseStore(case / "case.db") as store:
        last = store.last_run()
        store.save_run(last | {"state": "running"})
    said = call("status", case).stdout
    assert said.startswith("interrupted")
    assert "sjedd-video resume" in said
    held = lock(case / LOCK)
    try:
        assert call("status", case).stdout.startswith("running")
    finally:
        held.close()


def test_resume_needs_no_more_than_the_case(case, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    before = rows(case)
    assert call("resume", "case", "--quiet").exit_code == ExitCode.CRASHED
    assert rows(case) == before
    assert record(case)["counts"]["known_before"] == 4


def test_retry_judges_only_the_files_of_an_outcome_again(case):
    assert call("retry", case, "--outcome", "crashed", "--quiet").exit_code == ExitCode.OK
    assert record(case)["counts"]["judged_now"] == 1
    assert outcomes(case) == {"a.mp4": "judged", "copy of a.mp4": "judged", "b": "judged", "z.mov": "unreadable"}
    nothing = call("retry", case, "--outcome", "crashed,timed_out")
    assert nothing.exit_code == ExitCode.OK
    assert "No file" in nothing.stderr
    assert call("retry", case, "--outcome", "judged").exit_code == ExitCode.USAGE


def test_show_finds_a_file_by_name_path_and_hash(crashed):
    row = next(row for row in rows(crashed) if row["path"].endswith("z.mov"))
    for how in ("z.mov", row["path"], row["sha256"][:8]):
        said = call("show", crashed, how).stdout
        assert row["sha256"] in said
        assert "not_media" in said
    assert json.loads(call("show", crashed, "z.mov", "--json").stdout)["verdict"] is None
    assert call("show", crashed, "nothing.mp4").exit_code != 0


def test_every_export_has_every_file(crashed, tmp_path):
    table = list(csv.DictReader(io.StringIO(call("export", crashed).stdout)))
    assert table == rows(crashed)
    lines = [json.loads(line) for line in call("export", crashed, "--format", "jsonl").stdout.splitlines()]
    assert [line["path"] for line in lines] == [row["path"] for row in table]
    assert [line["result"]["outcome"] for line in lines] == [row["outcome"] for row in table]
    parquet = pytest.importorskip("pyarrow.parquet")
    target = tmp_path / "results.parquet"
    assert call("export", crashed, "--format", "parquet", "--output", target).exit_code == ExitCode.OK
    found = parquet.read_table(target).to_pylist()
    assert [row["path"] for row in found] == [row["path"] for row in table]
    assert {row["probability"] for row in found} == {0.9, None}
    assert call("export", crashed, "--format", "parquet").exit_code == ExitCode.USAGE


def test_the_report_of_a_case_can_be_written_again(crashed, tmp_path):
    target = tmp_path / "case.pdf"
    assert call("report", crashed, "--output", target).exit_code == ExitCode.OK
    text = printed(target)
    for words in ("2 of 4 files have a verdict", "SIGSEGV", "Copies, judged once"):
        assert words in text
    for name in ("copyofa.mp4", "notes.txt"):
        assert name in text.replace(" ", "")
    assert "clean" not in text.lower()


@pytest.mark.parametrize("name", ["status", "resume", "retry", "export", "report"])
def test_a_folder_that_is_no_case_is_said_to_be_none(name, tmp_path):
    result = call(name, tmp_path)
    assert result.exit_code == ExitCode.OUTPUT
    assert "no case folder" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_for_the_shell(shell):
    assert "_SJEDD_VIDEO_COMPLETE" in call("completion", shell).stdout


def test_completion_offers_every_command(monkeypatch):
    from click.shell_completion import BashComplete

    from sjedd_batch.cli import main

    offered = {item.value for item in BashComplete(main, {}, "sjedd-video", "X").get_completions([], "")}
    assert offered >= set(COMMANDS)
