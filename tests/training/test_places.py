"""Where a face was altered: the truth from a forgery and its original, the cells of a pair, and the auxiliary task."""

from __future__ import annotations

import io
import json

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from sjedd_training.data import masks
from sjedd_training.data.difference import compare_forgeries, difference
from sjedd_training.data.perturb import jpeg
from sjedd_video.errors import ModelError, OptionsError
from sjedd_video.hierarchy import load_hierarchy
from sjedd_video.model.bundle import write_bundle
from sjedd_video.model.factory import open_scorer
from sjedd_video.model.scorer import prepare
from sjedd_video.types import Crop
from training.pool_factory import MEAN_FACE, face_picture

torch = pytest.importorskip("torch", reason="needs the [torch] extra")
pytestmark = pytest.mark.torch

from sjedd_training.cli import commands  # noqa: E402
from sjedd_training.data.expand_commands import expand  # noqa: E402
from sjedd_training.data.mix import Mix, draw_pair  # noqa: E402
from sjedd_training.data.pairs import NOT_KNOWN, CropPlan, PairStream  # noqa: E402
from sjedd_training.data.pool import Pool, Record  # noqa: E402
from sjedd_training.fit import fit  # noqa: E402
from sjedd_training.objective import Batch  # noqa: E402
from sjedd_training.parallel import joined  # noqa: E402
from sjedd_training.places import measure_places  # noqa: E402
from sjedd_training.recipe_files import load_recipe  # noqa: E402
from sjedd_training.release import export_run, torch_places  # noqa: E402
from sjedd_training.run import Run, load_run  # noqa: E402
from sjedd_training.where import where_head  # noqa: E402
from training.fits import finished_run, tiny_recipe  # noqa: E402
from training.pool_factory import make_pool  # noqa: E402

SIDE = 224
LANDMARKS = (MEAN_FACE * 0.7 + 15) * (SIDE / 100)
FACE = masks.hull_mask((SIDE, SIDE), LANDMARKS)[..., None]


@pytest.fixture
def original():
    return face_picture(np.random.default_rng(1), SIDE)


def altered(picture, seed=2, mask=FACE):
    other = face_picture(np.random.default_rng(seed), SIDE)
    return np.rint(other * mask + picture * (1 - mask)).astype(np.uint8)


def test_the_difference_shows_the_altered_face_and_nothing_around_it(original):
    found = difference(jpeg(altered(original), 80), jpeg(original, 70), LANDMARKS)
    assert not found.untouched
    assert found.where[FACE[..., 0] > 0].mean() > 0.6
    assert found.where[masks.dilate(FACE[..., 0], 25) == 0].max() == 0


def test_a_face_that_is_only_coded_anew_is_untouched(original):
    assert difference(jpeg(original, 80), jpeg(original, 60), LANDMARKS) == (True, None, True)


@pytest.mark.parametrize("shape", [SIDE, SIDE - 8])
def test_another_frame_says_nothing(original, shape):
    other = face_picture(np.random.default_rng(3), shape)
    assert difference(altered(original), other, LANDMARKS) == (False, None, False)


def test_landmarks_that_are_not_known_say_nothing(original):
    assert difference(altered(original), original, LANDMARKS * np.nan) == (False, None, False)


def video_pool(*forged):
    """A pool of one real face and its forgeries."""
    five = np.stack([LANDMARKS[part].mean(axis=0) for part in (slice(36, 42), slice(42, 48), slice(30, 31))])
    five = np.concatenate([five, LANDMARKS[[48, 54]]])
    real = Record("real", "clips", "real", "a", "", five, LANDMARKS, video=True)
    rest = [Record(f"f{i}", "clips", "unknown_forgery", "a", "real", five, LANDMARKS, True) for i in range(len(forged))]
    pictures = [face_picture(np.random.default_rng(1), SIDE), *forged]
    return Pool([real, *rest], lambda i: cv2.imencode(".png", pictures[i][..., ::-1])[1].tobytes())


def test_forgeries_are_counted_beside_their_originals(original):
    elsewhere = face_picture(np.random.default_rng(3), SIDE)
    pool, told = video_pool(jpeg(original, 70), altered(original), elsewhere, altered(original, seed=4)), []
    assert compare_forgeries(pool, told.append) == {"clips": (4, 4, 3, 1, 2)}
    assert told == ["f0", "f1", "f2", "f3"]


