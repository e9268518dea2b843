"""JSON, CSV and PDF reports of every outcome."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from pypdf import PdfReader

from results_factory import ALL, GOOD, evidence, face, inconclusive, judged, make, picture, unreadable, weak
from sjedd_video.calibration import logit
from sjedd_video.errors import OutputError
from sjedd_video.report import files
from sjedd_video.report.csv_ import EXAMINER, FIXED, cell, csv_text, write_csv
from sjedd_video.report.document import build_document
from sjedd_video.report.files import visible
from sjedd_video.report.fonts import MONO, TEXT, font_runs, markup, register
from sjedd_video.report.json_ import to_json, write_json
from sjedd_video.report.material import curves
from sjedd_video.report.pdf import write_pdf
from sjedd_video.report.photos import thumbnails
from sjedd_video.report.plain import plain
from sjedd_video.report.plots import MAX_TICKS, ticks
from sjedd_video.report.schema import json_schema, schema_text
from sjedd_video.types import HeatKind, Outcome, Reason, ReasonCode

SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "analysis-1.json"
SCRIPTS = "Жанна שלום مرحبا 采访 面接 인터뷰 สัมภาษณ์ Ωμέγα ąčğ.mp4"
WANTED = json_schema()
each = pytest.mark.parametrize("make_result", ALL.values(), ids=ALL)


def strict(document):
    return json.loads(json.dumps(document, allow_nan=False))


@each
def test_json_fits_the_published_schema(make_result):
    jsonschema.validate(strict(to_json(make_result())), WANTED, jsonschema.Draft202012Validator)


def test_the_published_schema_is_current_and_valid():
    assert SCHEMA.read_text("utf-8") == schema_text(), (
        "run: python -m sjedd_video.report.schema docs/schema/analysis-1.json"
    )
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text()))


@pytest.mark.parametrize(
    "harm",
    [
        lambda d: d.pop("outcome"),
        lambda d: d.update(extra=1),
        lambda d: d["verdict"].update(probability=1.5),
        lambda d: d["people"][0]["faces"][0].pop("time"),
        lambda d: d.update(schema_version=2),
        lambda d: d["people"][0].update(band="fake"),
    ],
)
def test_the_schema_refuses_other_shapes(harm):
    document = strict(to_json(judged()))
    harm(document)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, WANTED)


def test_json_holds_verdict_people_and_exact_times():
    result = judged()
    document = strict(to_json(result))
    assert document["verdict"]["probability"] == result.verdict.probability
    assert document["verdict"]["person"] == 2
    first = document["people"][1]["faces"][0]
    time = result.people[1].scores[0].observation.time
    assert first["time"] == {"pts": time.pts, "time_base": "1/15360", "seconds": pytest.approx(time.seconds)}
    assert [f["faults"] for f in document["people"][1]["faces"] if not f["usable"]] == [["blurred"], ["blurred"]]
    face = document["people"][1]["faces"][0]
    assert face["p_face"] == face["marginals"][0]
    assert face["lift"] == pytest.approx(logit(face["marginals"]) - logit(document["model"]["prior"]), abs=1e-5)
    assert {"schema_version", "tool", "started", "seconds", "environment", "model"} <= set(document)
    assert document["options"] == result.options
    assert document["evidence"]["unchanged"] is True
    assert document["reasons"] == []


@pytest.mark.parametrize("make_result", [inconclusive, ALL["no_face"], unreadable])
def test_without_a_verdict_json_has_null_and_reasons(make_result):
    document = to_json(make_result())
    assert document["verdict"] is None
    assert document["reasons"]
    assert all(p["probability"] is None for p in document["people"])


def test_values_of_strangers_become_plain_json():
    odd = {"a": float("nan"), "b": b"\xff", "c": np.float32(1.5), "d": "x\udcff", 5: [np.int64(3), None, True]}
    assert strict(plain(odd)) == {"a": None, "b": "ff", "c": 1.5, "d": "x\\xff", "5": [3, None, True]}
    quality = replace(GOOD, sharpness=float("inf"))
    found = make([[face(0.5, 0.3 * i, quality=quality) for i in range(6)]], name="x\udcff.mp4")
    document = to_json(found)
    assert document["people"][0]["faces"][0]["quality"]["sharpness"] is None
    json.dumps(document, ensure_ascii=False, allow_nan=False).encode()


def rows(result):
    return list(csv.DictReader(io.StringIO(csv_text(result), newline="")))


def test_csv_has_a_row_per_face_and_per_frame_without_one():
    result = judged()
    table = rows(result)
    numbers = [f"{kind}_{n}" for kind in ("node", "raw") for n in result.model.nodes]
    assert list(table[0]) == [*FIXED, *numbers, *EXAMINER]
    assert sum(r["person"] == "1" for r in table) == 32
    second = [r for r in table if r["person"] == "2"]
    assert len(second) == 27
    assert [r["faults"] for r in second if r["usable"] == "0"] == ["blurred", "blurred"]
    score = result.people[1].scores[5]
    row = next(r for r in second if int(r["pts"]) == score.observation.time.pts)
    assert float(row["seconds"]) == pytest.approx(score.observation.time.seconds, abs=1e-6)
    assert float(row["raw_lip"]) == pytest.approx(score.raw[result.model.nodes.index("lip")], abs=1e-6)
    assert float(row["node_lip"]) == pytest.approx(score.marginals[result.model.nodes.index("lip")], abs=1e-6)
    assert [float(r["seconds"]) for r in table] == sorted(float(r["seconds"]) for r in table)
    empty = rows(ALL["no_face"]())
    assert len(empty) == 32
    assert {r["person"] + r["p_face"] + r["probability"] for r in empty} == {""}
    assert rows(unreadable()) == []


def test_a_picture_uses_its_own_calibration():
    found = picture()
    model = replace(found.model, calibration={**found.model.calibration, "image_b": -9.0})
    changed = replace(found, model=model)
    assert float(rows(changed)[0]["probability"]) < float(rows(found)[0]["probability"])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r\n=1"])
def test_no_cell_is_a_formula(text):
    assert cell(text) == f"'{text}"
    relative = replace(judged(), evidence=replace(evidence(), path=f"{text.strip()}x"))
    assert rows(relative)[0]["path"].startswith("'")


def test_numbers_stay_numbers():
    assert cell(-1.5) == -1.5
    assert cell(float("nan")) == ""
    assert cell("interview.mp4") == "interview.mp4"


@each
def test_a_pdf_tells_who_what_and_how(make_result, tmp_path):
    result = make_result()
    write_pdf(result, tmp_path / "r.pdf", command="sjedd-video analyze clip.mp4 --out out")
    reader = PdfReader(tmp_path / "r.pdf")
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    text = " ".join(pages)
    name = Path(result.evidence.path).name
    assert name in pages[0]
    assert result.evidence.sha256_before in pages[0]
    assert "sjedd-video analyze clip.mp4 --out out" in text
    assert "Absence of detection does not mean that" in text
    stream = result.evidence.stream
    kind = "File" if stream is None else "Picture" if stream.kind == "image" else "Video"
    assert reader.metadata.title == f"{kind} analysis report: {name}"
    assert f"{kind} analysis report Exhibit" in pages[0]
    assert reader.metadata.author.startswith("sjedd-video ")
    assert reader.metadata.creation_date.isoformat() == "2026-01-02T10:00:00+00:00"
    assert reader.trailer["/Root"]["/Lang"] == "en"
    titles = [entry.title for entry in reader.outline]
    assert titles == [section.title for section in build_document(result).sections]
    for i, page in enumerate(pages, start=1):
        assert f"Exhibit SHA-256 {result.evidence.sha256_before[:16]}" in page
        assert f"Page {i} of" in page
    if result.verdict is None:
        assert "Probability" not in pages[0].replace("calibrated probability", "")
        assert "neither that the file was altered nor that it was not" in pages[0]
    else:
        assert f"person {result.verdict.person}" in pages[0]
        assert "not proof" in pages[0]


def test_a_withdrawn_verdict_leaves_no_support_behind(tmp_path):
    unstable = Reason(ReasonCode.UNSTABLE_RESCALED, "person 2: 99% becomes 38% after rescaling by 0.5")
    result = replace(judged(), verdict=None, outcome=Outcome.INCONCLUSIVE, reasons=(unstable,))
    write_pdf(result, tmp_path / "r.pdf")
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(tmp_path / "r.pdf").pages]
    assert "99% becomes 38%" in pages[0]
    assert "Person 2: no verdict" in pages[0]
    assert "support" not in pages[0].replace("support for the proposition", "")
    assert "withdrawn" in pages[1]


def structure(reader):
    """(role, alternative text) of every mark in the structure tree, in order of reading."""
    root = reader.trailer["/Root"]["/StructTreeRoot"]
    kids = [kid.get_object() for kid in root["/K"]["/K"]]
    for kid in kids:  # a mark is where the page's own list of marks has it
        page = kid["/Pg"].get_object()
        assert root["/ParentTree"]["/Nums"][2 * page["/StructParents"] + 1][kid["/K"]].get_object() == kid
    return [(str(kid["/S"]), str(kid.get("/Alt", ""))) for kid in kids]


@each
def test_a_pdf_can_be_read_without_seeing_it(make_result, tmp_path):
    result = make_result()
    write_pdf(result, tmp_path / "r.pdf")
    reader = PdfReader(tmp_path / "r.pdf")
    found = structure(reader)
    roles = [role for role, _ in found]
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert roles[0] == "/H1"
    assert roles.count("/H1") == 1
    assert roles.count("/H2") == len(reader.outline)  # the summary's is the headline
    figures = [text for role, text in found if role == "/Figure"]
    assert all(figures)
    assert len([text for text in figures if text.startswith("Frame")]) >= len(result.exhibits)
    drawn = b"".join(page.get_contents().get_data() for page in reader.pages)
    assert drawn.count(b"BDC") + drawn.count(b"BMC") == drawn.count(b"EMC")


def test_the_number_of_pages_is_filled_in(tmp_path):
    write_pdf(weak(), tmp_path / "r.pdf")
    reader = PdfReader(tmp_path / "r.pdf")
    forms = [x.get_object() for x in reader.pages[0]["/Resources"]["/XObject"].values()]
    form = next(f for f in forms if f["/Subtype"] == "/Form")
    assert len(reader.pages) > 3
    assert form.get_data()


def test_every_font_is_embedded_and_every_script_is_shown(tmp_path):
    write_pdf(judged(name=SCRIPTS), tmp_path / "r.pdf")
    reader = PdfReader(tmp_path / "r.pdf")
    fonts = {
        str(f["/BaseFont"]): f
        for p in reader.pages
        for f in (v.get_object() for v in p["/Resources"]["/Font"].values())
    }
    assert any("Kurinto" in name for name in fonts)
    assert [n for n, f in fonts.items() if "/FontFile2" not in f.get("/FontDescriptor", {})] == []
    text = reader.pages[0].extract_text()
    for word in ("Жанна", "采访", "面接", "인터뷰", "Ωμέγα", "ąčğ"):
        assert word in text
    assert "U+" not in text


def test_right_to_left_text_is_put_into_display_order():
    register()
    assert "".join(run for _, run in font_runs("שלום", TEXT)) == "םולש"
    shown = "".join(run for _, run in font_runs("مرحبا", TEXT))
    assert shown != "مرحبا"
    assert all("\ufb50" <= c <= "\ufeff" for c in shown)


def test_what_no_font_has_is_shown_by_its_number():
    register()
    assert "".join(run for _, run in font_runs("a\U0001f600", MONO)) == "a<U+1F600>"


def test_names_cannot_hide_or_mark_up():
    register()
    assert visible("evil\u202egpj.mp4\x1b\n") == "evil<U+202E>gpj.mp4<U+001B><U+000A>"
    assert markup("<b>&") == "&lt;b&gt;&amp;"


def test_the_same_result_gives_the_same_bytes(tmp_path):
    for name in ("a.pdf", "b.pdf"):
        write_pdf(judged(), tmp_path / name, command="x")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_odd_results_are_laid_out(tmp_path):
    """Long names, many people and reasons, an unknown hash, a changed file and a flat heat map."""
    crowd = [[face(0.05, 0.3 * i, track) for i in range(5)] for track in range(1, 30)]
    result = make(crowd, name="long " * 50 + "字" * 200)
    flat = replace(result.exhibits[0], heat=np.zeros((112, 112), np.float32))
    reasons = tuple(Reason(code, "detail " * 20) for code in ReasonCode)
    odd = replace(
        result, exhibits=(flat, *result.exhibits), reasons=reasons, options={**result.options, "model": "m" * 9000},
        evidence=evidence("x" * 3000, sha256_before="", sha256_after=None, stream=None),
    )  # fmt: skip
    for case in (odd, replace(odd, verdict=None)):
        write_pdf(case, tmp_path / "r.pdf", command="word " * 3000)
        assert len(PdfReader(tmp_path / "r.pdf").pages) > 6


def test_a_gap_is_drawn_as_a_gap():
    curve = curves(judged())[1]
    covered = [set(map(int, s)) for s in curve.segments]
    gone = int(np.flatnonzero(np.diff(curve.seconds) > 1)[0])
    assert not any({gone, gone + 1} <= s for s in covered)
    cut = int(np.flatnonzero(curve.seconds < curve.cuts[0])[-1])
    assert not any({cut, cut + 1} <= s for s in covered)
    unusable = set(map(int, np.flatnonzero(~curve.usable)))
    assert unusable
    assert not any(unusable & s for s in covered)


@pytest.mark.parametrize(("start", "end"), [(0, 0.2), (0, 9.6), (3, 75), (0, 3600), (5, 40000), (2, 2)])
def test_axes_have_a_few_round_times(start, end):
    found = list(ticks(start, end))
    assert len(found) <= MAX_TICKS + 1
    assert all(start - 1e-6 <= t <= end + 1e-6 for t in found)


@pytest.mark.parametrize("write", [write_json, write_csv, write_pdf])
def test_a_report_appears_whole_or_not_at_all(write, tmp_path, monkeypatch):
    write(weak(), tmp_path / "r")
    before = (tmp_path / "r").read_bytes()

    def full(_):
        raise OSError("the disk is full")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OutputError, match="full"):
        write(judged(), tmp_path / "r")
    assert (tmp_path / "r").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["r"]


class TestHeatMaps:
    """What a map shows is said, and places are drawn on a scale of their own."""

    @staticmethod
    def of(value=None, kind=HeatKind.PLACES):
        heat = None if value is None else np.full((12, 12), value, np.float32)
        result = judged()
        return replace(result, exhibits=tuple(replace(e, heat=heat, heat_kind=kind) for e in result.exhibits))

    @staticmethod
    def words(result):
        return repr(build_document(result))

    def test_places_are_explained_as_places(self):
        words = self.words(self.of(0.27))
        assert "strongest place 27 %, uncalibrated" in words
        assert "where the model takes the face for altered" in words
        assert "when that place is hidden" not in words

    def test_occlusion_is_explained_as_occlusion(self):
        words = self.words(self.of(0.27, HeatKind.OCCLUSION))
        assert "when that place is hidden" in words
        assert "takes the face for altered" not in words

    def test_without_maps_nothing_is_explained(self):
        words = self.words(self.of())
        assert "when that place is hidden" not in words
        assert "takes the face for altered" not in words
        assert "Crops are what the model saw" in words

    def test_a_face_without_altered_places_stays_as_good_as_grey_and_half_is_full_colour(self):
        def colour(value, kind=HeatKind.PLACES):
            _, crop, on_frame = thumbnails(self.of(value, kind).exhibits[0])
            assert on_frame.shape[0] == on_frame.shape[1]
            return float(crop[..., 0].mean() - crop[..., 2].mean())

        assert colour(0.01) < 0.03 * colour(0.5)
        assert colour(0.25) == pytest.approx(colour(0.5) / 2, rel=0.02)
        assert colour(0.9) == pytest.approx(colour(0.5), rel=0.01)
        assert colour(0.01, HeatKind.OCCLUSION) == pytest.approx(colour(0.5), rel=0.01)  # stretched to its peak
