"""What the desktop app keeps in a case: its list, results with pictures, and what the examiner added."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from results_factory import judged, unreadable, weak
from sjedd_video.case_database import SCHEMA
from sjedd_video.case_remarks import CaseRemarks
from sjedd_video.casework import Casework, StoredItem
from sjedd_video.errors import DocumentError, OutputError
from sjedd_video.notes import CaseDetails, Note, Remarks
from sjedd_video.options import AnalysisOptions
from sjedd_video.report.json_ import to_json
from sjedd_video.store import CaseStore
from sjedd_video.types import FrameTime

A, B = Path("/films/a.mp4"), Path("/films/caf\udce9.mp4")
STRETCH = AnalysisOptions(start_s=1.0, end_s=2.0, sampling="every:1")


def of(path, make=judged, **kwargs):
    result = make()
    return replace(result, evidence=replace(result.evidence, path=str(path), **kwargs))


@pytest.fixture
def store(tmp_path):
    with CaseStore(tmp_path / "x.sjedd-case") as store:
        yield store


@pytest.fixture
def work(store):
    return Casework(store)


def finish(work, tmp_path, item, result):
    """Hand a result over as the analysis process does."""
    path = tmp_path / f"{item.job}.parcel"
    with CaseStore(path) as parcel:
        Casework(parcel).keep(result)
    with CaseStore(path, readonly=True) as parcel:
        work.take(parcel, replace(item, state="done", tone="strong", probability=0.8))
    path.unlink()


def test_the_list_comes_back_in_its_order(work):
    items = [StoredItem(1, A), StoredItem(2, B, STRETCH), StoredItem(3, A, state="failed", error="It broke.")]
    work.put(items)
    assert work.items() == items
    work.order([3, 1, 2])
    assert [item.job for item in work.items()] == [3, 1, 2]
    work.put([replace(items[0], state="cancelled"), StoredItem(4, B)])
    assert [(item.job, item.state) for item in work.items()] == [
        (3, "failed"), (1, "cancelled"), (2, "queued"), (4, "queued")]  # fmt: skip


def test_a_result_comes_back_with_its_pictures_and_stands_for_the_file(work, store, tmp_path):
    work.put([StoredItem(1, A)])
    finish(work, tmp_path, StoredItem(1, A), of(A))
    back = work.load(1)
    assert to_json(back) == to_json(of(A))
    assert len(back.exhibits) == 5
    assert work.items()[0].state == "done"
    assert store.files() == {str(A): ("9f" * 32, "judged")}


def test_a_file_that_could_not_be_read_has_a_result_as_well(work, store, tmp_path):
    work.put([StoredItem(1, A)])
    finish(work, tmp_path, StoredItem(1, A), of(A, unreadable, sha256_before=""))
    assert work.load(1).outcome == "unreadable"
    assert store.counts() == {"unreadable": 1}


def test_a_stretch_does_not_stand_for_the_file(work, store, tmp_path):
    work.put([StoredItem(1, A), StoredItem(2, A, STRETCH)])
    finish(work, tmp_path, StoredItem(1, A), of(A))
    part = replace(of(A, weak), options=STRETCH.model_dump(mode="json"))
    finish(work, tmp_path, StoredItem(2, A, STRETCH), part)
    assert store.result(str(A))[0]["outcome"] == "judged"
    assert store.result(str(A))[0]["verdict"]["band"] == to_json(of(A))["verdict"]["band"]
    assert work.load(2).options["sampling"] == "every:1"
    work.remove(1)
    assert work.load(2).verdict == part.verdict


def test_beginning_again_drops_the_result_and_keeps_place_and_notes(work, store, tmp_path):
    work.put([StoredItem(1, A), StoredItem(2, B)])
    finish(work, tmp_path, StoredItem(1, A), of(A))
    CaseRemarks(store).put_note(1, Note(1, "Look here."))
    work.renumber(1, StoredItem(3, A))
    assert [item.job for item in work.items()] == [3, 2]
    assert store.files() == {}
    assert CaseRemarks(store).of(3).notes == (Note(1, "Look here."),)
    with pytest.raises(DocumentError, match="no result yet"):
        work.load(3)


def test_what_two_files_share_stays_when_one_is_removed(work, store, tmp_path):
    work.put([StoredItem(1, A), StoredItem(2, B)])
    for job, path in ((1, A), (2, B)):
        finish(work, tmp_path, StoredItem(job, path), of(path))
    work.remove(1)
    assert work.load(2).evidence.path == str(B)
    work.remove(2)
    with store.session() as session:
        tables = ("results", "exhibits", "files", "items")
        assert [session.connection().exec_driver_sql(f"SELECT count(*) FROM {t}").scalar() for t in tables] == [0] * 4


def test_what_has_no_result_is_listed_as_left_out_with_the_reason(work, store):
    work.put([StoredItem(1, A, state="failed", error="It broke."), StoredItem(2, B, state="skipped")])
    assert store.skipped() == [(str(A), "the analysis failed: It broke."), (str(B), "left out by the user")]
    work.put([StoredItem(1, A)])
    assert store.skipped() == [(str(B), "left out by the user")]


def test_notes_names_and_details_come_back(work, store):
    work.put([StoredItem(1, A), StoredItem(2, B)])
    remarks, time = CaseRemarks(store), FrameTime(-7, Fraction(1001, 30_000))
    remarks.put_note(1, Note(2, "later", FrameTime(90, Fraction(1, 30)), 2, "2026-01-01T00:00:00+00:00"))
    remarks.put_note(1, Note(1, "", time))
    remarks.put_name(1, 2, "Minister")
    remarks.put_details(CaseDetails("17", "E-1", "Ada", "Court"), 1)
    remarks.put_details(CaseDetails("17", "E-2", "Ada", "Court"), 2)
    found = remarks.of(1)
    assert [note.number for note in found.notes] == [1, 2]
    assert found.notes[0].time == time
    assert found.names == {2: "Minister"}
    assert (found.details.exhibit, remarks.of(2).details.exhibit) == ("E-1", "E-2")
    remarks.delete_note(1)
    remarks.put_name(1, 2, "")
    assert (len(remarks.of(1).notes), remarks.of(1).names) == (1, {})
    assert set(remarks.all()) == {1, 2}


def test_a_case_that_no_app_had_open_has_no_remarks(tmp_path):
    with CaseStore(tmp_path / "case.db") as store:
        store.save("a.mp4", 3, "a" * 64, "k", "judged", {})
    with sqlite3.connect(tmp_path / "case.db") as database:
        for table in ("items", "notes", "names", "details", "exhibits"):
            database.execute(f"DROP TABLE {table}")
    with CaseStore(tmp_path / "case.db", readonly=True) as store:
        assert CaseRemarks(store).of(1) == Remarks()


def test_a_damaged_result_or_picture_is_an_error_not_a_crash(work, store, tmp_path):
    work.put([StoredItem(1, A)])
    finish(work, tmp_path, StoredItem(1, A), of(A))
    with store.session() as session:
        session.connection().exec_driver_sql("UPDATE exhibits SET frame = x'00' WHERE place = 0")
    with pytest.raises(DocumentError, match="damaged"):
        work.load(1)
    with store.session() as session:
        session.connection().exec_driver_sql("UPDATE results SET document = '{}'")
    with pytest.raises(OutputError, match="damaged"):
        work.load(1)


def test_a_case_of_a_newer_program_is_left_alone(tmp_path):
    path = tmp_path / "new.sjedd-case"
    CaseStore(path).__exit__(None, None, None)
    with sqlite3.connect(path) as database:
        database.execute(f"PRAGMA user_version={SCHEMA + 1}")
    before = path.read_bytes()
    for readonly in (False, True):
        with pytest.raises(OutputError, match="newer version"):
            CaseStore(path, readonly=readonly)
    assert path.read_bytes() == before
