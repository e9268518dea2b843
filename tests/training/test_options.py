"""Every option of a recipe, by one line: what it trains, what it leaves alone, and that it can be shipped."""

from __future__ import annotations

from importlib.resources import files

import cv2
import numpy as np
import pytest

from sjedd_video.errors import ModelError, OptionsError

torch = pytest.importorskip("torch", reason="needs the [torch] extra")
pytestmark = pytest.mark.torch

from bundles import tiny_model, write_tiny  # noqa: E402
from sjedd_training import feed  # noqa: E402
from sjedd_training.build import build_model  # noqa: E402
from sjedd_training.data.mix import draw_pair  # noqa: E402
from sjedd_training.data.pool import Pool, Record, open_pool  # noqa: E402
from sjedd_training.feed import minibatches, training_pool  # noqa: E402
from sjedd_training.fit import fit  # noqa: E402
from sjedd_training.lora import add_lora, merged  # noqa: E402
from sjedd_training.parallel import joined  # noqa: E402
from sjedd_training.recipe_files import load_recipe  # noqa: E402
from sjedd_training.run import Run, load_run  # noqa: E402
from sjedd_video.hierarchy import load_hierarchy  # noqa: E402
from sjedd_video.model.convert import restore  # noqa: E402
from training.fits import PLAIN, finished_run, tiny_recipe  # noqa: E402
from training.pool_factory import MEAN_FACE, make_pool  # noqa: E402

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


def test_a_head_without_text_goes_on_with_that_of_the_run(tmp_path):
    run = finished_run(tiny_recipe(*PLAIN), tmp_path / "first")
    changes = (*PLAIN, f"model.backbone={tmp_path / 'first'}")
    assert torch.equal(build_model(tiny_recipe(*changes).model, 2).head, run.model.head)
    other = build_model(tiny_recipe(*changes, "model.hierarchy=ffpp").model, 2)
    assert other.head.shape != run.model.head.shape


def test_a_run_with_adapters_is_no_backbone(tmp_path):
    finished_run(tiny_recipe("model.lora=2"), tmp_path / "adapters")
    with pytest.raises(ModelError, match="adapters has low-rank adapters"):
        build_model(tiny_recipe(f"model.backbone={tmp_path / 'adapters'}").model, 1)


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


GENERAL = "face=1,age=0,expression=1,gender=0,identity=0,pose=0"


def data_with(monkeypatch, *kinds):
    """Let the training split hold a real face, one without landmarks, and forged faces of (source, row)."""

    def record(key, source, row, landmarks=MEAN_FACE):
        return Record(key, source, row, key, "", MEAN_FACE[:5], landmarks, False)

    records = [record("a", "Real", "real"), record("b", "Real", "real", MEAN_FACE * np.nan)]
    records += [record(f"f{i}", *kind) for i, kind in enumerate(kinds)]
    pictures = [cv2.imencode(".png", np.full((100, 100, 3), i, np.uint8))[1].tobytes() for i in range(len(records))]
    monkeypatch.setattr(feed, "open_pool", lambda *_: Pool(records, pictures.__getitem__))


def sources(found):
    return [record.source for record in found.records]


def test_only_faces_that_are_shown_are_counted(pool, monkeypatch):
    data_with(monkeypatch, *((name, "identity_swap") for name in ("Deepfakes", "FaceSwap", "Deepfakes")))
    found = training_pool(load_recipe("sjedd-deepfakes"), pool)
    assert sources(found) == ["Real", "Real", "Deepfakes", "Deepfakes"]
    assert (found.real.tolist(), found.forged.tolist()) == ([0, 1], [2, 3])
    assert (found.image(3) == 4).all()
    assert sources(training_pool(tiny_recipe("data.mix=[{video_forgery=0.0}]"), pool)) == ["Real", "Real"]


def test_forgeries_are_chosen_by_what_they_alter(pool, monkeypatch, caplog):
    data_with(
        monkeypatch, ("m-smile", "expression_smile"), ("m-expr", GENERAL), ("m-male", "gender"), ("m-id", "identity")
    )
    assert sources(training_pool(load_recipe("sjedd-ffsc-expression"), pool))[2:] == ["m-smile", "m-expr"]
    assert sources(training_pool(load_recipe("sjedd-ffsc-identity"), pool))[2:] == ["m-id"]
    assert sources(training_pool(load_recipe("sjedd-ffsc-gender"), pool))[2:] == ["m-male"]
    assert not caplog.messages
    both = load_recipe("sjedd-ffsc", ['data.forgeries=["expression_smile", "expression_surprise"]'])
    assert sources(training_pool(both, pool))[2:] == ["m-smile"]
    assert "no forged faces of expression_surprise; there are" in caplog.messages[0]
    with pytest.raises(OptionsError, match="no forged faces of pose"):
        training_pool(load_recipe("sjedd-ffsc-pose"), pool)


