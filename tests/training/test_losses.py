"""Losses against float64 references, and what unobserved labels may not do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sjedd_video.hierarchy import UNOBSERVED, load_hierarchy, log_joint

torch = pytest.importorskip("torch", reason="needs the [torch] extra")
pytestmark = pytest.mark.torch

from sjedd_training.losses import LOSSES, fidelity, hierarchical, level_losses, observed_counts  # noqa: E402
from sjedd_video.model.joint_embedding import log_odds, marginals  # noqa: E402

FFPP = load_hierarchy("ffpp")
LEVELS = torch.tensor(FFPP.levels)
STATES = torch.from_numpy(FFPP.states.astype(np.float64))
ROWS = torch.from_numpy(np.stack(list(FFPP.labels.values())))

raw_scores = arrays(np.float64, (2, 10), elements=st.floats(-30, 30)).map(torch.from_numpy)
label_rows = st.lists(st.sampled_from(range(len(ROWS))), min_size=2, max_size=2).map(lambda rows: ROWS[rows])


def some_raw(seed: int = 1, rows: int = 2):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(rows, 10, dtype=torch.float64, generator=generator).requires_grad_()


def test_fidelity_is_bounded_and_zero_only_at_the_target():
    p, q = torch.meshgrid(torch.linspace(0, 1, 21), torch.tensor([0.0, 1.0]), indexing="ij")
    loss = fidelity(torch.logit(p), q)
    assert float(loss.min()) > -1e-3
    assert float(loss.max()) < 1 + 1e-3
    np.testing.assert_allclose(fidelity(torch.tensor([-40.0, 40.0]), torch.tensor([0.0, 1.0])), 0, atol=2e-4)


def test_losses_are_those_of_their_formulas():
    p, q = torch.meshgrid(torch.linspace(0.01, 0.99, 9), torch.tensor([0.0, 0.3, 1.0]), indexing="ij")
    entropy = -(q * p.log() + (1 - q) * (1 - p).log())
    torch.testing.assert_close(LOSSES["bce"](torch.logit(p), q), entropy)
    distance = 1 - torch.sqrt(p * q) - torch.sqrt((1 - p) * (1 - q))
    torch.testing.assert_close(LOSSES["fidelity"](torch.logit(p), q), distance, rtol=0, atol=3e-4)


@pytest.mark.parametrize("name", sorted(LOSSES))
@pytest.mark.parametrize("sure", [0.5, 1.5, 2.5, 4.0])
def test_what_is_wrongly_sure_has_the_gradient_of_float64(name, sure):
    labels = torch.zeros(8, 10, dtype=torch.int8)  # untouched faces, of which every alteration is said to be probable
    exact = (sure + 0.1 * some_raw(6, rows=8)).detach()
    found = []
    for raw, states in ((exact.clone(), STATES), (exact.float(), STATES.float())):
        raw.requires_grad_()
        level_losses(log_odds(raw, states), labels, LEVELS, name).sum().backward()
        found.append(raw.grad.double())
    torch.testing.assert_close(found[1], found[0], rtol=1e-3, atol=float(found[0].abs().max()) * 1e-3)
    assert found[0].abs().max() > 0


def test_cross_entropy_does_not_give_up_a_forgery_that_is_surely_missed():
    raw = torch.full((1, 10), -9.0, requires_grad=True)  # p(face) is 1e-8 or less
    observed = torch.full((1, 10), UNOBSERVED)
    observed[0, 0] = 1
    level_losses(log_odds(raw, STATES.float()), observed, LEVELS, "bce").sum().backward()
    assert raw.grad[0, 0].item() == pytest.approx(-1, abs=1e-3)


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_gradients_match_differences_from_scores_to_levels(name):
    labels = ROWS[[2, 0]]
    assert torch.autograd.gradcheck(
        lambda raw: level_losses(log_odds(raw, STATES), labels, LEVELS, name), (some_raw(),), atol=1e-6
    )


def test_marginals_and_the_joint_have_the_gradients_of_their_differences():
    assert torch.autograd.gradcheck(lambda raw: marginals(raw, STATES), (some_raw(2),))
    assert torch.autograd.gradcheck(lambda raw: hierarchical(raw, ROWS[[5, 2]], STATES), (some_raw(3),))


@pytest.mark.parametrize("row", range(len(ROWS)))
def test_the_hierarchical_loss_sums_over_what_agrees(row):
    raw, labels = some_raw(4, rows=1), ROWS[[row]]
    joint = np.exp(log_joint(raw.detach().numpy(), FFPP.states))[0]
    known = labels[0].numpy() != UNOBSERVED
    agrees = (FFPP.states[:, known] == labels[0].numpy()[known]).all(axis=1)
    assert hierarchical(raw, labels, STATES).item() == pytest.approx(-np.log(joint[agrees].sum()))


@settings(max_examples=50, deadline=None)
@given(raw_scores)
def test_no_child_is_more_probable_than_what_legality_allows(raw):
    p = marginals(raw, STATES).numpy()
    assert (p[:, 1:] <= p[:, :1] + 1e-12).all()
    for name, parents in FFPP.parents.items():
        if parents:
            bound = p[:, [FFPP.index(parent) for parent in parents]].sum(axis=1)
            assert (p[:, FFPP.index(name)] <= bound + 1e-12).all()


@settings(max_examples=50, deadline=None)
@given(raw_scores, label_rows, st.sampled_from(sorted(LOSSES)))
def test_an_unobserved_label_pulls_its_probability_nowhere(raw, labels, name):
    odds = log_odds(raw, STATES).clamp(-7, 7).requires_grad_()
    level_losses(odds, labels, LEVELS, name).sum().backward()
    assert (odds.grad[labels == UNOBSERVED] == 0).all()
    assert (odds.grad[labels != UNOBSERVED] != 0).all()


@settings(max_examples=50, deadline=None)
@given(raw_scores)
def test_rows_of_which_nothing_is_observed_have_no_loss_and_no_gradient(raw):
    raw.requires_grad_()
    nothing = torch.full((2, 10), UNOBSERVED)
    losses = hierarchical(raw, nothing, STATES)
    (losses.sum() + level_losses(log_odds(raw, STATES), nothing, LEVELS).sum()).backward()
    assert losses.tolist() == [0.0, 0.0]
    assert (raw.grad == 0).all()


def test_the_parts_of_a_batch_add_up_to_it():
    raw, labels = some_raw(5, rows=6), ROWS[[0, 1, 2, 3, 5, 6]]
    odds, counts = log_odds(raw, STATES), observed_counts(labels, LEVELS)
    parts = [
        level_losses(mine, theirs, LEVELS, counts=counts)
        for mine, theirs in zip(odds.split(2), labels.split(2), strict=True)
    ]
    torch.testing.assert_close(torch.stack(parts).sum(dim=0), level_losses(odds, labels, LEVELS))


def test_extreme_scores_give_finite_losses_and_gradients():
    raw = (torch.randn(512, 10, generator=torch.Generator().manual_seed(0)) * 50).requires_grad_()
    assert marginals(raw, STATES.float()).max().item() <= 1.0
    zeros = torch.zeros(512, 10, dtype=torch.int8)
    odds = log_odds(raw, STATES.float())
    (level_losses(odds, zeros, LEVELS).sum() + hierarchical(raw, zeros, STATES.float()).sum()).backward()
    assert torch.isfinite(raw.grad).all()