def test_a_forgery_that_does_not_touch_this_face_is_not_drawn(original):
    pool = video_pool(jpeg(original, 70), altered(original))
    mix = Mix.only("video_forgery")
    for seed in range(12):
        drawn = draw_pair(pool, [mix], 0, np.random.default_rng(seed))
        np.testing.assert_array_equal(drawn.forged, altered(original))
        assert drawn.where is not None


def test_forgeries_that_do_not_touch_this_face_may_be_kept(original):
    pool, drawn = video_pool(jpeg(original, 70), altered(original)), set()
    for seed in range(12):
        rng = np.random.default_rng(seed)
        drawn.add(draw_pair(pool, [Mix.only("video_forgery")], 0, rng, keep_untouched=True).where is None)
    assert drawn == {True, False}


def test_a_region_of_a_forgery_is_laid_over_its_original(original):
    pool, rows = video_pool(altered(original)), set()
    mix = Mix.only("video_region")
    for seed in range(12):
        drawn = draw_pair(pool, [mix], 0, np.random.default_rng(seed))
        rows.add(drawn.row)
        region = masks.region_mask((SIDE, SIDE), LANDMARKS, drawn.row)
        change = np.abs(drawn.forged.astype(int) - drawn.real).max(axis=2)
        assert change[region > 0].mean() > 10
        assert change[masks.dilate(region, 25) == 0].max() == 0
        assert drawn.where[region == 0].max() == 0
    assert rows == {"eye", "lip_mouth", "nose"}


def test_a_region_of_a_forgery_of_another_frame_cannot_be_laid_over(original):
    pool = video_pool(face_picture(np.random.default_rng(3), SIDE))
    drawn = draw_pair(pool, [Mix.only("video_region")], 0, np.random.default_rng(0))
    assert (drawn.row, drawn.where) == ("unknown_forgery", None)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return make_pool(tmp_path_factory.mktemp("pool"))


def stream(pool, kind, cutout=0.0):
    plan = CropPlan(1.0, ((0, 96),), cutout=cutout)
    return PairStream(
        pool, load_hierarchy("ffpp"), plan, [Mix.only(kind)], pairs=2, seed=5, camera=0.0, perturbation=0.0
    )


@pytest.mark.parametrize("kind", ["video_forgery", "video_region"])
def test_cells_say_where_the_crop_differs(original, kind):
    made = stream(video_pool(altered(original)), kind)
    for number in range(6):
        (real, fake), _, (nowhere, cells) = made.pair(number, 96)
        assert nowhere.shape == cells.shape == (6, 6)
        assert not nowhere.any()
        change = cv2.resize(np.abs(real.astype(np.float32) - fake).mean(axis=2), (6, 6), interpolation=cv2.INTER_AREA)
        assert change[cells >= cells.max() / 2].mean() > 5 * change[cells == 0].mean()


def test_a_covered_place_is_not_called_altered(original):
    made = stream(video_pool(altered(original)), "video_forgery", cutout=1.0)
    for number in range(6):
        (real, _), _, (_, cells) = made.pair(number, 96)
        covered = np.abs(cv2.Laplacian(real.astype(np.float32), cv2.CV_32F)).max(axis=2)
        whole = cv2.resize((covered == 0).astype(np.float32), (6, 6), interpolation=cv2.INTER_AREA) == 1
        assert not cells[whole].any()


def test_what_is_not_known_is_said(root):
    from sjedd_training.data.pool import open_pool

    _, _, where = stream(open_pool(root, "train"), "video_forgery").pair(0, 96)
    assert not where[0].any()
    assert (where[1] == NOT_KNOWN).all()


class TestMeasure:
    """How well maps find the truth, with maps that know it, and one that does not."""

    @pytest.fixture
    def found(self, root):
        from sjedd_training.data.pool import open_pool

        pool = open_pool(root, "val")

        def of(heat, limit=20):
            return {row.name: row for row in measure_places(pool, heat, Crop(1.0, 96), limit=limit)}

        return of

    def test_noise_meets_chance(self, found):
        rng = np.random.default_rng(0)
        rows = found(lambda crop: rng.random(crop.shape[:2]))
        assert {"eye", "nose", "real_still", "real_video"} <= rows.keys()
        for name in ("eye", "nose", "lip_mouth"):
            assert rows[name].auc == pytest.approx(0.5, abs=0.1)
            assert 0 < rows[name].chance < 0.5
        assert rows["real_still"].hit is None

    def test_a_map_of_the_mouth_finds_mouths_and_no_eyes(self, found):
        def mouth(crop):
            y, x = np.mgrid[: len(crop), : len(crop)] / len(crop)
            return np.exp(-((x - 0.5) ** 2 + (y - 0.8) ** 2) * 30)

        rows = found(mouth)
        assert rows["lip_mouth"].auc > 0.9
        assert rows["lip_mouth"].hit == 1.0
        assert rows["eye"].auc < 0.6
        assert rows["eye"].hit == 0.0

    def test_the_limit_is_kept(self, found):
        assert {row.faces for row in found(lambda crop: crop[..., 0], 2).values()} == {2}


