"""Hierarchies: the published graphs, users' files and their errors, and the probabilities over legal states."""

from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sjedd_video.errors import ExitCode, HierarchyError
from sjedd_video.hierarchy import (
    UNOBSERVED,
    builtin_hierarchies,
    load_hierarchy,
    log_joint,
    marginals,
    parse_hierarchy,
)

FFPP = load_hierarchy("ffpp")
FFSC = load_hierarchy("ffsc")
GLOBALS = {"ffpp": slice(1, 4), "ffsc": slice(1, 6)}
REGIONS = {"ffpp": slice(4, 10), "ffsc": slice(6, 12)}

both = pytest.mark.parametrize(
    "hierarchy", [FFPP, FFSC, load_hierarchy("ffpp", "release")], ids=["ffpp", "ffsc", "251"]
)


def scores(n: int, limit: float):
    return arrays(np.float64, n, elements=st.floats(-limit, limit, allow_nan=False))


@cache
def legal_by_the_words(name: str, rule: str) -> tuple[tuple[int, ...], ...]:
    """Legal states by the definition, state by state, with no array arithmetic."""
    h = load_hierarchy(name, rule)
    found = []
    for state in product((0, 1), repeat=len(h.nodes)):
        on = {node for node, value in zip(h.nodes, state, strict=True) if value}
        parents_fine = all(not h.parents[node] or on & set(h.parents[node]) for node in on)
        lonely = [node for node in on if h.children[node] and not on & set(h.children[node])]
        if parents_fine and (not lonely or (rule == "release" and lonely == [h.nodes[0]])):
            found.append(state)
    return tuple(found)


def test_the_built_in_hierarchies():
    assert builtin_hierarchies() == ("binary", "ffpp", "ffsc")
    assert FFPP.nodes == ("face", "expression", "identity", "physical_inconsistency",
                          "eye", "eyebrow", "lip", "mouth", "nose", "skin")  # fmt: skip
    assert FFSC.nodes == ("face", "age", "expression", "gender", "identity", "pose",
                          "eye", "eyebrow", "lip", "mouth", "nose", "skin")  # fmt: skip
    assert FFSC.levels == (1,) + (2,) * 5 + (3,) * 6


def test_ffpp_counts_are_those_of_the_paper():
    assert len(FFPP.states) == 250
    assert FFPP.states.sum(axis=0).tolist() == [249, 111, 219, 135, 126, 110, 146, 146, 126, 110]
    assert not FFPP.states[0].any()


def test_the_release_rule_adds_face_and_nothing_else():
    release = load_hierarchy("ffpp", "release")
    strict = {tuple(row) for row in FFPP.states}
    assert len(release.states) == 251
    assert {tuple(row) for row in release.states} - strict == {(1, *[0] * 9)}


@pytest.mark.parametrize(("name", "rule"), [("ffpp", "strict"), ("ffpp", "release"), ("ffsc", "strict")])
def test_states_are_those_of_the_definition(name, rule):
    assert tuple(map(tuple, load_hierarchy(name, rule).states.tolist())) == legal_by_the_words(name, rule)


def test_edges_of_ffsc():
    everything = {"eye", "eyebrow", "lip", "mouth", "nose", "skin"}
    expected = {"age": {"eye", "skin"}, "expression": {"eye", "lip", "mouth", "nose", "skin"},
                "gender": {"eye", "eyebrow", "lip", "mouth", "skin"}, "identity": everything,
                "pose": everything}  # fmt: skip
    assert {node: set(FFSC.children[node]) for node in expected} == expected


def test_prompts():
    full = FFPP.prompts()
    assert full[0] == "a photo of a fake face"
    assert full[3] == "a photo of a face with the global attribute of physical inconsistency altered"
    assert full[4] == "a photo of a face with the local attribute of eye altered"
    assert FFPP.prompts("unaltered")[0] == "a photo of a real face"
    assert all("unaltered" in text for text in FFPP.prompts("unaltered")[1:])
    assert len(set(FFPP.prompts("simple"))) == 10


def test_labels_of_known_manipulations():
    reenactment = FFPP.labels["reenactment"]
    assert reenactment.tolist() == [1, 1, 0, 1, 0, 0, 1, 1, 0, 0]
    assert FFPP.labels["identity_swap"][1] == UNOBSERVED


