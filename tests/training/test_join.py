"""Two runs as one model with two trunks."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="needs the [torch] extra")
pytestmark = pytest.mark.torch

from sjedd_training.feature_maps import FeatureMaps  # noqa: E402
from sjedd_training.fit import fit  # noqa: E402
from sjedd_training.join import join_runs  # noqa: E402
from sjedd_training.recipe_files import load_recipe  # noqa: E402
from sjedd_training.release import export_run  # noqa: E402
from sjedd_training.run import Run, load_run  # noqa: E402
from sjedd_video.errors import OptionsError  # noqa: E402
from sjedd_video.model.factory import open_scorer  # noqa: E402
from training.fits import PLAIN, finished_lite_run, finished_run, tiny_recipe  # noqa: E402
from training.pool_factory import make_pool  # noqa: E402


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    root = tmp_path_factory.mktemp("runs")
    return (
        finished_lite_run(root / "whole", "model.where_weight=0.3"),
        finished_lite_run(root / "more", seed=2),
        finished_lite_run(root / "plain", *PLAIN, seed=3),
    )


def pictures():
    return torch.randn(3, 3, 64, 64, generator=torch.Generator().manual_seed(0))


@torch.no_grad()
def test_scores_are_the_weighted_sum_and_the_second_sees_the_mirror_image(runs, tmp_path):
    whole, more, _ = runs
    join_runs(whole, more, tmp_path / "twin", (0.5, 1.5))
    one, two, both = (load_run(folder)[1].result() for folder in (whole, more, tmp_path / "twin"))
    seen = pictures()
    expected = 0.5 * one(seen) + 1.5 * two(seen.flip(-1))
    torch.testing.assert_close(both(seen), expected, rtol=1e-3, atol=1e-3)
    assert not torch.allclose(two(seen.flip(-1)), two(seen), atol=1e-2)


@torch.no_grad()
def test_a_plain_classifier_moves_the_face_alone(runs, tmp_path):
    whole, _, plain = runs
    join_runs(whole, plain, tmp_path / "twin")
    one, two, both = (load_run(folder)[1].result() for folder in (whole, plain, tmp_path / "twin"))
    seen = pictures()
    added = both(seen) - one(seen)
    torch.testing.assert_close(added[:, :1], two(seen.flip(-1)), rtol=1e-3, atol=1e-3)
    assert added[:, 1:].abs().max() < 1e-3
    assert added[:, 0].abs().max() > 1e-2


def test_runs_that_left_blocks_out_can_be_joined(runs, tmp_path):
    dropped = finished_lite_run(tmp_path / "dropped", "model.drop_path=0.2", seed=4)
    join_runs(dropped, runs[1], tmp_path / "twin")
    recipe, joined = load_run(tmp_path / "twin")
    assert recipe.model.drop_path == 0
    assert [one["recipe"]["model"]["drop_path"] for one in joined.made_from] == [0.2, 0.0]


@torch.no_grad()
def test_places_are_told_by_the_first_trunk(runs, tmp_path):
    whole, more, _ = runs
    join_runs(whole, more, tmp_path / "twin")
    alone, joined = (load_run(folder)[1].places() for folder in (whole, tmp_path / "twin"))
    torch.testing.assert_close(joined(pictures()), alone(pictures()))


@torch.no_grad()
def test_maps_of_the_mirror_image_are_turned_back(runs, tmp_path):
    whole, more, _ = runs
    join_runs(whole, more, tmp_path / "twin")
    one, two, both = (load_run(folder)[1].result().clip.visual for folder in (whole, more, tmp_path / "twin"))
    seen = pictures()
    with FeatureMaps(one) as ones, FeatureMaps(two) as twos, FeatureMaps(both) as joined:
        one(seen), two(seen.flip(-1)), both(seen)
    for first, second, together in zip(ones.coarsest(2), twos.coarsest(2), joined.coarsest(2), strict=True):
        torch.testing.assert_close(together, torch.cat([first, second.flip(-1)], dim=1))
        assert not torch.allclose(second, second.flip(-1), atol=1e-3)


def test_places_are_learned_from_both_trunks_while_scores_stay(runs, tmp_path):
    join_runs(*runs[:2], tmp_path / "twin")
    changes = (f"model.backbone={tmp_path / 'twin'}", "data.crop_sizes=[[0, 64]]", "fit.steps=2", "fit.pairs=2")
    recipe = load_recipe("lite2-twin-places", (*changes, "fit.warmup=0", "fit.precision=fp32"))
    fit(recipe, make_pool(tmp_path / "pool"), tmp_path / "told", workers=0)
    before, after = (load_run(tmp_path / name)[1].average.state_dict() for name in ("twin", "told"))
    changed = {key for key in after if not torch.equal(before[key], after[key])}
    assert changed == {f"where.probes.{i}.{part}" for i in (0, 1) for part in ("weight", "bias")}
    for i in (0, 1):
        weight = after[f"where.probes.{i}.weight"]
        second = weight[:, weight.shape[1] // 2 :]
        assert not before[f"where.probes.{i}.weight"][:, weight.shape[1] // 2 :].any()
        assert second.any()
    # Writing it compares both runtimes with torch on both graphs.
    export_run(tmp_path / "told", tmp_path / "bundle", name="told", half=True)


def test_a_joined_run_becomes_a_bundle_of_half_precision(runs, tmp_path):
    import onnx

    _, more, plain = runs
    join_runs(more, plain, tmp_path / "twin")
    bundle = export_run(tmp_path / "twin", tmp_path / "bundle", name="twin", half=True)
    count = sum(value.numel() for value in load_run(tmp_path / "twin")[1].result().clip.visual.parameters())
    assert 2 * count < len(bundle.read("weights.safetensors")) < 2.3 * count
    # Both runtimes reproduced the golden answers as it was written; these are once more those of the file.
    assert open_scorer(bundle, device="cpu").golden_difference(bundle.golden()) <= 1e-3
    # Other tools can open it, too: the references are offsets of tensors of that type.
    onnx.checker.check_model(onnx.load(tmp_path / "bundle" / "image_tower.onnx"), full_check=True)


def test_what_has_no_sum_is_refused(runs, tmp_path):
    whole, more, _ = runs
    cosine = finished_lite_run(tmp_path / "cosine", "model.scoring=cosine")
    with pytest.raises(OptionsError, match="cosine compares directions"):
        join_runs(whole, cosine, tmp_path / "twin")
    tight = finished_lite_run(tmp_path / "tight", "data.crop_scale=0.7")
    with pytest.raises(OptionsError, match="different crops"):
        join_runs(whole, tight, tmp_path / "twin")
    finished_run(tiny_recipe(), tmp_path / "other")
    with pytest.raises(OptionsError, match="different architectures"):
        join_runs(whole, tmp_path / "other", tmp_path / "twin")
    with pytest.raises(OptionsError, match="no architecture with two trunks"):
        join_runs(tmp_path / "other", tmp_path / "other", tmp_path / "twin")
    bright = finished_lite_run(tmp_path / "bright", "model.std=[0.4, 0.4, 0.4]")
    with pytest.raises(OptionsError, match="different crops"):
        join_runs(whole, bright, tmp_path / "twin")
    with pytest.raises(OptionsError, match="is a run already"):
        join_runs(whole, more, more)


def test_both_trunks_can_begin_on_imagenet():
    recipe = load_recipe("lite2-embedded-long", ("model.architecture=sjedd-lite2-twin", "data.crop_sizes=[[0, 64]]"))
    trunk = Run.fresh(recipe).model.clip.visual.trunk
    alone = Run.fresh(load_recipe("lite2-embedded-long", ("data.crop_sizes=[[0, 64]]",))).model.clip.visual.trunk
    for key, value in alone.state_dict().items():
        assert torch.equal(trunk.first.state_dict()[key], value), key
        assert torch.equal(trunk.second.state_dict()[key], value), key


def test_features_are_weighed_anew_while_both_trunks_and_places_stay(runs, tmp_path):
    whole, more, _ = runs
    join_runs(whole, more, tmp_path / "twin")
    changes = (
        "model.architecture=sjedd-lite2-twin", f"model.backbone={tmp_path / 'twin'}", "model.freeze_trunks=true",
        "model.where_weight=0.001", "data.mirror=false", "data.crop_sizes=[[0, 64]]",
        "fit.steps=2", "fit.pairs=2", "fit.warmup=1", "fit.ema=0", "fit.precision=fp32",
    )  # fmt: skip
    recipe = load_recipe("lite2-embedded-long", changes)
    before = load_run(tmp_path / "twin")[1].model.state_dict()
    fit(recipe, make_pool(tmp_path / "pool"), tmp_path / "refit", workers=0)
    run = load_run(tmp_path / "refit")[1]
    after = run.model.state_dict()
    changed = {key for key in after if not torch.equal(before[key], after[key])}
    assert "clip.visual.head.proj.weight" in changed
    assert not [key for key in changed if "trunk" in key]
    # It went on from the head of places: two small steps leave it near.
    for key in (key for key in after if key.startswith("where.")):
        torch.testing.assert_close(after[key], before[key], rtol=0, atol=5e-3)


def test_a_transformer_has_no_trunk_to_freeze():
    with pytest.raises(OptionsError, match="freeze_trunks"):
        Run.fresh(tiny_recipe("model.freeze_trunks=true"))
