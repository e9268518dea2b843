"""Calibration of a bundle that has none, by labelled files."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from fakes import fake_detector
from sjedd_training import run_files
from sjedd_training.calibrate import _first_half, fit_platt, platt_section
from sjedd_training.manifest import Entry
from sjedd_video.calibration import sigmoid
from sjedd_video.errors import ModelError, OptionsError
from sjedd_video.model.bundle import load_bundle
from sjedd_video.model.factory import load_scorer
from sjedd_video.options import AnalysisOptions
from training.eval_kit import picture, scored, write_manifest

pytest.importorskip("torch", reason="needs the [torch] extra")
pytestmark = pytest.mark.torch

from bundles import CALIBRATION, write_tiny  # noqa: E402
from sjedd_training.bundle_calibration import (  # noqa: E402
    bundle_calibration,
    describe,
    identity_engines,
    scoring_engines,
)
from sjedd_training.cli import commands  # noqa: E402
from sjedd_training.robustness import perturbed_engines  # noqa: E402
from training.fits import finished_run, tiny_recipe  # noqa: E402
from training.pool_factory import make_pool  # noqa: E402

OPTIONS = AnalysisOptions(heatmaps=0)


def _set(count: int = 200, slope: float = 2.0, offset: float = -1.0, noise: float = 1.0, seed: int = 0):
    """Files whose labels follow ``sigmoid(slope x + offset)``; their frames scatter about the mean."""
    rng = np.random.default_rng(seed)
    x = rng.normal(0.5, 2.0, count)
    labels = (rng.random(count) < sigmoid(slope * x + offset)).astype(int)
    entries = [Entry(f"{k}.mp4", Path(f"{k}.mp4"), int(label), {"group": "made"}) for k, label in enumerate(labels)]
    frames = sigmoid(x[:, None] + rng.normal(0, noise, (count, 6)))
    return entries, [scored(float(sigmoid(v)), frames=tuple(map(float, f))) for v, f in zip(x, frames, strict=True)]


def test_the_curve_of_the_data_is_found_again():
    section = bundle_calibration(_set(3000), None, "made")
    assert section["a"] == pytest.approx(2.0, abs=0.3)
    # Classes weigh alike in the fit, so only the slope is that of the data.
    assert 0 < section["image_a"] < section["a"]
    assert section["n_real"] + section["n_fake"] == 3000
    rates = section["error_rates"]
    assert [rate["fpr"] for rate in rates] == sorted((rate["fpr"] for rate in rates), reverse=True)


def test_pictures_can_have_a_set_of_their_own():
    pictures = _set(400, slope=0.7, seed=3)
    section = bundle_calibration(_set(400), pictures, "made")
    alone = bundle_calibration(_set(400), None, "made")
    assert section["a"] == alone["a"]
    assert section["image_a"] == pytest.approx(0.7, abs=0.25)
    assert section["image_a"] != alone["image_a"]


def test_withheld_verdicts_count_and_unassessed_files_do_not():
    entries, scores = _set(100)
    withheld = [replace(score, probability=None, outcome="inconclusive") for score in scores]
    assert bundle_calibration((entries, withheld), None, "x") == bundle_calibration((entries, scores), None, "x")
    lost = [replace(score, carried=None) if k < 95 else score for k, score in enumerate(scores)]
    with pytest.raises(OptionsError, match=r"Of 100 videos, \d real and \d altered ones"):
        bundle_calibration((entries, lost), None, "x")


def test_scores_that_point_the_wrong_way_are_refused():
    entries, scores = _set(100, slope=-2.0, offset=1.0)
    with pytest.raises(ModelError, match="do not score above"):
        bundle_calibration((entries, scores), None, "x")


def test_separable_files_get_a_finite_curve():
    slope, offset = fit_platt(np.array([-3.0, -2.0, 2.0, 3.0]), np.array([0.0, 0.0, 1.0, 1.0]))
    assert 0 < slope < 3
    assert abs(offset) < 1e-6


def test_nothing_is_judged_by_a_curve_that_saw_its_relatives():
    y = np.repeat([0.0, 1.0], 20)
    related = np.array([f"p{k % 10}" for k in range(40)])
    half = _first_half(y, related)
    assert not set(related[half]) & set(related[~half])
    for side in (half, ~half):
        assert set(y[side]) == {0.0, 1.0}
    x = np.random.default_rng(0).normal(2 * y, 1.0)
    rates = platt_section(x, y, related, "x")["error_rates"]
    assert all(0 <= rate["fpr"] <= 1 for rate in rates)


def test_two_people_of_each_class_are_enough_in_whatever_order():
    y = np.array([0.0, 1.0, 0.0, 1.0, 1.0, 1.0])
    x = np.array([-2.0, 1.0, -1.0, 2.0, 1.5, 0.5])
    for names in itertools.permutations("abcd"):
        both, other, third, fourth = names
        related = np.array([both, both, other, other, third, fourth])
        half = _first_half(y, related)
        assert {*y[half]} == {*y[~half]} == {0.0, 1.0}
        platt_section(x, y, related, "x")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (lambda entry: {"person": "a"}, "real ones of 1 and altered ones of 1 different"),
        (lambda entry: {"original": "o"} if entry.label else {}, r"real ones of \d+ and altered ones of 1 different"),
        (lambda entry: {} if entry.label else {"person": "a"}, r"real ones of 1 and altered ones of \d+ different"),
    ],
)
def test_too_few_people_are_an_error(tmp_path, monkeypatch, fields, told):
    entries, scores = _set(80)
    entries = [replace(entry, fields=fields(entry)) for entry in entries]
    with pytest.raises(OptionsError, match=f"The calibration set has {told}"):
        bundle_calibration((entries, scores), None, "x")
    # The command says so before it scores anything.
    monkeypatch.setattr(run_files, "run_pipeline", None)
    rows = [(e.name, str(e.label), e.fields.get("person", ""), e.fields.get("original", "")) for e in entries]
    manifest = write_manifest(tmp_path, rows, "path,label,person,original")
    arguments = ["--model", "x", "--videos", str(manifest), "--out", str(tmp_path / "new.sjedd")]
    with pytest.raises(OptionsError, match=rf"manifest\.csv has {told}"):
        CliRunner().invoke(commands, ["calibrate", *arguments], catch_exceptions=False)


def test_the_identity_is_never_written(tmp_path):
    bundle = write_tiny(tmp_path / "tiny", calibration=None)
    engines = identity_engines(AnalysisOptions(model=str(bundle.path)))
    calibration = engines.facts().calibration
    assert (calibration["a"], calibration["b"]) == (1.0, 0.0)
    assert load_bundle(bundle.path).card.calibration is None
    crop = bundle.golden().crops[0]
    np.testing.assert_allclose(engines.scorer.score([crop])[1][0], bundle.golden().probabilities[0], atol=1e-3)


def test_untrained_weights_are_refused(tmp_path):
    bundle = write_tiny(tmp_path / "tiny", calibration=None, trained=False)
    for load in (identity_engines, scoring_engines):
        with pytest.raises(ModelError, match="never trained"):
            load(AnalysisOptions(model=str(bundle.path)))


def test_a_calibration_that_is_there_counts(tmp_path):
    bare, full = write_tiny(tmp_path / "bare", calibration=None), write_tiny(tmp_path / "full")
    found = [scoring_engines(AnalysisOptions(model=str(bundle.path))).facts().calibration for bundle in (bare, full)]
    assert [section["a"] for section in found] == [1.0, CALIBRATION["a"]]
    perturbed = perturbed_engines(AnalysisOptions(model=str(bare.path)), kind="blur", level=1)
    assert perturbed.facts().calibration["a"] == 1.0


def _invoke(*arguments: object) -> str:
    done = CliRunner().invoke(commands, [str(argument) for argument in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_protocols_measure_what_was_just_exported(tmp_path, monkeypatch):
    monkeypatch.setattr("sjedd_video.faces.detect.build_detector", fake_detector)
    finished_run(tiny_recipe(), tmp_path / "run")
    for name, level in (("real/a", 190), ("DiffSwap/b", 70), ("DiffSwap/c", 90)):
        (tmp_path / "data/test" / name).parent.mkdir(parents=True, exist_ok=True)
        picture(tmp_path / f"data/test/{name}.png", level)
    bundle = tmp_path / "ffpp.sjedd"
    _invoke("export", tmp_path / "run", "--out", bundle, "--name", "ffpp", "--uncalibrated")
    told = _invoke("evaluate", "--protocol", "diffusion", "--root", tmp_path / "data", "--model", bundle)
    assert "1/1 + 2/2" in told
    assert "Uncalibrated: ffpp. AUC only ranks and needs no calibration." in told
    rows = [("data/test/real/a.png", "real"), ("data/test/DiffSwap/b.png", "fake")]
    manifest = write_manifest(tmp_path, rows, "path,label")
    with pytest.raises(ModelError, match=r"no calibration.*sjedd-train calibrate"):
        _invoke("evaluate", "--images", manifest, "--model", bundle)


@pytest.mark.parametrize("protocol", ["robustness", "small-faces"])
def test_protocols_on_a_pool_need_no_calibration(tmp_path, protocol):
    bundle, data = write_tiny(tmp_path / "tiny", calibration=None), make_pool(tmp_path / "pool")
    few = ("--limit", "2", "--out", tmp_path)
    told = _invoke("evaluate", "--protocol", protocol, "--data", data, "--model", bundle.path, *few)
    assert "Uncalibrated: tiny." in told
    found = json.loads((tmp_path / "protocol.json").read_text())
    assert all(row["suspected"] is row["strong"] is row["caught"] is None for row in found.get("faces", []))
    # Of small faces the picture shows what a calibration decides.
    assert (tmp_path / f"{protocol}.png").is_file() == (protocol == "robustness")


def test_the_command_makes_a_bundle_that_judges(tmp_path, monkeypatch):
    bundle = write_tiny(tmp_path / "tiny", calibration=None)
    with pytest.raises(ModelError, match="calibrate"):
        load_scorer(AnalysisOptions(model=str(bundle.path)))
    made, scores = _set(80)
    manifest = write_manifest(tmp_path, [(entry.name, str(entry.label), "made") for entry in made])
    monkeypatch.setattr(run_files, "run_pipeline", lambda *_, **__: (scores, None))
    target = tmp_path / "new.sjedd"
    arguments = ["calibrate", "--model", str(bundle.path), "--videos", str(manifest), "--out", str(target)]
    done = CliRunner().invoke(commands, arguments)
    assert done.exit_code == 0, done.output
    assert "Error rates" in done.output
    facts = load_scorer(AnalysisOptions(model=str(target))).facts("d", "0" * 64)
    assert facts.calibration["data"] == describe(manifest, made, scores)
    assert "manifest.csv: " in facts.calibration["data"]
    assert str(tmp_path) not in facts.calibration["data"]
    assert facts.calibration["a"] > 0
    assert CliRunner().invoke(commands, arguments).exit_code != 0