LITE2 = ("model.backbone=random", "model.where_weight=1.0", "data.crop_sizes=[[0, 64]]", "fit.pairs=2",
         "fit.precision=fp32", "fit.accumulate=1", "fit.save_every=1", "fit.steps=2")  # fmt: skip


def lite2(*changes):
    return load_recipe("lite2-embedded-long", (*LITE2, *changes))


def gradients(recipe, where):
    """The level losses of a batch and the gradient of every parameter."""
    from sjedd_training.fit import make_objective

    with joined("cpu") as ranks:
        run = Run.fresh(recipe)
        generator = torch.Generator().manual_seed(0)
        images = torch.randint(0, 256, (4, 64, 64, 3), dtype=torch.uint8, generator=generator)
        labels = torch.zeros(4, len(run.model.hierarchy.nodes), dtype=torch.int8)
        objective = make_objective(run, recipe, ranks)
        losses = objective.backward(Batch(images, labels, where), torch.ones(3))
    return losses, {name: p.grad for name, p in run.model.named_parameters() if p.grad is not None}


def test_places_that_are_not_known_give_no_gradient():
    unknown = torch.full((4, 4, 4), NOT_KNOWN, dtype=torch.int8)
    plain_losses, plain = gradients(lite2("model.where_weight=0"), unknown)
    losses, found = gradients(lite2(), unknown)
    torch.testing.assert_close(losses, plain_losses)
    assert not any(gradient.any() for name, gradient in found.items() if name.startswith("where."))
    ours, theirs = (torch.cat([values[name].flatten() for name in plain]) for values in (found, plain))
    assert float((ours - theirs).norm()) < 0.01 * float(theirs.norm())


def test_parts_of_a_batch_weigh_its_known_places_alike():
    where = torch.full((4, 4, 4), NOT_KNOWN, dtype=torch.int8)
    where[3] = 100
    name = "where.probes.0.bias"
    whole, parts = (gradients(lite2(f"fit.accumulate={count}"), where)[1][name] for count in (1, 4))
    # One known picture, altered everywhere: the slope is p - 1, halved between the two maps.
    assert float(whole) == pytest.approx((1 / (1 + np.exp(2)) - 1) / 2, rel=1e-3)
    torch.testing.assert_close(parts, whole)


def test_the_head_resumes_and_is_no_part_of_the_towers(root, tmp_path):
    whole = fit(lite2(), root, tmp_path / "whole", workers=0)
    fit(lite2(), root, tmp_path / "parts", workers=0, minutes=0)
    assert load_run(tmp_path / "parts")[1].step == 1
    resumed = fit(lite2(), root, tmp_path / "parts", workers=0)
    assert where_head(load_run(tmp_path / "parts")[1].model).last >= 0
    assert where_head(resumed) is None
    assert not any(name.startswith("where") for name in whole.state_dict())
    assert all(torch.equal(value, whole.state_dict()[name]) for name, value in resumed.state_dict().items())


def test_a_bundle_tells_the_places_of_the_run(tmp_path):
    recipe = lite2("data.mirror=true")
    run = Run.fresh(recipe)
    for probe in where_head(run.average).probes:
        torch.nn.init.normal_(probe.weight)
    run.save(tmp_path / "last.pt", recipe)
    bundle = export_run(tmp_path, tmp_path / "b", name="tells-places")
    scorer = open_scorer(bundle)
    crop = face_picture(np.random.default_rng(4), 64)
    found = scorer.places(crop)
    assert scorer.tells_places
    assert found.shape == (4, 4)
    pictures = torch.from_numpy(prepare(np.stack([crop, crop[:, ::-1]]), recipe.preprocess))
    straight, mirrored = run.places()(pictures).detach().numpy()
    expected = 1 / (1 + np.exp(-(straight + mirrored[:, ::-1]) / 2))
    np.testing.assert_allclose(found, expected, atol=1e-4)
    np.testing.assert_allclose(torch_places(run.places(), recipe.preprocess)(crop), expected, atol=1e-4)
    assert found.std() > 0.001
    # The tower's weights are stored once, for both graphs.
    weights = bundle.weights()
    assert len(bundle.read("places.onnx")) < 0.05 * len(bundle.read("weights.safetensors"))
    assert set(weights.places) <= set(weights.tower)
    assert "where" not in " ".join(weights.tower)
    with pytest.raises(ValueError, match="uint8"):
        scorer.places(crop[:32])


