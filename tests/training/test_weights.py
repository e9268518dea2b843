"""How the levels are weighted: fixed, by dynamic average, and what a checkpoint keeps of it."""

from __future__ import annotations

import copy

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the [torch] extra")
pytestmark = pytest.mark.torch

from sjedd_training.bilevel import BilevelWeights  # noqa: E402
from sjedd_training.run import Run  # noqa: E402
from sjedd_training.weighting import DynamicAverage, FixedWeights  # noqa: E402
from training.fits import tiny_recipe  # noqa: E402


def show(weights, losses, times):
    for _ in range(times):
        weights.before_step(None, (), None, None)
        weights.after_step(torch.tensor(losses))


def test_fixed_weights_stay():
    weights = FixedWeights((1.0, 0.1, 0.1))
    show(weights, [3.0, 2.0, 1.0], 5)
    assert weights.values.tolist() == pytest.approx([1.0, 0.1, 0.1])


def test_dynamic_average_follows_its_formula():
    weights = DynamicAverage((1.0, 1.0, 1.0), period=3)
    show(weights, [1.0, 1.0, 1.0], 3)
    assert weights.values.tolist() == [1.0, 1.0, 1.0]
    show(weights, [0.5, 1.0, 0.25], 2)
    assert weights.values.tolist() == [1.0, 1.0, 1.0]
    show(weights, [0.5, 1.0, 0.25], 1)
    expected = np.exp(np.array([0.5, 1.0, 0.25]) / 2)
    assert weights.values.tolist() == pytest.approx(3 * expected / expected.sum())
    assert weights.values[1] == weights.values.max()


def test_a_level_without_labels_does_not_break_the_average():
    weights = DynamicAverage((1.0, 1.0, 1.0), period=1)
    for losses in ([0.5, 0.0, 0.2], [0.4, 0.0, 0.1], [0.3, 0.1, 0.1]):
        show(weights, losses, 1)
        assert float(weights.values.sum()) == pytest.approx(3.0)
        assert float(weights.values.min()) > 0.5


@pytest.mark.parametrize("cut", range(1, 6))
def test_dynamic_average_goes_on_from_a_saved_state(cut):
    rng = np.random.default_rng(cut)
    losses = rng.random((7, 3)).tolist()
    whole, first, second = (DynamicAverage((1.0, 0.5, 0.5), period=2) for _ in range(3))
    for row in losses:
        show(whole, row, 1)
    for row in losses[:cut]:
        show(first, row, 1)
    second.load_state_dict(copy.deepcopy(first.state_dict()))
    for row in losses[cut:]:
        show(second, row, 1)
    assert torch.equal(whole.values, second.values)


@pytest.mark.parametrize(
    ("name", "kind"), [("fixed", FixedWeights), ("dwa", DynamicAverage), ("bilevel", BilevelWeights)]
)
def test_one_line_of_a_recipe_chooses_the_weighting(name, kind):
    recipe = tiny_recipe(f"fit.level_weighting={name}", "fit.level_weights=[1.0, 0.5, 0.25]")
    levels = Run.fresh(recipe).levels
    assert type(levels) is kind
    assert levels.values.tolist() == [1.0, 0.5, 0.25]
    assert levels.other_batch == (name == "bilevel")
