"""A run of forged videos that keeps quiet about stills."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner
from scipy.optimize import minimize

torch = pytest.importorskip("torch", reason="needs the [torch] extra")
pytestmark = pytest.mark.torch

from sjedd_training.checkpoint import CHECKPOINT  # noqa: E402
from sjedd_training.cli import commands  # noqa: E402
from sjedd_training.data.pool import Pool, open_pool  # noqa: E402
from sjedd_training.recipe_files import load_recipe  # noqa: E402
from sjedd_training.run import load_run  # noqa: E402
from sjedd_training.settle import faces_to_see, settle_run, settled  # noqa: E402
from sjedd_video.errors import ModelError, OptionsError  # noqa: E402
from training.fits import LITE, PLAIN, finished_lite_run, finished_run, tiny_recipe  # noqa: E402
from training.pool_factory import make_pool  # noqa: E402

HOW = {"weight": 100.0, "ridge": 1e-3, "limit": 3000}


def _features(count: int, used: slice, seed: int) -> np.ndarray:
    """Features in some of the dimensions alone, around a mean of 1."""
    found = np.ones((count, 12))
    found[:, used] += np.random.default_rng(seed).normal(size=(count, used.stop - used.start))
    return found


def test_what_only_stills_use_is_taken_out_and_the_rest_stays():
    weights = np.random.default_rng(0).normal(size=(2, 12))
    videos, stills = _features(300, slice(0, 8), 1), _features(200, slice(8, 12), 2)
    found, moved = settled(weights, videos, stills, 100.0, ridge=1e-3)
    assert (stills @ found.T).std(axis=0).max() < 1e-3 * (stills @ weights.T).std(axis=0).min()
    np.testing.assert_allclose(videos @ found.T + moved, videos @ weights.T, atol=1e-3)


def test_what_both_use_is_weighed_as_the_minimum_says():
    weights = np.random.default_rng(0).normal(size=(1, 12))
    videos, stills = _features(300, slice(0, 8), 1), _features(200, slice(5, 12), 2)
    ridge = 0.1 * np.cov(videos.T, bias=True).trace() / 12

    def loss(w: np.ndarray) -> float:
        step = w - weights[0]
        return float((videos @ step).var() + 3.0 * (stills @ w).var() + ridge * (step**2).sum())

    least = minimize(loss, weights[0], tol=1e-10).x
    found, moved = settled(weights, videos, stills, 3.0, ridge=0.1)
    np.testing.assert_allclose(found[0] / np.linalg.norm(found[0]), least / np.linalg.norm(least), atol=1e-5)
    before, after = videos @ weights[0], videos @ found[0] + moved[0]
    np.testing.assert_allclose([after.mean(), after.std()], [before.mean(), before.std()], rtol=1e-9)
    assert (stills @ found[0]).std() < 0.7 * (stills @ weights[0]).std()


def test_the_larger_the_ridge_the_nearer_the_projection_stays():
    weights = np.random.default_rng(0).normal(size=(1, 12))
    videos, stills = _features(300, slice(0, 8), 1), _features(200, slice(5, 12), 2)
    turned = []
    for ridge in (1e-3, 0.3, 30.0):
        found = settled(weights, videos, stills, 3.0, ridge)[0][0]
        turned.append(found @ weights[0] / np.linalg.norm(found) / np.linalg.norm(weights[0]))
    assert turned == sorted(turned)
    assert turned[0] < 0.99 < 0.998 < turned[2]


def test_nothing_changes_at_weight_zero():
    weights = np.random.default_rng(0).normal(size=(2, 12))
    found, moved = settled(weights, _features(300, slice(0, 8), 1), _features(200, slice(6, 12), 2), 0.0, 1e-3)
    np.testing.assert_allclose(found, weights, atol=1e-9)
    np.testing.assert_allclose(moved, 0, atol=1e-9)


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    return open_pool(make_pool(tmp_path_factory.mktemp("pool"), faces=48, videos=48), "train")


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return finished_lite_run(tmp_path_factory.mktemp("runs") / "plain", *PLAIN, "fit.ema=0.9")


def test_a_run_is_written_whose_trunk_is_the_same(pool, plain, tmp_path):
    told: list[None] = []
    before, after = settle_run(plain, pool, tmp_path / "quiet", **HOW, tell=lambda: told.append(None))
    assert after < 0.5 * before
    seen = 7 * len(pool.still) + len(pool.video_real) + len(pool.forged)
    assert len(told) == faces_to_see(pool, HOW["limit"]) == seen
    recipe, run = load_run(tmp_path / "quiet")
    assert (recipe.name, [one["run"] for one in run.made_from]) == ("quiet", ["plain"])
    old, new = (load_run(folder)[1].average.state_dict() for folder in (plain, tmp_path / "quiet"))
    assert {key for key in old if not torch.equal(old[key], new[key])} == {
        "clip.visual.head.proj.weight",
        "clip.visual.head.proj.bias",
    }
    with pytest.raises(OptionsError, match="is a run already"):
        settle_run(plain, pool, tmp_path / "quiet", **HOW)


def test_the_command_says_what_it_did(plain, tmp_path):
    data = make_pool(tmp_path / "pool", faces=48, videos=48)
    asked = [
        "settle",
        str(plain),
        "--data",
        str(data),
        "--out",
        str(tmp_path / "quiet"),
        "--limit",
        "20",
        "--ridge",
        "1",
    ]
    result = CliRunner().invoke(commands, asked)
    assert result.exit_code == 0, result.output
    assert "Deviation of the score on stills" in result.output
    assert (tmp_path / "quiet" / CHECKPOINT).is_file()


def test_what_cannot_be_settled_is_named(pool, plain, tmp_path):
    finished_run(tiny_recipe(), tmp_path / "tiny")
    with pytest.raises(OptionsError, match="no linear projection"):
        settle_run(tmp_path / "tiny", pool, tmp_path / "out", **HOW)
    videos = [i for i, one in enumerate(pool.records) if one.video]
    with pytest.raises(OptionsError, match="no stills"):
        settle_run(plain, Pool([pool.records[i] for i in videos], lambda i: b""), tmp_path / "out", **HOW)
    finished_run(load_recipe("lite2-embedded-long", (*LITE, "model.scoring=cosine")), tmp_path / "cosine")
    with pytest.raises(OptionsError, match="compares directions"):
        settle_run(tmp_path / "cosine", pool, tmp_path / "out", **HOW)
    with pytest.raises(ModelError, match=CHECKPOINT):
        settle_run(tmp_path, pool, tmp_path / "out", **HOW)
    assert not (tmp_path / "out").exists()
