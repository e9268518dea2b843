"""The rewritten gradients of depthwise convolutions against torch's own."""

from __future__ import annotations

import copy

import pytest
import torch
from timm.layers import Conv2dSame
from torch import nn

from sjedd_training.depthwise import quicken


@pytest.mark.parametrize(
    ("side", "stride", "size"), [(3, 1, 10), (3, 2, 11), (5, 1, 9), (5, 2, 10), (7, 1, 9), (5, 2, 5)]
)
@pytest.mark.parametrize("kind", ["centred", "same"])
def test_gradients_are_those_of_torch(kind, side, stride, size):
    torch.manual_seed(0)
    if kind == "centred":
        plain = nn.Conv2d(6, 6, side, stride, side // 2, groups=6, bias=False).double()
    else:
        plain = Conv2dSame(6, 6, side, stride, groups=6, bias=False).double()
    quick = copy.deepcopy(plain)
    assert quicken(nn.Sequential(quick)) == 1
    ours, theirs = (torch.randn(2, 6, size, size, dtype=torch.float64, requires_grad=True) for _ in range(2))
    ours.data.copy_(theirs.data)
    out, expected = quick(ours), plain(theirs)
    pull = torch.randn_like(expected)
    out.backward(pull)
    expected.backward(pull)
    torch.testing.assert_close(out, expected)
    torch.testing.assert_close(ours.grad, theirs.grad)
    torch.testing.assert_close(quick.weight.grad, plain.weight.grad)


@pytest.mark.parametrize(
    "conv",
    [
        nn.Conv2d(6, 6, 3, padding=1, bias=False),
        nn.Conv2d(6, 6, 3, padding=1, groups=6),
        nn.Conv2d(6, 6, 3, padding=0, groups=6, bias=False),
        nn.Conv2d(6, 6, 3, padding=2, groups=6, bias=False, dilation=2),
        nn.Conv2d(6, 12, 3, padding=1, groups=6, bias=False),
    ],
)
def test_other_convolutions_are_left_alone(conv):
    assert quicken(nn.Sequential(conv)) == 0
    assert type(conv) is nn.Conv2d


def test_the_bench_times_both_kinds_of_gradients():
    from sjedd_training.bench import images_per_second
    from sjedd_training.recipe_files import load_recipe

    recipe = load_recipe("smoke", ("fit.pairs=1",))
    assert all(images_per_second(recipe, 32, quick=quick, steps=1) > 0 for quick in (False, True))
