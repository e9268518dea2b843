"""Pairs, resuming, metrics and calibration."""

from __future__ import annotations

import numpy as np
import pytest

from sjedd_video.calibration import sigmoid
from sjedd_video.hierarchy import load_hierarchy

torch = pytest.importorskip("torch", reason="needs the [torch] extra")
pytestmark = pytest.mark.torch

from sjedd_training.calibrate import fit_platt  # noqa: E402
from sjedd_training.data.mix import Mix  # noqa: E402
from sjedd_training.data.pairs import CropPlan, PairStream  # noqa: E402
from sjedd_training.data.pool import open_pool  # noqa: E402
from sjedd_training.metrics import auc, auc_interval, error_rates  # noqa: E402
from sjedd_training.recipe_files import load_recipe  # noqa: E402
from sjedd_video.errors import OptionsError  # noqa: E402
from training.pool_factory import make_pool  # noqa: E402


def test_auc_counts_pairs():
    rng = np.random.default_rng(0)
    real, altered = rng.integers(0, 9, 40).astype(float), rng.integers(2, 11, 30).astype(float)
    wins = (altered[:, None] > real).mean() + 0.5 * (altered[:, None] == real).mean()
    assert auc(real, altered) == pytest.approx(wins)
    names = np.arange(40).astype(str)
    low, high = auc_interval(real, altered, (names, names[:30]), rounds=200)
    assert low < wins < high
    assert error_rates(np.array([0.0, 0.5]), np.array([0.4, 0.9]), 0.5) == (0.5, 0.5)


def test_platt_recovers_a_known_logistic():
    rng = np.random.default_rng(0)
    x = rng.normal(0, 3, 40_000)
    y = (rng.random(len(x)) < sigmoid(0.7 * x)).astype(float)
    a, b = fit_platt(x, y)
    assert a == pytest.approx(0.7, abs=0.03)
    assert b == pytest.approx(0.0, abs=0.05)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return make_pool(tmp_path_factory.mktemp("pool"))


def test_splits_share_no_person_and_twins_are_found(root):
    train, val = open_pool(root, "train"), open_pool(root, "val")
    assert not set(train.persons) & set(val.persons)
    forged = [train.records[i] for i in train.forged]
    assert forged
    assert all(not train.records[train.by_key[record.original]].forged for record in forged)
    rng = np.random.default_rng(0)
    for index in train.real:
        assert train.persons[train.donor_for(int(index), rng)] != train.persons[index]


def test_missing_pool_names_the_file(tmp_path):
    with pytest.raises(OptionsError, match=r"faces\.npz"):
        open_pool(tmp_path, "train")


def _stream(root, start, mix, cutout=0.0):
    plan = CropPlan(1.0, ((0, 48), (3, 64)), cutout=cutout)
    return PairStream(open_pool(root, "train"), load_hierarchy("ffpp"), plan, [mix], pairs=2, seed=5, start=start)


def test_a_stream_resumes_at_any_batch(root):
    whole, later = iter(_stream(root, 0, Mix())), iter(_stream(root, 2, Mix()))
    batches = [next(whole) for _ in range(5)]
    for batch in batches[2:4]:
        assert all(map(torch.equal, batch, next(later)))
    assert [images.shape[1] for images, _, _ in batches] == [48, 48, 48, 64, 64]


def test_pairs_share_everything_but_the_alteration(root):
    stream = _stream(root, 0, Mix.only("eye"))
    for number in range(4):
        (real, fake), (real_label, fake_label), _ = stream.pair(number, 96)
        assert real_label.tolist() == [0] * 10
        assert fake_label.tolist() == load_hierarchy("ffpp").labels["eye"].tolist()
        change = np.abs(real.astype(int) - fake).max(axis=2)
        assert change[24:60].max() > change[80:].max()


@pytest.mark.parametrize(("kind", "covered"), [("self_blend", True), ("eye", False)])
def test_both_faces_of_a_wholly_forged_pair_are_covered_alike(root, kind, covered):
    plain, cut = (_stream(root, 0, Mix.only(kind), share) for share in (0.0, 1.0))
    for number in range(4):
        (real, fake), *_ = plain.pair(number, 96)
        (real_cut, fake_cut), *_ = cut.pair(number, 96)
        where = (real != real_cut).any(axis=2) | (fake != fake_cut).any(axis=2)
        assert where.any() == covered
        if covered:
            rows, columns = np.flatnonzero(where.any(axis=1)), np.flatnonzero(where.any(axis=0))
            box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
            assert len(np.unique(real_cut[box])) == 1
            np.testing.assert_array_equal(real_cut[box], fake_cut[box])


def test_recipe_errors_name_the_key(tmp_path):
    recipe = tmp_path / "bad.toml"
    recipe.write_text('name = "x"\n[fit]\nstepz = 3\n')
    with pytest.raises(OptionsError, match=r"fit\.stepz"):
        load_recipe(recipe)
    assert load_recipe("lite2-embedded-long").model.architecture == "sjedd-lite2"


def test_a_killed_fit_resumes_to_the_same_weights(root, tmp_path):
    from sjedd_training.fit import fit

    base = load_recipe("lite2-embedded-long")
    recipe = base.model_copy(
        update={
            "data": base.data.model_copy(update={"crop_sizes": ((0, 64),)}),
            "fit": base.fit.model_copy(update={"steps": 4, "pairs": 2, "save_every": 2, "decay": 2, "warmup": 1}),
        }
    )
    whole = fit(recipe, root, tmp_path / "whole", workers=0)

    class KilledError(Exception):
        pass

    def kill(step, losses):
        if step == 3:
            raise KilledError

    with pytest.raises(KilledError):
        fit(recipe, root, tmp_path / "killed", workers=0, report=kill)
    resumed = fit(recipe, root, tmp_path / "killed", workers=0)
    for (key, mine), theirs in zip(whole.state_dict().items(), resumed.state_dict().values(), strict=True):
        assert torch.equal(mine, theirs), key
