"""The bi-level weights of the levels: the derivative, and that nothing else is touched."""

from __future__ import annotations

import copy

import pytest

from sjedd_video.hierarchy import load_hierarchy

torch = pytest.importorskip("torch", reason="needs the [torch] extra")
pytestmark = pytest.mark.torch

from torch import nn  # noqa: E402
from torch.func import functional_call  # noqa: E402

from bundles import register_tiny  # noqa: E402
from sjedd_training.bilevel import BilevelWeights, weight_gradient  # noqa: E402
from sjedd_training.objective import Batch, Objective  # noqa: E402
from sjedd_training.parallel import Ranks  # noqa: E402
from sjedd_training.recipe_sections import ModelRecipe  # noqa: E402
from sjedd_video.model.joint_embedding import JointEmbedding  # noqa: E402

LABELS = load_hierarchy("ffpp").labels


class Tiny:
    """Three losses of a small smooth network in float64, with batch normalisation as a trap."""

    def __init__(self) -> None:
        torch.manual_seed(3)
        self.model = nn.Sequential(nn.Linear(5, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Linear(8, 3)).double()

    def of(self, outputs, batch):
        return ((outputs - batch[1]) ** 2).mean(dim=0)

    def backward(self, batch, weights, *, exact=False):
        assert exact
        self.model.zero_grad()
        losses = self.of(self.model(batch[0]), batch)
        (losses * weights).sum().backward()
        return losses.detach()

    @torch.no_grad()
    def losses(self, batch):
        return self.of(self.model(batch[0]), batch)

    def second_order(self, groups, batch, other, weights):
        """The derivative by autograd through the virtual step."""
        weights = weights.clone().requires_grad_()
        names = [name for name, _ in self.model.named_parameters()]
        now = dict(self.model.named_parameters())
        total = (self.of(functional_call(self.model, now, (batch[0],)), batch) * weights).sum()
        grads = dict(zip(names, torch.autograd.grad(total, list(now.values()), create_graph=True), strict=True))
        moved = {}
        for group in groups:
            for name in [name for name in names if any(now[name] is p for p in group["params"])]:
                moved[name] = now[name] - group["lr"] * (grads[name] + group["weight_decay"] * now[name])
        return torch.autograd.grad(self.of(functional_call(self.model, moved, (other[0],)), other)[0], weights)[0]


def tiny_batch(seed):
    generator = torch.Generator().manual_seed(seed)
    return tuple(torch.randn(16, n, dtype=torch.float64, generator=generator) for n in (5, 3))


def groups_of(model, rate=0.02):
    flat = [p for p in model.parameters() if p.ndim <= 1]
    dense = [p for p in model.parameters() if p.ndim > 1]
    return [{"params": dense, "lr": rate, "weight_decay": 0.1}, {"params": flat, "lr": rate, "weight_decay": 0.0}]


def test_what_is_random_in_a_step_is_the_same_at_both_ends_of_the_difference():
    class Noisy(Tiny):
        def of(self, outputs, batch):
            return super().of(outputs, batch) + 1e-3 * torch.randn(3, dtype=torch.float64)

    weights, data = torch.tensor([1.0, 0.7, 1.3], dtype=torch.float64), (tiny_batch(0), tiny_batch(100))
    found = [weight_gradient(one, groups_of(one.model), *data, weights) for one in (Tiny(), Noisy())]
    torch.testing.assert_close(found[1], found[0])


def test_the_derivative_is_that_of_autograd_through_the_virtual_step():
    for seed in range(4):
        tiny, weights = Tiny(), torch.tensor([1.0, 0.7, 1.3], dtype=torch.float64)
        batch, other = tiny_batch(seed), tiny_batch(seed + 100)
        reference = tiny.second_order(groups_of(tiny.model), batch, other, weights)
        found = weight_gradient(tiny, groups_of(tiny.model), batch, other, weights)
        assert float((found - reference).norm() / reference.norm()) < 1e-3


def test_a_model_that_has_learned_everything_gives_no_derivative():
    tiny = Tiny()
    nn.init.zeros_(tiny.model[3].weight)
    nn.init.zeros_(tiny.model[3].bias)
    batch = (tiny_batch(0)[0], torch.zeros(16, 3, dtype=torch.float64))
    weights = torch.ones(3, dtype=torch.float64)
    groups = groups_of(tiny.model)
    assert weight_gradient(tiny, groups, batch, batch, weights).tolist() == [0.0, 0.0, 0.0]


def make_objective(architecture, side):
    torch.manual_seed(0)
    model = JointEmbedding(architecture, load_hierarchy("ffpp"))
    recipe = ModelRecipe(architecture=architecture, mean=(0.5,) * 3, std=(0.5,) * 3)
    rows = torch.stack([torch.from_numpy(LABELS[name]) for name in ("real", "eye", "identity_swap", "reenactment")])
    pictures = torch.randint(0, 256, (2, 4, side, side, 3), dtype=torch.uint8)
    made = Objective(model, recipe, "fidelity", bf16=True, parts=2, ranks=Ranks(0, 1, torch.device("cpu")))
    where = torch.full((4, side // 16, side // 16), -1, dtype=torch.int8)
    return made, Batch(pictures[0], rows, where), Batch(pictures[1], rows.flip(0), where)


@pytest.fixture
def objective():
    return make_objective(register_tiny(), 32)


@pytest.mark.parametrize(("architecture", "side"), [("tiny-test-tower", 32), ("sjedd-lite2", 64)])
def test_weights_and_statistics_of_the_model_are_put_back_bit_for_bit(architecture, side):
    register_tiny()
    made, batch, other = make_objective(architecture, side)
    before = copy.deepcopy(made.model.state_dict())
    found = weight_gradient(made, groups_of(made.model), batch, other, torch.ones(3))
    assert torch.isfinite(found).all()
    after = made.model.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert all(p.grad is None for p in made.model.parameters())


def test_a_crash_in_the_middle_leaves_the_model_as_it_was(objective, monkeypatch):
    made, batch, other = objective
    before = copy.deepcopy(made.model.state_dict())

    def crash(self, batch):
        raise MemoryError

    monkeypatch.setattr(Objective, "losses", crash)
    with pytest.raises(MemoryError):
        weight_gradient(made, groups_of(made.model), batch, other, torch.ones(3))
    assert all(torch.equal(value, before[name]) for name, value in made.model.state_dict().items())


def test_adam_moves_the_weights_and_goes_on_after_a_restart(objective):
    made, batch, other = objective
    first = BilevelWeights((1.0, 1.0, 1.0), 1e-3)
    first.before_step(made, groups_of(made.model), batch, other)
    assert all(0 < abs(value - 1.0) <= 1.01e-3 for value in first.values.tolist())
    second = BilevelWeights((1.0, 1.0, 1.0), 1e-3)
    second.load_state_dict(copy.deepcopy(first.state_dict()))
    for weights in (first, second):
        weights.before_step(made, groups_of(made.model), other, batch)
    assert torch.equal(first.values, second.values)