def test_donors_are_the_named_ones(pool, monkeypatch, caplog):
    data_with(monkeypatch, ("Face2Face", "reenactment"), ("Deepfakes", "identity_swap"), ("FaceSwap", "identity_swap"))
    found = training_pool(load_recipe("sjedd-ffpp"), pool)
    assert (found.forged.tolist(), found.donors.tolist()) == ([2, 3, 4], [3, 4])
    assert "data.forgeries: no forged faces of NeuralTextures; there are Deepfakes, Face2Face" in caplog.messages[0]
    assert training_pool(load_recipe("sjedd-face2face"), pool).donors.tolist() == [2]
    drawn, rng = set(), np.random.default_rng(0)
    monkeypatch.setattr(found, "donor_for", lambda index, rng, among: drawn.update(among.tolist()) or 2)
    for _ in range(40):
        draw_pair(found, load_recipe("sjedd-ffpp", ["data.mix=[{eye=1.0,forged_donor=0.5}]"]).data.mix, 0, rng)
    assert drawn == {0, 1, 3, 4}


@pytest.mark.parametrize(
    ("name", "found"),
    [("sjedd-ffpp", ("sjedd", True, "sjedd")), ("je-vit-b-32", ("je", True, "sjedd")),
     ("smoke", ("graded", False, "varied"))],
)  # fmt: skip
def test_pairs_are_drawn_as_the_recipe_says(name, found, pool):
    recipe = load_recipe(name, ["data.forgeries=[]", "data.donors=[]"])
    with joined("cpu") as ranks:
        batches = minibatches(
            recipe, training_pool(recipe, pool), load_hierarchy("ffpp"), ranks, start=0, others=False, workers=0
        )
    stream = batches.dataset.streams[0]
    assert (stream.perturbation_set, stream.keep_untouched, stream.expansion) == found


def test_faces_without_landmarks_are_named_once(pool, monkeypatch, caplog):
    data_with(monkeypatch, ("x", "identity_swap"))
    recipe = tiny_recipe()
    for rank in ("0", "1"):
        monkeypatch.setenv("RANK", rank)
        with joined("cpu") as ranks:
            minibatches(
                recipe, training_pool(recipe, pool), load_hierarchy("ffpp"), ranks, start=0, others=False, workers=0
            )
    assert caplog.messages == ["Nothing is made of 1 of 3 faces, which have no 68 landmarks, e.g. b."]


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


def test_blocks_are_left_out_in_training_only_and_the_later_the_more_often():
    changes = ("model.backbone=random", "data.crop_sizes=[[0, 64]]", "model.drop_path=0.5")
    model = build_model(load_recipe("lite2-embedded-long", changes).model, seed=1)
    chances = [block.drop_path.drop_prob for stage in model.clip.visual.trunk.blocks for block in stage]
    assert chances[0] == 0
    assert chances[-1] == 0.5
    assert chances == sorted(chances)
    picture = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        assert not torch.equal(model.train()(picture), model(picture))
        assert torch.equal(model.eval()(picture), model(picture))


def test_a_model_without_blocks_cannot_leave_them_out():
    with pytest.raises(OptionsError, match="drop_path"):
        build_model(tiny_recipe("model.drop_path=0.1").model, seed=1)


def test_a_run_that_leaves_out_blocks_is_repeated_exactly(tmp_path):
    changes = ("model.backbone=random", "model.drop_path=0.5", "data.crop_sizes=[[0, 64]]", "fit.pairs=2",
               "fit.warmup=1", "fit.decay=1")  # fmt: skip
    first, both = (load_recipe("lite2-video", (*changes, f"fit.steps={steps}")) for steps in (1, 2))
    pool = make_pool(tmp_path / "pool")
    whole = fit(both, pool, tmp_path / "whole", workers=0)
    fit(first, pool, tmp_path / "parts", workers=0)
    again = fit(both, pool, tmp_path / "parts", workers=0)
    assert all(torch.equal(value, again.state_dict()[name]) for name, value in whole.state_dict().items())
