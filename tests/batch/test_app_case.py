"""The commands over cases, given a case file of the desktop app or the database of a scan."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from batch.scanning import call, printed
from results_factory import judged, unreadable
from sjedd_video.case_record import write_record
from sjedd_video.case_remarks import CaseRemarks
from sjedd_video.casework import Casework, StoredItem
from sjedd_video.errors import ExitCode
from sjedd_video.notes import Note
from sjedd_video.options import AnalysisOptions
from sjedd_video.place import lock, lock_of
from sjedd_video.store import CaseStore


def finish(work, folder, item, result):
    result = replace(result, evidence=replace(result.evidence, path=str(item.path)))
    with CaseStore(folder / "parcel") as parcel:
        Casework(parcel).keep(result)
        verdict = result.verdict
        tone = result.outcome.value if verdict is None else verdict.band.value
        work.take(parcel, replace(item, state="done", tone=tone))
    (folder / "parcel").unlink()


@pytest.fixture
def case(tmp_path):
    """A case with a judged file, an unreadable one, one that failed, and one that waits."""
    path = tmp_path / "mine.sjedd-case"
    with CaseStore(path) as store:
        work = Casework(store)
        items = [StoredItem(i, Path(f"/films/{name}.mp4")) for i, name in enumerate("abcd", 1)]
        items[2] = replace(items[2], state="failed", error="The process crashed.")
        work.put(items)
        finish(work, tmp_path, items[0], judged())
        finish(
            work, tmp_path, items[1], replace(unreadable(), evidence=replace(unreadable().evidence, sha256_before=""))
        )
        CaseRemarks(store).put_note(1, Note(1, "Look here."))
        write_record(store, AnalysisOptions())
    return path


def test_status_of_a_case_file(case):
    told = json.loads(call("status", case, "--json").stdout)
    assert (told["state"], told["found"], told["done"], told["left"]) == ("stopped", 4, 2, 2)
    assert told["outcomes"] == {"judged": 1, "unreadable": 1}
    said = call("status", case).stdout
    assert "2 of 4 files have a result" in said
    assert "resume" not in said
    with lock(lock_of(case)):
        assert call("status", case).exit_code == ExitCode.OK


def test_show_and_export_of_a_case_file(case, tmp_path):
    said = call("show", case, "a.mp4").stdout
    assert "that the face of person 2 was altered" in said
    document = json.loads(call("show", case, "a.mp4", "--json").stdout)
    assert document["verdict"]["person"] == 2
    assert [note["text"] for note in document["notes"]] == ["Look here."]
    table = list(csv.DictReader(io.StringIO(call("export", case).stdout)))
    assert [(row["path"], row["outcome"]) for row in table] == [
        ("/films/a.mp4", "judged"), ("/films/b.mp4", "unreadable")]  # fmt: skip
    lines = [json.loads(line) for line in call("export", case, "--format", "jsonl").stdout.splitlines()]
    assert lines[0]["result"]["notes"][0]["text"] == "Look here."


def test_report_of_a_case_file(case, tmp_path):
    target = tmp_path / "case.pdf"
    assert call("report", case, "--output", target).exit_code == ExitCode.OK
    text = printed(target)
    for words in ("1 of 2 files have a verdict", "The process crashed.", "/films/c.mp4", "files opened in the desktop"):
        assert words in text


def test_reading_a_case_file_changes_nothing(case):
    before = case.read_bytes()
    for command in (("status",), ("show", "a.mp4"), ("export",)):
        call(command[0], case, *command[1:])
    assert case.read_bytes() == before
    assert [path.name for path in case.parent.iterdir()] == [case.name]


def test_the_database_of_a_scan_may_be_named_itself(tmp_path, case):
    folder = tmp_path / "scan"
    folder.mkdir()
    (folder / "case.db").write_bytes(case.read_bytes())
    by_folder, by_file = call("status", folder, "--json"), call("status", folder / "case.db", "--json")
    assert by_folder.stdout == by_file.stdout
    assert json.loads(by_file.stdout)["done"] == 2


@pytest.mark.parametrize("name", ["status", "export", "report"])
def test_a_file_that_is_no_case_is_refused(name, tmp_path):
    path = tmp_path / "notes.sjedd-case"
    path.write_bytes(b"no database" * 200)
    result = call(name, path)
    assert result.exit_code == ExitCode.OUTPUT
    assert "cannot be opened" in result.stderr


@pytest.mark.parametrize("name", ["resume", "retry"])
def test_what_writes_wants_the_folder_of_a_scan(name, case):
    assert call(name, case).exit_code == ExitCode.USAGE