def test_places_that_are_not_those_of_the_run_are_refused(tmp_path):
    recipe = lite2()
    run = Run.fresh(recipe)
    run.save(tmp_path / "last.pt", recipe)
    bundle = export_run(tmp_path, tmp_path / "b", name="tells-places")
    with np.load(io.BytesIO(bundle.read("golden.npz"))) as golden:
        answers = {**golden, "places": golden["places"] + 0.5}
    file = io.BytesIO()
    np.savez(file, **answers)
    parts = {name: bundle.read(name) for name in bundle.card.parts}
    other = write_bundle(bundle.card, {**parts, "golden.npz": file.getvalue()}, tmp_path / "other.sjedd")
    assert other.card.parts.keys() == bundle.card.parts.keys()
    with pytest.raises(ModelError, match="does not reproduce the altered places"):
        open_scorer(other)


def test_the_command_measures_places_of_a_run_and_occlusion_of_a_bundle(root, tmp_path):
    recipe = lite2()
    (tmp_path / "run").mkdir()
    Run.fresh(recipe).save(tmp_path / "run" / "last.pt", recipe)
    plain = lite2("model.where_weight=0")
    (tmp_path / "plain").mkdir()
    Run.fresh(plain).save(tmp_path / "plain" / "last.pt", plain)
    bundle = export_run(tmp_path / "plain", tmp_path / "b", name="tells-none")
    asked = ["validate", "--places", "--data", str(root), "--model", str(tmp_path / "run"), "--model", str(bundle.path)]
    found = json.loads(CliRunner().invoke(commands, [*asked, "--json"], catch_exceptions=False).stdout)
    assert list(found) == [f"{tmp_path / 'run'}, altered places", f"{bundle.path}, maps by occlusion"]
    for rows in found.values():
        assert {"eye", "real_still"} <= {row["name"] for row in rows}
    printed = CliRunner().invoke(commands, asked, catch_exceptions=False).stdout
    assert "warmest cell altered" in printed


def test_a_bundle_without_places_says_so(tmp_path):
    recipe = lite2("model.where_weight=0")
    Run.fresh(recipe).save(tmp_path / "last.pt", recipe)
    scorer = open_scorer(export_run(tmp_path, tmp_path / "b", name="tells-none"))
    assert not scorer.tells_places
    with pytest.raises(ModelError, match="cannot tell where"):
        scorer.places(np.zeros((64, 64, 3), np.uint8))


def test_frozen_towers_keep_every_number_while_the_head_learns(root, tmp_path):
    first = finished_run(lite2(), tmp_path / "first")
    recipe = lite2(f"model.backbone={tmp_path / 'first'}", "model.freeze_towers=true", "fit.steps=3", "fit.warmup=0")
    start = Run.fresh(recipe)
    fit(recipe, root, tmp_path / "run", workers=0)
    _, run = load_run(tmp_path / "run")
    before = first.result().state_dict()
    assert all(torch.equal(value, before[name]) for name, value in run.result().state_dict().items())
    pairs = zip(where_head(start.model).parameters(), where_head(run.model).parameters(), strict=True)
    assert all(not torch.equal(was, now) for was, now in pairs)


def test_a_recipe_that_trains_nothing_is_refused():
    with pytest.raises(OptionsError, match="nothing would be trained"):
        lite2("model.freeze_towers=true", "model.where_weight=0")


def test_a_tower_without_maps_is_refused():
    with pytest.raises(OptionsError, match="no maps of features"):
        Run.fresh(tiny_recipe("model.where_weight=1"))


def test_the_command_prints_the_counts(root):
    shown = CliRunner().invoke(expand, ["compare", "--data", str(root)])
    assert shown.exit_code == 0, shown.output
    lines = [line.split() for line in shown.output.splitlines()]
    assert ["dfdc", "2", "2", "0", "0", "0"] in lines
    assert ["all", "2", "2", "0", "0", "0"] in lines
