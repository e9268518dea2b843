"""Learning from finished runs beside the labels."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="needs the [torch] extra")
pytestmark = pytest.mark.torch

from sjedd_training.data.pool import open_pool  # noqa: E402
from sjedd_training.feed import minibatches  # noqa: E402
from sjedd_training.fit import fit, make_objective  # noqa: E402
from sjedd_training.parallel import joined  # noqa: E402
from sjedd_training.run import Run, load_run  # noqa: E402
from sjedd_training.teachers import Teachers  # noqa: E402
from sjedd_video.errors import ModelError, OptionsError  # noqa: E402
from training.fits import tiny_recipe  # noqa: E402
from training.pool_factory import make_pool  # noqa: E402

PLAIN = ("fit.level_weighting=fixed", "fit.ema=0", "fit.warmup=1", "fit.precision=fp32")


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    return make_pool(tmp_path_factory.mktemp("pool"))


@pytest.fixture(scope="module")
def runs(pool, tmp_path_factory):
    folders = [tmp_path_factory.mktemp(name) for name in ("one", "two")]
    for seed, folder in enumerate(folders, 5):
        fit(tiny_recipe(*PLAIN, f"fit.seed={seed}", "fit.steps=2"), pool, folder, workers=0)
    return folders


def taught(runs, *changes):
    names = ", ".join(f'"{folder}"' for folder in runs)
    return tiny_recipe(*PLAIN, f"fit.teachers=[{names}]", *changes)


def pictures():
    return torch.randn(3, 3, 32, 32, generator=torch.Generator().manual_seed(0))


def test_teachers_say_the_mean_of_their_raw_scores(runs):
    models = [load_run(folder)[1].result() for folder in runs]
    said = Teachers(models, 0.5, 2.0).raw(pictures())
    with torch.no_grad():
        torch.testing.assert_close(said, (models[0](pictures()) + models[1](pictures())) / 2)
    assert not torch.allclose(models[0](pictures()), models[1](pictures()))


@pytest.mark.parametrize("loss", ["bce", "fidelity"])
def test_a_pupil_that_agrees_has_nothing_to_learn(runs, loss):
    model = load_run(runs[0])[1].result()
    teachers = Teachers([model], 1.0, 2.0)
    said = teachers.raw(pictures())
    for shift, learns in ((0.0, False), (0.5, True)):
        raw = (said + shift * torch.arange(10)).requires_grad_()
        teachers.losses(model, raw, said, loss).sum().backward()
        assert (float(raw.grad.norm()) > 1e-2) == learns


def distance(model, runs):
    with torch.no_grad():
        said = Teachers([load_run(folder)[1].result() for folder in runs], 1.0, 1.0).raw(pictures())
        return float((model.probabilities(model(pictures())) - model.probabilities(said)).abs().mean())


def test_a_pupil_comes_nearer_to_its_teachers(pool, runs, tmp_path):
    changes = ("fit.teacher_weight=1", "fit.steps=12", "fit.save_every=100")
    start = distance(Run.fresh(taught(runs)).result(), runs)
    assert distance(fit(taught(runs, *changes), pool, tmp_path, workers=0), runs) < 0.7 * start


def test_parts_of_a_batch_learn_the_same(pool, runs):
    found = []
    for parts in (1, 3):
        recipe = taught(runs, f"fit.accumulate={parts}")
        with joined("cpu") as ranks:
            run = Run.fresh(recipe)
            made = make_objective(run, recipe, ranks)
            feed = minibatches(
                recipe, open_pool(pool, "train"), run.model.hierarchy, ranks, start=0, others=False, workers=0
            )
            losses = made.backward(next(iter(feed))[0], torch.ones(3))
        found.append([losses, *(p.grad for p in run.model.parameters() if p.grad is not None)])
    for whole, part in zip(*found, strict=True):
        assert float((part - whole).norm() / whole.norm()) < 2e-3


def test_teachers_of_another_kind_are_named(pool, runs, tmp_path):
    with pytest.raises(OptionsError, match="trained for another hierarchy or scoring") as refused:
        fit(taught(runs, "model.scoring=cosine"), pool, tmp_path, workers=0)
    assert str(runs[0]) in str(refused.value)
    with pytest.raises(ModelError, match="nowhere"):
        fit(taught(["nowhere"]), pool, tmp_path / "other", workers=0)
    with pytest.raises(OptionsError, match="cannot learn from teachers"):
        taught(runs, "fit.loss=hierarchical")
