"""The papers' recipe from videos in FF++ layout to a bundle, and the smoke recipe."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

torch = pytest.importorskip("torch", reason="needs the [torch] extra")
pytestmark = pytest.mark.torch

from bundles import register_tiny  # noqa: E402
from sjedd_training.checkpoint import CHECKPOINT, read_state  # noqa: E402
from sjedd_training.cli import commands  # noqa: E402
from sjedd_training.data.extract import extract  # noqa: E402
from sjedd_training.data.faces import ExtractOptions  # noqa: E402
from sjedd_training.data.layouts import read_layout  # noqa: E402
from sjedd_training.data.pool import open_pool  # noqa: E402
from sjedd_training.recipe import Recipe  # noqa: E402
from sjedd_training.recipe_files import load_recipe  # noqa: E402
from sjedd_training.run import load_run  # noqa: E402
from sjedd_video.model.bundle import load_bundle  # noqa: E402
from sjedd_video.model.factory import open_scorer  # noqa: E402
from training.ffpp_factory import make_ffpp  # noqa: E402
from training.pool_factory import make_pool  # noqa: E402


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    """Faces extracted from a tiny tree in FF++ layout."""
    root = make_ffpp(tmp_path_factory.mktemp("ffpp"))
    options = ExtractOptions(frames=1, landmarks=str(root / "landmarks.npz"))
    extract(read_layout(None, root), root / "faces", options, workers=0)
    return root / "faces"


def call(*arguments: object) -> str:
    result = CliRunner().invoke(commands, [str(argument) for argument in arguments])
    assert result.exception is None, (result.output, result.exception)
    return result.output


def test_the_papers_recipe_runs_from_videos_to_a_bundle(faces, tmp_path):
    changes = [f"model.architecture={register_tiny()}", "model.backbone=random", "data.input_size=32", "fit.epochs=4",
               "fit.pairs=4", "fit.learning_rate=1e-3"]  # fmt: skip
    sets = [part for change in changes for part in ("--set", change)]
    call("fit", "sjedd-ffpp", "--data", faces, "--out", tmp_path / "run", "--workers", 0, *sets)
    recipe, run = load_run(tmp_path / "run")
    assert run.step == recipe.fit.steps == 10
    assert (recipe.fit.loss, recipe.fit.level_weighting, recipe.data.input_size) == ("fidelity", "bilevel", 32)
    assert all(abs(value - 1.0) > 1e-4 for value in run.levels.values.tolist())
    assert run.faces == {"original": 4, "Deepfakes": 4, "Face2Face": 4, "FaceSwap": 4, "NeuralTextures": 4}

    call("export", tmp_path / "run", "--out", tmp_path / "bundle", "--name", "paper", "--uncalibrated")
    bundle = load_bundle(str(tmp_path / "bundle"))
    assert "Deepfakes 4" in bundle.card.training_data
    assert bundle.card.calibration is None
    scorer = open_scorer(bundle)
    assert scorer.crop == (1.3, 317, 0)
    pool = open_pool(faces, "train")
    _, p = scorer.score([pool.image(0), pool.image(len(pool.records) - 1)])
    assert p.shape == (2, 10)
    assert (p[:, 1:] <= p[:, :1] + 1e-9).all()


def test_swaps_of_ffpp_lend_regions_to_neither_of_their_two_people(faces):
    pool = open_pool(faces, "train")
    found = {(r.person, r.face_of) for r in pool.records if r.source == "Deepfakes"}
    assert found == {
        (f"ffpp:{a}", f"ffpp:{b}") for a, b in (("000", "001"), ("001", "000"), ("002", "003"), ("003", "002"))
    }
    swaps = np.array([i for i in pool.forged if pool.records[i].row == "identity_swap"])
    for index in pool.real:
        drawn = {pool.donor_for(int(index), np.random.default_rng(seed), among=swaps) for seed in range(12)}
        people = {name for i in drawn for name in (pool.records[i].person, pool.records[i].face_of)}
        assert len(drawn) > 1
        assert pool.records[index].person not in people


def test_the_papers_recipe_moves_the_weights_of_all_levels_with_the_real_towers(faces, tmp_path):
    changes = ["model.backbone=random", "fit.steps=1", "fit.pairs=1"]
    sets = [part for change in changes for part in ("--set", change)]
    call("fit", "sjedd-ffpp", "--data", faces, "--out", tmp_path / "run", "--workers", 0, *sets)
    checkpoint = tmp_path / "run" / CHECKPOINT
    state = read_state(checkpoint)
    checkpoint.unlink()  # 1.8 GB
    recipe = Recipe.model_validate_json(state["recipe"])
    assert recipe == load_recipe("sjedd-ffpp", changes)
    assert (recipe.model.architecture, recipe.model.hierarchy) == ("sjedd-vit-b-32", "ffpp")
    assert (recipe.fit.loss, recipe.fit.level_weighting, state["step"]) == ("fidelity", "bilevel", 1)
    assert sum(value.numel() for value in state["model"].values()) > 150e6
    assert (state["levels"]["values"] != 1.0).all()


def test_the_smoke_recipe_learns_on_a_made_pool(tmp_path):
    call("fit", "smoke", "--data", make_pool(tmp_path / "pool"), "--out", tmp_path / "run", "--workers", 0)
    recipe, run = load_run(tmp_path / "run")
    assert recipe == load_recipe("smoke")
    assert run.step == recipe.fit.steps
    # Half of the pictures are altered: without knowing anything, cross-entropy is log 2.
    assert np.mean([entry["primary"] for entry in run.history]) < np.log(2)
    p = run.result().probabilities(run.result()(torch.zeros(1, 3, 96, 96)))
    assert np.isfinite(p.detach().numpy()).all()
