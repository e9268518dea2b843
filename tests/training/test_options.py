"""Every option of a recipe, by one line: what it trains, what it leaves alone, and that it can be shipped."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest

from sjedd_video.errors import ModelError, OptionsError

torch = pytest.importorskip("torch", reason="needs the [torch] extra")
pytestmark = pytest.mark.torch

from bundles import tiny_model, write_tiny  # noqa: E402
from sjedd_training import feed  # noqa: E402
from sjedd_training.build import build_model  # noqa: E402
from sjedd_training.data.pool import open_pool  # noqa: E402
from sjedd_training.feed import training_pool  # noqa: E402
from sjedd_training.fit import fit  # noqa: E402
from sjedd_training.lora import add_lora, merged  # noqa: E402
from sjedd_training.parallel import joined  # noqa: E402
from sjedd_training.run import Run, load_run  # noqa: E402
from sjedd_video.model.convert import restore  # noqa: E402
from training.fits import tiny_recipe  # noqa: E402
from training.pool_factory import make_pool  # noqa: E402

CHEAP = ("fit.level_weighting=fixed", "fit.steps=2")


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    return make_pool(tmp_path_factory.mktemp("pool"))


def moved(recipe, pool, out):
    """Names of the tensors that a run changes, and the run's model."""
    start = Run.fresh(recipe).result().state_dict()
    model = fit(recipe, pool, out, workers=0)
    state = model.state_dict()
    assert state.keys() == start.keys()
    return {name for name, value in state.items() if not torch.equal(value, start[name])}, model


@pytest.mark.parametrize(
    "line",
    ["fit.loss=bce", "fit.loss=hierarchical", "model.scoring=cosine", "model.scoring=pair", "model.prompts=simple",
     "fit.schedule=plateau", "fit.precision=bf16", "fit.ema=0.9", "model.rule=release", "model.hierarchy=ffsc"],
)  # fmt: skip
def test_both_towers_learn(line, pool, tmp_path):
    only_video = "[{video_forgery=1, self_blend=0, swap=0, eye=0, lip_mouth=0, nose=0, mouth_warp=0}]"
    names, model = moved(tiny_recipe(*CHEAP, line, f"data.mix={only_video}"), pool, tmp_path)
    assert {name.split(".")[1] for name in names} >= {"visual", "transformer", "token_embedding"}
    p = model.probabilities(model(torch.zeros(1, 3, 32, 32)))
    assert ((p > 0) & (p < 1)).all()


def test_a_frozen_text_tower_stays(pool, tmp_path):
    names, _ = moved(tiny_recipe(*CHEAP, "model.freeze_text=true"), pool, tmp_path)
    assert names
    assert all(name.startswith("clip.visual.") for name in names)


def test_a_direct_head_learns_without_any_text(pool, tmp_path):
    recipe = tiny_recipe(*CHEAP, "model.scoring=direct", "model.hierarchy=binary", "fit.loss=bce")
    names, model = moved(recipe, pool, tmp_path)
    assert "head" in names
    assert all(name == "head" or name.startswith("clip.visual.") for name in names)
    raw = model(torch.randn(3, 3, 32, 32))
    assert raw.shape == (3, 1)
    torch.testing.assert_close(model.probabilities(raw), torch.sigmoid(raw))


def test_a_direct_head_survives_its_bundle(tmp_path):
    restored = restore(write_tiny(tmp_path / "bundle", "direct"))
    pictures = torch.randn(2, 3, 32, 32)
    torch.testing.assert_close(restored.eval()(pictures), tiny_model("direct")(pictures))


def test_adapters_are_all_that_learns_and_are_merged_in_the_end(pool, tmp_path):
    pytest.importorskip("peft")
    names, model = moved(tiny_recipe(*CHEAP, "model.lora=2", "fit.ema=0.5"), pool, tmp_path)
    assert not any("lora" in name for name in model.state_dict())
    assert any("attn.in_proj_weight" in name for name in names)
    assert any(name.startswith("clip.transformer.") for name in names)
    assert not any("ln_" in name or "embedding" in name for name in names)
    _, run = load_run(tmp_path)
    assert {name.split(".")[-3] for name, p in run.model.named_parameters() if p.requires_grad} == {"lora_A", "lora_B"}
    pictures = torch.randn(2, 3, 32, 32)
    torch.testing.assert_close(model(pictures), run.average.eval()(pictures), rtol=1e-4, atol=1e-5)


def test_adapters_start_as_nothing():
    pytest.importorskip("peft")
    model = build_model(tiny_recipe().model, 1).eval()
    pictures = torch.randn(2, 3, 32, 32)
    before = model(pictures)
    add_lora(model, 2, image_only=True)
    torch.testing.assert_close(model(pictures), before)
    assert not any("lora" in name for name, _ in model.clip.transformer.named_parameters())
    torch.testing.assert_close(merged(model)(pictures), before)