@both
def test_labels_without_gaps_are_legal_states(hierarchy):
    legal = {tuple(row) for row in hierarchy.states.tolist()}
    whole = {key: tuple(row.tolist()) for key, row in hierarchy.labels.items() if UNOBSERVED not in row}
    assert {key for key, row in whole.items() if row not in legal} == set()


def test_the_prior_is_not_one_half():
    assert FFPP.prior[0] == pytest.approx(249 / 250)
    assert FFPP.prior.tolist() == pytest.approx((FFPP.states.sum(axis=0) / 250).tolist())


@both
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_part_is_more_probable_than_what_it_belongs_to(hierarchy, data):
    p = marginals(data.draw(scores(len(hierarchy.nodes), 50.0)), hierarchy.states)
    assert (p[REGIONS[hierarchy.name]] <= p[0] + 1e-12).all()
    assert (p[GLOBALS[hierarchy.name]] <= p[0] + 1e-12).all()


@both
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_scores_of_any_size_give_probabilities(hierarchy, data):
    raw = data.draw(scores(len(hierarchy.nodes), 1e4))
    p = marginals(raw, hierarchy.states)
    assert np.isfinite(p).all()
    assert ((p >= 0) & (p <= 1)).all()
    assert np.exp(log_joint(raw, hierarchy.states)).sum() == pytest.approx(1.0)
    assert np.isfinite(log_joint(raw, hierarchy.states)).all()


@settings(max_examples=25, deadline=None)
@given(raw=scores(10, 20.0), rule=st.sampled_from(["strict", "release"]))
def test_marginals_are_those_of_a_sum_over_states(raw, rule):
    import math

    legal = legal_by_the_words("ffpp", rule)
    weights = [math.exp(math.fsum(s for s, y in zip(raw, state, strict=True) if y)) for state in legal]
    total = math.fsum(weights)
    expected = [math.fsum(w for w, state in zip(weights, legal, strict=True) if state[i]) / total for i in range(10)]
    assert marginals(raw, load_hierarchy("ffpp", rule).states) == pytest.approx(expected, abs=1e-10)


def test_extremes():
    assert marginals(np.full(10, -1e4), FFPP.states) == pytest.approx([0.0] * 10)
    assert marginals(np.full(10, 1e4), FFPP.states) == pytest.approx([1.0] * 10)
    lips = np.full(10, -1e4)
    lips[[0, 1, 6]] = 1e4
    assert marginals(lips, FFPP.states).round().tolist() == [1, 1, 0, 0, 0, 0, 1, 0, 0, 0]


def test_batches_keep_their_shape():
    raw = np.random.default_rng(0).normal(size=(2, 3, 10))
    p = marginals(raw, FFPP.states)
    assert p.shape == (2, 3, 10)
    assert p[1, 2] == pytest.approx(marginals(raw[1, 2], FFPP.states))


@pytest.mark.torch
@both
def test_torch_and_numpy_are_the_same(hierarchy):
    import torch

    from sjedd_video.model.joint_embedding import marginals as torch_marginals

    rng = np.random.default_rng(1)
    raw = np.concatenate([rng.normal(scale=s, size=(50, len(hierarchy.nodes))) for s in (0.1, 1, 10, 1e3)])
    states = torch.from_numpy(hierarchy.states.astype(np.float64))
    found = torch_marginals(torch.from_numpy(raw), states).numpy()
    assert np.abs(found - marginals(raw, hierarchy.states)).max() < 1e-6
    single = torch_marginals(torch.from_numpy(raw[:100]).float(), states.float()).numpy()
    assert np.abs(single - marginals(raw[:100].astype(np.float32), hierarchy.states)).max() < 1e-5


@pytest.mark.torch
def test_gradients_exist_at_the_ends():
    import torch

    from sjedd_video.model.joint_embedding import marginals as torch_marginals

    raw = torch.tensor([[1e4] * 10, [-1e4] * 10], requires_grad=True)
    torch_marginals(raw, torch.from_numpy(FFPP.states).float()).sum().backward()
    assert torch.isfinite(raw.grad).all()


