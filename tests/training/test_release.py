"""From a checkpoint to a bundle that may judge, and the training command line."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from sjedd_video.errors import ExitCode, ModelError
from sjedd_video.model.bundle import load_bundle
from sjedd_video.model.factory import load_scorer
from sjedd_video.options import AnalysisOptions

torch = pytest.importorskip("torch", reason="needs the [torch] extra")
pytestmark = pytest.mark.torch

from sjedd_training import release as release_module  # noqa: E402
from sjedd_training.calibrate import calibrate  # noqa: E402
from sjedd_training.cli import commands, main  # noqa: E402
from sjedd_training.data.expansion import KINDS  # noqa: E402
from sjedd_training.data.pool import open_pool  # noqa: E402
from sjedd_training.recipe_files import load_recipe  # noqa: E402
from sjedd_training.release import release  # noqa: E402
from sjedd_training.trivial import FaceTraits  # noqa: E402
from sjedd_training.validate import (  # noqa: E402
    FORGED_VIDEO,
    REAL_STILL,
    REAL_VIDEO,
    Measured,
    faces_to_score,
    table,
)
from training.fits import finished_run  # noqa: E402
from training.pool_factory import make_pool  # noqa: E402


def _group(centre: float, people: str, count: int = 60) -> Measured:
    rng = np.random.default_rng(abs(hash(centre)) % 1000)
    face = 1 / (1 + np.exp(-rng.normal(centre, 1.0, count)))
    names = np.array([f"{people}{i}" for i in range(count)])
    return Measured(face[:, None], FaceTraits(*rng.random((3, count))), names)


def _groups(real: float, altered: float) -> dict[str, Measured]:
    groups = {REAL_STILL: _group(real, "s"), REAL_VIDEO: _group(real, "v"), FORGED_VIDEO: _group(altered, "v")}
    return {**groups, **{kind: _group(altered, "s") for kind in KINDS}}


def test_calibration_reports_falling_false_alarms():
    section = calibrate(_groups(-2.0, 2.0), "a test set")
    assert section["a"] > 0
    rates = [entry["fpr"] for entry in section["error_rates"]]
    assert rates == sorted(rates, reverse=True)
    assert rates[0] > rates[-1]
    assert (section["n_real"], section["n_fake"]) == (120, 120)


def test_scores_that_point_the_wrong_way_are_not_calibrated():
    with pytest.raises(ModelError, match="do not score above"):
        calibrate(_groups(2.0, -2.0), "a test set")


def test_the_table_sees_blur_and_size():
    groups = _groups(0.0, 0.0)
    sharp, blurred = groups[REAL_VIDEO], groups[FORGED_VIDEO]
    traits = FaceTraits(sharp.traits.sharpness - 2, blurred.traits.brightness, np.full(60, 5.0))
    groups[FORGED_VIDEO] = replace(blurred, traits=traits)
    row = next(row for row in table(groups) if row.name == FORGED_VIDEO)
    assert row.blur_auc == 1.0
    assert row.small_auc == 0.0
    assert row.low <= row.auc <= row.high


def test_a_released_checkpoint_is_a_bundle_that_judges(tmp_path, monkeypatch):
    recipe = load_recipe("lite2-embedded-long")
    run = finished_run(recipe, tmp_path / "run")
    # A model of no training separates nothing; the calibration of a useful one is put in its place.
    monkeypatch.setattr(release_module, "calibrate", lambda groups, data: calibrate(_groups(-1.0, 1.0), data))
    pool = open_pool(make_pool(tmp_path / "pool"), "val")
    told: list[None] = []
    bundle, rows = release(
        tmp_path / "run",
        pool,
        tmp_path / "bundle",
        name="made-in-a-test",
        limit=20,
        tell=lambda: told.append(None),
    )
    assert len(told) == faces_to_score(pool, 20) > 0
    assert [row.name for row in rows] == [*KINDS, FORGED_VIDEO]
    scorer = load_scorer(AnalysisOptions(model=str(bundle.path)))
    crop = np.full((scorer.crop.size, scorer.crop.size, 3), 90, np.uint8)
    _, probabilities = scorer.score([crop])
    mine = release_module.torch_scorer(run.result(), recipe.preprocess)(crop[None])
    np.testing.assert_allclose(probabilities, mine, atol=1e-3)
    said = scorer.facts("d", "0" * 64).calibration["data"]
    assert "Validation people only (dfdc 4, still 4)" in said
    assert (
        "4 real faces, as they are and with one made forgery each; 2 real faces of videos; 2 really forged ones" in said
    )
    assert "At most 20 faces" in said
    assert "Recipe lite2-embedded-long; faces by source: not recorded." in bundle.card.training_data


def test_a_run_that_is_not_finished_is_not_released(tmp_path):
    recipe = load_recipe("lite2-embedded-long")
    run = finished_run(recipe, tmp_path / "run")
    run.step = 100
    run.save(tmp_path / "run" / "last.pt", recipe)
    with pytest.raises(ModelError, match="has done 100 of its 3,400 steps"):
        release(tmp_path / "run", open_pool(make_pool(tmp_path / "pool"), "val"), tmp_path / "bundle", name="half")


def test_a_card_says_what_its_maker_says_of_data_and_licence(tmp_path):
    finished_run(load_recipe("lite2-embedded-long"), tmp_path / "run")
    asked = ["export", str(tmp_path / "run"), "--uncalibrated", "--out", str(tmp_path / "mine.sjedd")]
    CliRunner().invoke(commands, [*asked, "--training-data", "Our own.", "--licence", "Ours."], catch_exceptions=False)
    card = load_bundle(str(tmp_path / "mine.sjedd")).card
    assert (card.name, card.training_data, card.licence) == ("mine", "Our own.", "Ours.")


def test_a_run_without_checkpoint_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"last\.pt"):
        release(tmp_path, open_pool(make_pool(tmp_path / "pool"), "val"), tmp_path / "bundle", name="none")


def test_help_shows_every_command_with_an_example():
    runner = CliRunner()
    assert {"fit", "export", "validate"} <= commands.commands.keys()
    for name in commands.commands:
        assert f"sjedd-train {name}" in runner.invoke(commands, [name, "--help"]).output


def test_missing_data_is_an_error_with_advice_and_exit_code(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["sjedd-train", "validate", "--data", str(tmp_path / "nowhere")])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == ExitCode.USAGE
    assert "faces.npz" in capsys.readouterr().err


def test_a_base_installation_names_the_missing_extra(tmp_path, monkeypatch, capsys):
    folders = ["--data", str(tmp_path), "--out", str(tmp_path / "out")]
    monkeypatch.setattr("sys.argv", ["sjedd-train", "fit", "smoke", *folders])
    monkeypatch.delitem(sys.modules, "sjedd_training.fit", raising=False)
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "sjedd_training.feed", None)
        with pytest.raises(ModuleNotFoundError):  # of our own: a defect, shown as it is
            main()
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == ExitCode.USAGE
    assert "sjedd-video[train]" in capsys.readouterr().err
