"""Evaluation of labelled files by the product's own pipeline: manifests, outcomes, resuming, metrics, outputs."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

import fakes
import results_factory
import sjedd_video
from sjedd_training import score_files as score_files_module
from sjedd_training.cli import commands
from sjedd_training.evaluate import evaluate
from sjedd_training.evaluate_output import node_aucs, summary_of, write_plots, write_results
from sjedd_training.evaluate_tables import tables
from sjedd_training.manifest import Entry, group_columns, read_manifest
from sjedd_training.score_files import score_files
from sjedd_training.scores import FileScore, file_score
from sjedd_training.tables import plain_lines
from sjedd_video.engines import Engines
from sjedd_video.errors import ModelError, OptionsError
from sjedd_video.options import AnalysisOptions
from training.eval_kit import dark_engines, make_clips, make_pictures, picture, scored, write_manifest

OPTIONS = AnalysisOptions(heatmaps=0)
MODEL = fakes.model_facts()


def _entries(*rows: tuple[str, int, str], **fields: str) -> list[Entry]:
    return [Entry(name, __file__, label, {"group": group, **fields}) for name, label, group in rows]  # type: ignore[arg-type]


# Manifests


def test_a_manifest_is_read(tmp_path):
    path = write_manifest(tmp_path, [("a.mp4", "REAL", "x"), ("b/c.mp4", "1", "")])
    first, second = read_manifest(path)
    assert (first.name, first.label, first.group, first.path) == ("a.mp4", 0, "x", tmp_path / "a.mp4")
    assert (second.label, second.group, second.path) == (1, "", tmp_path / "b" / "c.mp4")


@pytest.mark.parametrize(
    ("header", "rows", "told"),
    [
        ("path,label", [("a", "real"), ("b", "maybe")], r"line 3 \(b\): unknown label 'maybe'"),
        ("path,label", [("a", "real"), ("", "fake")], "line 3 has no path"),
        ("path,group", [("a", "real")], "no column label"),
        ("path,label", [("a", "real"), ("a", "fake")], "a stands in 2 rows"),
        ("path,label", [], "holds no file"),
    ],
)
def test_a_bad_manifest_names_the_row(tmp_path, header, rows, told):
    with pytest.raises(OptionsError, match=told):
        read_manifest(write_manifest(tmp_path, rows, header))


def test_a_missing_manifest_is_named(tmp_path):
    with pytest.raises(OptionsError, match=r"nowhere\.csv"):
        read_manifest(tmp_path / "nowhere.csv")


def test_columns_that_name_single_files_group_nothing(tmp_path):
    header = "path,label,codec,group,original,note,eye"
    rows = [("a", "real", "h264", "", "o", "n1", "0"), ("b", "fake", "h264", "", "o", "n2", "?")]
    entries = read_manifest(write_manifest(tmp_path, rows, header))
    assert group_columns(entries, MODEL.nodes) == ("group", "codec")
    assert [entry.node_label("eye") for entry in entries] == [0, -1]
    with pytest.raises(OptionsError, match="b: codec"):
        entries[1].node_label("codec")


@pytest.mark.parametrize(
    ("nodes", "values", "groups"),
    [
        (("face",), {"gender": ("male", "female", "male", "female")}, ("gender",)),
        (("face",), {"age": ("young", "old", "young", "old"), "pose": ("", "left", "", "left")}, ("age", "pose")),
        (("face",), {"gender": ("1", "0", "0", "1")}, ("gender",)),  # no label: a real file has 1
        (("face",), {"gender": ("", "0", "1", "?"), "pose": ("0", "", "1", "1")}, ()),
        (("face", "gender"), {"gender": ("male", "female", "male", "female")}, ()),
        (("face",), {"occluded": ("0", "0", "1", "1")}, ("occluded",)),
    ],
)
def test_a_column_called_like_a_node_groups_unless_it_holds_labels(tmp_path, nodes, values, groups):
    files = (("a", "real"), ("b", "real"), ("c", "fake"), ("d", "fake"))
    rows = [(*file, *cells) for file, cells in zip(files, zip(*values.values(), strict=True), strict=True)]
    entries = read_manifest(write_manifest(tmp_path, rows, ",".join(("path", "label", *values))))
    assert group_columns(entries, nodes) == groups


# Files


def test_every_file_gets_its_outcome(tmp_path):
    entries = read_manifest(make_clips(tmp_path))
    scores, model = score_files([entry.path for entry in entries], OPTIONS, load=dark_engines)
    assert [score.outcome for score in scores] == ["judged", "judged", "unreadable", "unreadable"]
    real, fake, broken, gone = scores
    assert real.probability is not None
    assert fake.probability is not None
    assert real.probability < 0.3 < 0.7 < fake.probability
    assert (broken.probability, gone.probability, gone.reasons[0]) == (None, None, "not_found")
    assert fake.traits is not None
    assert real.traits is not None
    assert fake.traits.brightness < real.traits.brightness
    assert fake.traits.bit_rate == pytest.approx(8 * entries[1].path.stat().st_size / 4.0)
    assert len(fake.frames) == 32
    assert fake.nodes is not None
    assert set(fake.nodes) == set(model.nodes)
    assert fake.nodes["face"] == pytest.approx(np.mean([frame.p_face for frame in fake.frames]))


def test_a_picture_is_one_frame(tmp_path):
    path = picture(tmp_path / "dark.png", 70)
    (score,), _ = score_files([path], OPTIONS, load=dark_engines)
    assert score.probability == pytest.approx(score.frames[0].probability)
    assert len(score.frames) == 1
    assert score.traits is not None
    assert score.traits.bit_rate == pytest.approx(8 * path.stat().st_size / (240 * 320))


def test_results_are_taken_up_again(tmp_path, monkeypatch):
    entries = read_manifest(make_pictures(tmp_path, 1))
    paths, cache, seen = [entry.path for entry in entries[:2]], tmp_path / "cache", []
    once = score_files_module.score_file
    monkeypatch.setattr(score_files_module, "score_file", lambda path, *rest: seen.append(path) or once(path, *rest))
    first, _ = score_files(paths[:1], OPTIONS, load=dark_engines, cache=cache)
    again, _ = score_files(paths, OPTIONS, load=dark_engines, cache=cache)
    assert again[:1] == first
    assert seen == paths
    picture(paths[0], 120)
    changed, _ = score_files(paths, OPTIONS, load=dark_engines, cache=cache)
    assert seen == [*paths, paths[0]]
    assert changed[0] != again[0]
    score_files(paths[:1], AnalysisOptions(heatmaps=0, detector_score=0.6), load=dark_engines, cache=cache)
    score_files(paths[:1], OPTIONS, load=dark_engines, cache=cache, variant="other")
    assert len(seen) == len(paths) + 3
    for stored in cache.glob("*.json"):
        stored.write_text("{half", "utf-8")
    score_files(paths[:1], OPTIONS, load=dark_engines, cache=cache)
    assert len(seen) == len(paths) + 4
    monkeypatch.setattr(sjedd_video, "__version__", "another")
    score_files(paths[:1], OPTIONS, load=dark_engines, cache=cache)
    assert len(seen) == len(paths) + 5


def test_a_defect_met_by_one_file_is_its_outcome(tmp_path):
    paths = [picture(tmp_path / "dark.png", 20), picture(tmp_path / "light.png", 128)]
    scores, _ = score_files(paths, OPTIONS, load=fakes.BrokenEngines.load, cache=tmp_path / "cache")
    assert [score.outcome for score in scores] == ["crashed", "judged"]
    assert "a defect" in scores[0].detail
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_an_error_of_the_model_ends_the_evaluation(tmp_path):
    with pytest.raises(ModelError, match="no weights"):
        score_files([tmp_path / "a.mp4"], OPTIONS, load=fakes.MissingEngines.load)


def test_processes_agree_with_one_and_survive_a_death(tmp_path):
    paths = [picture(tmp_path / f"{k}.png", level) for k, level in enumerate((128, 20))]
    many, _ = score_files(paths, OPTIONS, load=fakes.DeadlyEngines.load, workers=2)
    assert [score.outcome for score in many] == ["judged", "crashed"]
    alone, _ = score_files(paths[:1], OPTIONS, load=fakes.DeadlyEngines.load)
    assert many[0] == alone[0]


# Metrics


def test_the_papers_take_the_largest_face_of_each_frame_whatever_its_quality():
    near = fakes.face_score(0.8, 0.0, quality=results_factory.BLURRED)
    far = fakes.face_score(0.1, 0.0, track=2)
    small = replace(far.observation, detection=fakes.detection(size=40.0))
    alone = fakes.face_score(0.2, 0.3, track=2)
    result = results_factory.make([[near], [replace(far, observation=small), alone]])
    assert file_score(result).largest == pytest.approx((0.8 + 0.2) / 2)
    assert file_score(results_factory.no_face()).largest is None


def test_groups_and_what_is_left_out():
    entries = _entries(("r1", 0, "a"), ("f1", 1, "a"), ("r2", 0, "a"), ("f2", 1, "b"), ("f3", 1, "b"), ("r3", 0, "c"))
    scores = [
        scored(0.2, frames=(0.1, 0.3)),
        scored(0.9, frames=(0.8, 0.95)),
        scored(None, carried=0.95),
        scored(0.4),
        scored(0.6),
        FileScore("no_face", ("no_face_found",)),
    ]
    whole, a, b, c = evaluate(entries, scores, MODEL, rounds=50)
    assert (whole.name, whole.real, whole.altered, whole.judged_real, whole.judged_altered) == ("all", 3, 3, 1, 3)
    assert whole.coverage.value == pytest.approx(4 / 6)
    assert whole.withheld == {"wide interval": 1, "no face found": 1}
    assert whole.misses == ("f2",)
    assert whole.false_alarms == ()
    assert whole.files is not None
    assert whole.files["auc"].value == 1.0
    assert whole.files["balanced_accuracy"].value == pytest.approx((1 + 2 / 3) / 2)
    # The withheld real one carries 0.95, above every altered one.
    assert whole.carried is not None
    assert whole.carried.value == pytest.approx(0.5)
    assert whole.carried_files == 5
    assert a.files is not None
    assert a.frames is not None
    assert a.small
    assert (b.name, b.files, b.judged_altered) == ("b", None, 2)
    assert (c.judged_real, c.coverage.value, c.files) == (0, 0.0, None)


def test_baselines_have_a_fixed_direction():
    entries = _entries(*((f"r{i}", 0, "") for i in range(4)), *((f"f{i}", 1, "") for i in range(4)))
    sharp = [scored(0.5, sharpness=900.0 + i, brightness=0.2, bit_rate=None) for i in range(4)]
    blurred = [scored(0.5, sharpness=300.0 + i, brightness=0.8, bit_rate=None) for i in range(4)]
    part = evaluate(entries, [*sharp, *blurred], MODEL, rounds=20)[0]
    assert part.baselines["sharpness"].auc.value == 1.0
    assert (part.baselines["brightness"].auc.value, part.baselines["brightness"].best) == (0.0, 1.0)
    assert part.baselines["face_size"].auc.value == 0.5
    assert "bit_rate" not in part.baselines
    assert part.strata == pytest.approx(0.5)


def test_tables_say_one_class_instead_of_a_number():
    entries = _entries(("r1", 0, "a"), ("f1", 1, "b"), ("r2", 0, "c"))
    scores = [scored(0.7), scored(0.9), FileScore("unreadable", ("not_media",))]
    lines = [
        line for table in tables(evaluate(entries, scores, MODEL, rounds=20), MODEL) for line in plain_lines(table)
    ]
    text = "\n".join(lines)
    assert "real ones only: 1 of 1 are false alarms" in text
    assert "altered ones only: 0 of 1 are missed" in text
    assert "nothing judged" in text
    assert "1 not media" in text
    assert "1 of 1 real" not in text.split("Errors")[0]
    assert any("false alarms" in line and "r1" in line for line in lines)
    assert all(len(line) < 260 for line in lines)


def test_nodes_are_measured_against_their_own_labels():
    entries = _entries(("r", 0, ""), ("f", 1, ""), ("g", 1, ""))
    entries[1].fields["eye"], entries[2].fields["eye"] = "1", "0"
    values = [dict.fromkeys(MODEL.nodes, p) for p in (0.1, 0.8, 0.05)]
    scores = [scored(0.5, nodes=value) for value in values]
    found = node_aucs(entries, scores, MODEL.nodes)
    assert found["eye"] == {"against": "own label", "unobserved": 0, "auc": 1.0}
    assert found["face"] == {"against": "label of the file", "unobserved": 0, "auc": 0.5}


# Outputs


def test_outputs_of_a_run(tmp_path):
    entries = read_manifest(make_pictures(tmp_path, 1))
    scores, model = score_files([entry.path for entry in entries], OPTIONS, load=dark_engines)
    parts = evaluate(entries, scores, model, rounds=50)
    out = tmp_path / "out"
    write_results(out, entries, scores, summary_of(parts, entries, scores, model, OPTIONS))
    plots = write_plots(out, entries, scores, model)
    assert {path.name for path in plots} == {"roc.png", "reliability.png", "nodes.png", "nodes-by-group.png"}
    assert all(path.read_bytes()[:4] == b"\x89PNG" for path in plots)
    with (out / "scores.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["path", "label", "group", "outcome", "probability"]
    assert [row[:4] for row in rows] == [[e.name, ("real", "fake")[e.label], e.group, "judged"] for e in entries]
    summary = json.loads((out / "metrics.json").read_text())
    assert [part["value"] for part in summary["parts"]] == ["", "a", "b"]
    assert summary["parts"][0]["files"]["auc"]["value"] == 1.0
    assert summary["parts"][2]["files"] is None
    assert summary["model"]["threshold"] == 0.5


def test_files_without_a_verdict_have_no_probability_in_scores(tmp_path):
    entries = _entries(("a", 0, ""), ("b", 1, ""))
    write_results(tmp_path, entries, [scored(None, carried=0.9), FileScore("no_face")], {})
    text = (tmp_path / "scores.csv").read_text().splitlines()
    assert text[1:] == ["a,real,,inconclusive,", "b,fake,,no_face,"]
    assert write_plots(tmp_path, entries, [FileScore("no_face")] * 2, MODEL) == []


def test_names_are_shown_as_they_are(tmp_path):
    entries = _entries(("r", 0, "_a$^b"), ("f", 1, "_a$^b"))
    scores = [scored(0.2, nodes=dict.fromkeys(MODEL.nodes, 0.1)), scored(0.9, nodes=dict.fromkeys(MODEL.nodes, 0.3))]
    assert len(write_plots(tmp_path, entries, scores, MODEL)) == 4


def test_the_command_prints_and_resumes(tmp_path, monkeypatch):
    monkeypatch.setattr(Engines, "load", staticmethod(dark_engines))
    manifest, out = make_pictures(tmp_path, 1), tmp_path / "out"
    arguments = ["evaluate", "--images", str(manifest), "--out", str(out)]
    first = CliRunner().invoke(commands, arguments)
    assert first.exit_code == 0, first.output
    assert "Trivial baselines" in first.output
    assert "Single frames" not in first.output
    before = (out / "scores.csv").read_bytes()
    monkeypatch.setattr(score_files_module, "score_file", None)
    again = CliRunner().invoke(commands, [*arguments, "--json"])
    assert again.exit_code == 0, again.output
    assert (out / "scores.csv").read_bytes() == before
    assert '"baselines"' in again.output


@pytest.mark.parametrize("name", ["mine=tiny.sjedd", "lr=1e-4/tiny.sjedd", "mine=lr=1e-4/tiny.sjedd"])
def test_the_model_of_a_manifest_may_have_a_name(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    asked = []
    monkeypatch.setattr(Engines, "load", staticmethod(lambda o: asked.append(o.model) or dark_engines(o)))
    (tmp_path / "lr=1e-4").mkdir()
    for bundle in ("tiny.sjedd", "lr=1e-4/tiny.sjedd"):
        (tmp_path / bundle).touch()
    arguments = ["evaluate", "--images", str(make_pictures(tmp_path, 1)), "--model", name]
    done = CliRunner().invoke(commands, arguments)
    assert done.exit_code == 0, done.output
    assert asked == [name.removeprefix("mine=")]


@pytest.mark.parametrize("wrong", [[], ["--videos", "a", "--images", "b"], ["--videos", "a", "--root", "r"]])
def test_the_command_wants_one_kind_of_input(wrong):
    assert CliRunner().invoke(commands, ["evaluate", *wrong]).exit_code == 2