USER = """
name = "mine"
[templates]
full = ["a fake face", "{node} altered", "{node} altered"]
simple = ["fake", "{node}", "{node}"]
[templates.pair]
altered = ["a fake face", "{node} altered", "{node} altered"]
unaltered = ["a real face", "{node} unaltered", "{node} unaltered"]
[[nodes]]
name = "face"
level = 1
[[nodes]]
name = "identity"
level = 2
parents = ["face"]
[[nodes]]
name = "eye"
level = 3
parents = ["identity"]
[labels]
swap = "1 1 ?"
"""


def test_a_users_file_works(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(USER)
    mine = load_hierarchy(path)
    assert mine.states.tolist() == [[0, 0, 0], [1, 1, 1]]
    assert load_hierarchy(path, "release").states.tolist() == [[0, 0, 0], [1, 0, 0], [1, 1, 1]]
    assert mine.labels["swap"].tolist() == [1, 1, UNOBSERVED]
    again = parse_hierarchy(mine.to_dict())
    assert (again.states == mine.states).all()
    assert again.prompts() == mine.prompts()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('parents = ["identity"]', 'parents = ["identty"]', "'eye' has an unknown parent 'identty'"),
        ('parents = ["identity"]', "", "'eye' is an orphan"),
        ('parents = ["face"]', 'parents = ["eye"]', "has a cycle: identity -> eye -> identity"),
        ('parents = ["identity"]', 'parents = ["eye"]', "has a cycle: eye -> eye"),
        ("level = 1", 'level = 1\nparents = ["identity"]', "cycle"),
        ('name = "eye"', 'name = "identity"', "'identity' is listed twice"),
        ("level = 1", 'level = 2\nparents = ["eye"]', "cycle"),
        ("level = 3\nparents", "level = 1\nparents", "exactly one node of level 1"),
        ("level = 3", "level = 4", "nodes.2.level"),
        ('swap = "1 1 ?"', 'swap = "1 1"', "labels.swap must have 3 cells"),
        ('swap = "1 1 ?"', 'swap = "1 1 2"', "labels.swap must have 3 cells"),
        ('name = "mine"', 'name = "mine"\ncolour = "red"', "colour"),
        ('name = "mine"', "", "name"),
        ("[templates]", "[templates", "TOML"),
    ],
)
def test_a_wrong_file_is_refused_with_the_file_and_the_node(tmp_path, old, new, message):
    path = tmp_path / "mine.toml"
    assert old in USER
    path.write_text(USER.replace(old, new, 1))
    with pytest.raises(HierarchyError, match=message) as caught:
        load_hierarchy(path)
    assert "mine.toml" in caught.value.message
    assert caught.value.advice
    assert caught.value.code == ExitCode.USAGE


def test_a_long_cycle_is_shown_whole(tmp_path):
    chain = [f'[[nodes]]\nname = "n{i}"\nlevel = 3\nparents = ["n{(i + 1) % 5}"]' for i in range(5)]
    path = tmp_path / "loop.toml"
    path.write_text(USER.replace("[labels]", "\n".join(chain) + "\n[labels]").replace('swap = "1 1 ?"', ""))
    with pytest.raises(HierarchyError, match="n0 -> n1 -> n2 -> n3 -> n4 -> n0"):
        load_hierarchy(path)


@pytest.mark.parametrize("name", ["nothing", "missing.toml", "../ffpp"])
def test_an_unknown_hierarchy_is_refused(name):
    with pytest.raises(HierarchyError, match=name):
        load_hierarchy(name)


def test_a_hierarchy_has_a_bounded_size(tmp_path):
    more = [f'[[nodes]]\nname = "r{i}"\nlevel = 3\nparents = ["identity"]' for i in range(14)]
    path = tmp_path / "big.toml"
    path.write_text(USER.replace("[labels]", "\n".join(more) + "\n[labels]").replace('swap = "1 1 ?"', ""))
    with pytest.raises(HierarchyError, match="17 nodes"):
        load_hierarchy(path)


def test_a_label_row_without_a_legal_state_is_refused():
    values = load_hierarchy("ffpp").to_dict()
    values["labels"]["impossible"] = "0 1 0 1 0 0 0 0 0 0"
    with pytest.raises(HierarchyError, match=r"labels\.impossible agrees with no legal state"):
        parse_hierarchy(values)
