"""The figures of interpretability: what they show is right, and they are drawn."""

from __future__ import annotations

import numpy as np
import pytest
from click.testing import CliRunner

from fakes import FakeDetector, FakeScorer, fake_detector
from sjedd_training.cli import commands
from sjedd_training.figures import (
    dynamics_figure,
    gradcam_figure,
    nodes_figure,
    portrait,
    similarity,
    similarity_figure,
    smoothed,
)
from sjedd_video.engines import Engines
from sjedd_video.errors import OptionsError
from training.eval_kit import DarkScorer, picture

torch = pytest.importorskip("torch", reason="needs the [torch] extra")
pytestmark = pytest.mark.torch

from torch import nn  # noqa: E402

from bundles import PREPROCESS, write_tiny  # noqa: E402
from sjedd_training.gradcam import Differentiable, grad_cam  # noqa: E402
from sjedd_training.join import join_runs  # noqa: E402
from sjedd_video.model.scorer import probabilities  # noqa: E402
from training.fits import finished_lite_run  # noqa: E402

PNG = b"\x89PNG"


def test_similarity_is_the_cosine():
    found = similarity(np.array([[3.0, 0.0], [1.0, 1.0], [-2.0, 0.0]]))
    np.testing.assert_allclose(found, [[1, 0.5**0.5, -1], [0.5**0.5, 1, -(0.5**0.5)], [-1, -(0.5**0.5), 1]], atol=1e-12)


def test_similarities_are_drawn(tmp_path):
    rng = np.random.default_rng(0)
    path = tmp_path / "new" / "similarity.png"
    similarity_figure({"before": rng.normal(size=(3, 8)), "after": rng.normal(size=(3, 8))}, ("a", "b", "c"), path)
    assert path.read_bytes()[:4] == PNG


def test_smoothing_keeps_the_level_at_the_ends():
    np.testing.assert_allclose(smoothed(np.full(40, 2.0)), 2.0)
    np.testing.assert_allclose(smoothed(np.arange(9.0), 3), [0.5, *range(1, 8), 7.5])
    np.testing.assert_allclose(smoothed(np.array([1.0, 3.0]), 25), [2.0, 2.0], atol=1.0)


@pytest.mark.parametrize("weighted", [False, True])
def test_dynamics_are_drawn_with_and_without_weights(tmp_path, weighted):
    history = []
    for k in range(6):
        note = {"step": 20.0 * k, "primary": 0.3, "global": 0.2, "local": 0.1, "total": 0.6}
        history.append({**note, **({f"weight_{n}": 1.0 for n in ("primary", "global", "local")} if weighted else {})})
    dynamics_figure(history, tmp_path / "d.png")
    assert (tmp_path / "d.png").read_bytes()[:4] == PNG
    with pytest.raises(OptionsError, match="no losses"):
        dynamics_figure([], tmp_path / "e.png")


def test_bars_show_what_the_model_says(tmp_path):
    engines = Engines(FakeDetector(), DarkScorer())
    shown = [portrait(picture(tmp_path / f"{level}.png", level), engines) for level in (70, 190)]
    drawn = nodes_figure(shown, engines, tmp_path / "bars.png")
    assert (tmp_path / "bars.png").read_bytes()[:4] == PNG
    assert drawn[0, 0] > 0.7 > 0.3 > drawn[1, 0]
    assert drawn[0, 1] == pytest.approx(drawn[0, 0] / 2)


def test_pictures_that_show_no_face_are_named(tmp_path):
    nobody = Engines(FakeDetector([]), FakeScorer())
    with pytest.raises(OptionsError, match=r"a\.png: no face"):
        portrait(picture(tmp_path / "a.png", 100), nobody)
    with pytest.raises(OptionsError, match=r"b\.png"):
        portrait(tmp_path / "b.png", nobody)


