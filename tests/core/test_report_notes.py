"""Notes of the examiner in the reports: there, in place, and told apart from what the program found."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction

import jsonschema
import pytest
from pypdf import PdfReader

from results_factory import BASE, STEP, judged, unreadable, weak
from sjedd_video.errors import Cancelled
from sjedd_video.notes import CaseDetails, Note, Remarks, in_order, person_label
from sjedd_video.progress import CancelToken
from sjedd_video.report.csv_ import csv_text
from sjedd_video.report.json_ import to_json, write_json
from sjedd_video.report.pdf import write_pdf
from sjedd_video.report.schema import json_schema
from sjedd_video.types import FrameTime

SAMPLED = FrameTime(round(3 * STEP / BASE), BASE)
BETWEEN = FrameTime(7, BASE)
REMARKS = Remarks(
    notes=(
        Note(1, "Came on a USB stick.", written="2026-03-01T10:00:00+00:00"),
        Note(2, "", BETWEEN),
        Note(3, "=The mouth jumps.\nSee the broadcast.", SAMPLED, 2),
    ),
    names={2: "Minister"},
    details=CaseDetails("17/2026", "E-4", "Ada Lovelace", "District court"),
)


def pdf_text(result, remarks, tmp_path):
    write_pdf(result, tmp_path / "x.pdf", remarks=remarks)
    return [" ".join(page.extract_text().split()) for page in PdfReader(tmp_path / "x.pdf").pages]


def test_the_pdf_has_notes_names_and_details(tmp_path):
    pages = pdf_text(judged(), REMARKS, tmp_path)
    for words in ("17/2026", "E-4", "Ada Lovelace", "District court", "Person 2 (Minister)"):
        assert words in pages[0]
    text = " ".join(pages)
    at = text.index("Notes of the examiner")
    section = text[at : text.index("Sampling and coverage", at)]
    for words in (
        "whole file",
        "USB stick",
        "2026-03-01 10:00 UTC",
        "Names of people",
        "(bookmark)",
        "00:00.9",
        "The mouth jumps.",
    ):
        assert words in section
    assert "written by the examiner" in section
    assert "Nothing of it is a finding of the program" in section


def test_without_remarks_the_pdf_says_nothing_of_them(tmp_path):
    text = " ".join(pdf_text(judged(), Remarks(), tmp_path))
    assert "Notes of the examiner" not in text
    assert "Case number" not in text
    assert "Minister" not in text


def test_a_very_long_note_and_text_from_strangers_do_not_break_the_pdf(tmp_path):
    long = Note(1, "word " * 3000 + "\n" * 200 + "<b>bold</b> \u202eevil the end")
    text = " ".join(pdf_text(unreadable(), Remarks((long,)), tmp_path))
    assert "<b>bold</b>" in text
    assert "<U+202E>evil the end" in text


def test_writing_a_pdf_tells_its_progress_and_can_be_stopped(tmp_path):
    told, cancel = [], CancelToken()
    write_pdf(weak(), tmp_path / "x.pdf", progress=lambda *values: told.append(values))
    assert {stage for stage, *_ in told} == {"report"}
    assert told[-1][1] > 0.8 * told[-1][2]
    (tmp_path / "x.pdf").unlink()
    with pytest.raises(Cancelled):
        write_pdf(weak(), tmp_path / "x.pdf", progress=lambda *_: cancel.cancel(), cancel=cancel)
    assert list(tmp_path.iterdir()) == []


def test_the_json_has_them_and_fits_the_schema(tmp_path):
    write_json(judged(), tmp_path / "x.json", REMARKS)
    document = json.loads((tmp_path / "x.json").read_text("utf-8"))
    jsonschema.validate(document, json_schema())
    assert [(n["text"], n["person"]) for n in document["notes"]] == [
        ("Came on a USB stick.", None), ("", None), ("=The mouth jumps.\nSee the broadcast.", 2)]  # fmt: skip
    assert document["notes"][1]["time"] == {"pts": 7, "time_base": "1/15360", "seconds": round(7 / 15360, 6)}
    assert [person.get("name") for person in document["people"]] == [None, "Minister"]
    assert document["case"]["examiner"] == "Ada Lovelace"


def test_a_report_of_before_still_fits_the_schema():
    document = to_json(judged())
    del document["notes"]
    jsonschema.validate(document, json_schema())
    assert "case" not in document


def test_the_csv_has_notes_beside_their_face_and_rows_for_the_others():
    result = judged()
    plain = list(csv.DictReader(io.StringIO(csv_text(result), newline="")))
    table = list(csv.DictReader(io.StringIO(csv_text(result, REMARKS), newline="")))
    assert len(table) == len(plain) + 2
    noted = [(row["pts"], row["person"], row["note"]) for row in table if row["note"]]
    assert noted == [(str(SAMPLED.pts), "2", "'=The mouth jumps.\nSee the broadcast."),
                     ("", "", "Came on a USB stick."), ("7", "", "bookmark")]  # fmt: skip
    assert {row["person_name"] for row in table if row["person"] == "2"} == {"Minister"}
    assert {row["person_name"] for row in table if row["person"] != "2"} == {""}
    assert all(None not in row and None not in row.values() for row in table)


def test_notes_are_in_order_of_time_those_on_the_file_first():
    early, late = FrameTime(-1, Fraction(1)), FrameTime(3, Fraction(1, 2))
    notes = [Note(1, "c", late, 2), Note(2, "b", late, 1), Note(3, "a", early), Note(4, "file")]
    assert [note.number for note in sorted(notes, key=in_order)] == [4, 3, 2, 1]


def test_a_person_without_a_name_is_called_by_number():
    assert (person_label(2), person_label(2, {2: "Minister"}), person_label(1, {2: "x"})) == (
        "Person 2", "Person 2 (Minister)", "Person 1")  # fmt: skip