def saved_clip(path, rename=lambda name: name):
    torch.save({rename(name): value for name, value in tiny_model().clip.state_dict().items()}, path)
    return path


NAMES = {
    "openai": lambda name: name,
    "parallel": lambda name: f"module.{name}",
    "open_clip": lambda name: name if name.startswith(("visual", "logit")) else f"text.{name}",
}


@pytest.mark.parametrize("rename", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("scoring", ["inner", "direct"])
def test_published_weights_are_a_backbone(rename, scoring, tmp_path):
    path = saved_clip(tmp_path / "clip.pt", rename)
    model = build_model(tiny_recipe(f"model.backbone={path}", f"model.scoring={scoring}").model, 1)
    for name, value in model.clip.state_dict().items():
        assert torch.equal(value, tiny_model().clip.state_dict()[name]), name


def test_a_bundle_with_its_text_tower_is_a_backbone(tmp_path):
    path = write_tiny(tmp_path / "bundle.sjedd").path
    model = build_model(tiny_recipe(f"model.backbone={path}").model, 1)
    assert torch.equal(model.clip.text_projection, tiny_model().clip.text_projection)


@pytest.mark.parametrize(
    ("backbone", "error", "told"),
    [("clip", OptionsError, "--set model.backbone"), ("imagenet", OptionsError, "EfficientNet"),
     ("nowhere.pt", ModelError, r"nowhere\.pt: not found")],
)  # fmt: skip
def test_a_backbone_that_is_missing_is_named(backbone, error, told):
    with pytest.raises(error, match=told):
        build_model(tiny_recipe(f"model.backbone={backbone}").model, 1)


def test_weights_of_another_architecture_are_refused(tmp_path):
    state = tiny_model().clip.state_dict()
    state["visual.conv1.weight"] = state["visual.conv1.weight"][:, :, :8, :8]
    torch.save(state, tmp_path / "other.pt")
    with pytest.raises(ModelError, match=r"visual\.conv1\.weight"):
        build_model(tiny_recipe(f"model.backbone={tmp_path / 'other.pt'}").model, 1)


def test_only_the_named_forgeries_are_trained_on(pool):
    everything = open_pool(pool, "train")
    assert len(training_pool(tiny_recipe('data.forgeries=["dfdc"]'), pool).forged) == len(everything.forged) > 0
    assert len(training_pool(tiny_recipe('data.forgeries=["unknown_forgery"]'), pool).forged) == len(everything.forged)
    with pytest.raises(OptionsError, match="no forged faces of FaceSwap; there are dfdc, unknown_forgery"):
        training_pool(tiny_recipe('data.forgeries=["FaceSwap"]'), pool)


def test_a_hierarchy_without_reals_and_data_without_forgeries_are_refused(pool, tmp_path, monkeypatch):
    text = (files("sjedd_video") / "data" / "hierarchies" / "binary.toml").read_text("utf-8")
    (tmp_path / "own.toml").write_text(text.replace('real = "0"', ""), "utf-8")
    with pytest.raises(OptionsError, match="no labels for real faces"):
        fit(tiny_recipe(f"model.hierarchy={tmp_path / 'own.toml'}"), pool, tmp_path, workers=0)
    faces = open_pool(pool, "train")
    faces.forged = faces.forged[:0]
    monkeypatch.setattr(feed, "open_pool", lambda *_: faces)
    with pytest.raises(OptionsError, match="no forged faces"):
        fit(tiny_recipe(), pool, tmp_path, workers=0)


def test_regions_of_forgeries_without_originals_are_refused(pool, tmp_path, monkeypatch):
    faces = open_pool(pool, "train")
    faces.by_key = {}
    monkeypatch.setattr(feed, "open_pool", lambda *_: faces)
    with pytest.raises(OptionsError, match="No forged face has its original"):
        fit(tiny_recipe("data.mix=[{video_region=1.0}]"), pool, tmp_path, workers=0)


def test_devices(monkeypatch):
    with joined("auto") as ranks:
        assert ranks.device.type == ("cuda" if torch.cuda.is_available() else "cpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(OptionsError, match="no GPU"), joined("cuda"):
        pass


def test_a_step_of_the_paper_changes_pictures_by_its_perturbations_only(pool):
    from sjedd_training.data.perturb import Transmission

    picture = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    for seed in range(20):
        sent = Transmission.draw(np.random.default_rng(seed), 0.5, camera=False)
        np.testing.assert_array_equal(sent.send(picture), picture)
        assert np.array_equal(sent.finish(picture), picture) == (sent.extra is None)