def _red_model() -> Differentiable:
    """A tower that looks for red, averaged over the picture."""
    conv = nn.Conv2d(3, 2, 1, bias=False)
    with torch.no_grad():
        conv.weight.copy_(torch.tensor([[1.0, -1.0, 0.0], [0.0, 0.0, 1.0]])[:, :, None, None])
    tower = nn.Sequential(conv, nn.ReLU(), nn.AvgPool2d(4), nn.Identity(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    plain = PREPROCESS.model_copy(update={"mean": (0.0,) * 3, "std": (1.0,) * 3, "crop_size": 32})
    return Differentiable("red", tower.eval(), torch.tensor([[5.0, 0.0]]), "inner", torch.tensor([[0.0], [1.0]]), plain)


def test_gradcam_finds_the_place_that_raises_the_score():
    crop = np.zeros((32, 32, 3), np.uint8)
    crop[:16, :16, 0] = 255
    heat, odds = grad_cam(_red_model(), crop)
    assert heat.shape == (32, 32)
    assert heat.max() <= 1
    assert heat[2:12, 2:12].min() > 0.9
    assert heat[20:, 20:].max() < 0.05
    assert odds == pytest.approx(5.0 / 4, abs=1e-3)
    green = np.zeros_like(crop)
    green[..., 1] = 255
    assert not grad_cam(_red_model(), green)[0].any()


@pytest.mark.parametrize("scoring", ["inner", "pair"])
def test_gradcam_of_a_bundle_differentiates_its_own_score(tmp_path, scoring):
    bundle = write_tiny(tmp_path / "tiny", scoring)
    model, golden = Differentiable.load(str(bundle.path)), bundle.golden()
    for crop, raw in zip(golden.crops, golden.raw, strict=True):
        heat, odds = grad_cam(model, crop)
        p = probabilities(raw[None], scoring, bundle.card.label_hierarchy)[0, 0]
        assert 1 / (1 + np.exp(-odds)) == pytest.approx(p, abs=1e-3)
        assert heat.shape == crop.shape[:2]
        assert 0 <= heat.min() <= heat.max() <= 1


def test_gradcam_of_two_trunks_is_that_of_the_one_that_counts(tmp_path):
    runs = [finished_lite_run(tmp_path / name, seed=seed) for seed, name in enumerate(("one", "two"))]
    join_runs(*runs, tmp_path / "first", (1.0, 0.0))
    join_runs(*runs, tmp_path / "second", (0.0, 1.0))
    one, two, first, second = (Differentiable.load(str(f)) for f in (*runs, tmp_path / "first", tmp_path / "second"))
    crop = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    mirrored = np.ascontiguousarray(crop[:, ::-1])
    np.testing.assert_allclose(grad_cam(first, crop)[0], grad_cam(one, crop)[0], atol=1e-3)
    alone = grad_cam(two, mirrored)[0]
    assert alone.any()
    np.testing.assert_allclose(grad_cam(second, crop)[0], alone[:, ::-1], atol=1e-3)


def test_gradcam_of_two_models_is_drawn(tmp_path):
    engines = Engines(FakeDetector(), FakeScorer())
    bundle = write_tiny(tmp_path / "tiny")
    shown = [portrait(picture(tmp_path / "a.png", 100), engines)]
    gradcam_figure(shown, [str(bundle.path)] * 2, tmp_path / "cam.png")
    assert (tmp_path / "cam.png").read_bytes()[:4] == PNG


def test_pictures_are_drawn_of_a_model_without_calibration(tmp_path, monkeypatch):
    monkeypatch.setattr("sjedd_video.faces.detect.build_detector", fake_detector)
    bundle = write_tiny(tmp_path / "tiny", calibration=None)
    face = picture(tmp_path / "a.png", 100)
    arguments = ["figures", str(face), "--model", str(bundle.path), "--out", str(tmp_path / "f")]
    CliRunner().invoke(commands, arguments, catch_exceptions=False)
    assert {path.name for path in (tmp_path / "f").iterdir()} == {"text-similarity.png", "node-bars.png", "gradcam.png"}


def test_the_command_draws_what_it_has_data_for(tmp_path):
    before, after = write_tiny(tmp_path / "before"), write_tiny(tmp_path / "after")
    arguments = ["figures", "--model", str(after.path), "--before", str(before.path), "--out", str(tmp_path / "f")]
    done = CliRunner().invoke(commands, arguments)
    assert done.exit_code == 0, done.output
    assert [path.name for path in (tmp_path / "f").iterdir()] == ["text-similarity.png"]
