"""Plans: several runs, each made from earlier ones, as one thing to fit."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

torch = pytest.importorskip("torch", reason="needs the [torch] extra")
pytestmark = pytest.mark.torch

from sjedd_training.checkpoint import CHECKPOINT  # noqa: E402
from sjedd_training.cli import commands  # noqa: E402
from sjedd_training.parallel import Ranks  # noqa: E402
from sjedd_training.plan import Plan, carry_out, load_plan  # noqa: E402
from sjedd_training.recipe import toml_line  # noqa: E402
from sjedd_training.recipe_files import is_plan, load_recipe, plan_names, recipe_names  # noqa: E402
from sjedd_training.release import export_run  # noqa: E402
from sjedd_training.run import load_run  # noqa: E402
from sjedd_video.errors import OptionsError  # noqa: E402
from training.fits import finished_lite_run, start_script  # noqa: E402
from training.pool_factory import make_pool  # noqa: E402

PLAN = """
name = "small"
about = "Two trunks, and what the shipped model has beside them"

[[parts]]
name = "one"
fit = "lite2-embedded-short"

[[parts]]
name = "other"
fit = "lite2-embedded-video"
begin = "one"

[[parts]]
name = "mean"
average = ["one", "other"]

[[parts]]
name = "plain"
fit = "lite2-binary"

[[parts]]
name = "quiet"
settle = "plain"

[[parts]]
name = "twin"
join = ["mean", "quiet"]
shares = [1.0, 2.0]

[[parts]]
name = "places"
fit = "lite2-twin-places"
begin = "twin"
"""
SMALL = ("data.crop_sizes=[[0, 64]]", "fit.steps=2", "fit.pairs=2", "fit.warmup=0", "model.drop_path=0")
TWO = """
import sys
from torch.distributed.run import main
main(["--standalone", "--nproc-per-node", "2", "-m", "sjedd_training", *sys.argv[2:]])
"""
PARTS = ("one", "other", "mean", "plain", "quiet", "twin")


def run(*arguments):
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


def states(out):
    return {folder: load_run(folder)[1].average.state_dict() for folder in (*(out / part for part in PARTS), out)}


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """A plan, its data, and the arguments that fit it by small steps."""
    root = tmp_path_factory.mktemp("plan")
    (root / "small.toml").write_text(PLAN, "utf-8")
    data = make_pool(root / "pool", faces=48, videos=48)
    changes = [word for change in SMALL for word in ("--set", change)]
    return root / "small.toml", data, ["--data", data, "--workers", 0, *changes]


@pytest.fixture(scope="module")
def made(given, tmp_path_factory):
    """The folder of the plan, carried out without an interruption, and what was told."""
    plan, _, arguments = given
    out = tmp_path_factory.mktemp("made") / "out"
    result = run("fit", plan, "--out", out, *arguments)
    assert result.exit_code == 0, result.output
    return out, result.output


def test_the_result_lies_in_the_folder_of_the_plan_and_can_be_exported(made, tmp_path):
    out, told = made
    assert sorted(folder.name for folder in out.iterdir() if folder.is_dir()) == sorted(PARTS)
    assert "Part 1 of 7, one: fit lite2-embedded-short" in told
    assert "Part 6 of 7, twin: joined from mean and quiet" in told
    assert f"small is finished: {out}" in told
    recipe, last = load_run(out)
    assert (recipe.name, last.step) == ("lite2-twin-places", 2)
    assert [one["run"] for one in last.made_from] == list(PARTS)
    assert recipe.model.backbone == str(out / "twin")
    export_run(out, tmp_path / "bundle", name="small", half=True)


def test_every_part_is_made_from_those_it_names(made):
    out, _ = made
    one, other, mean, _, _, twin, places = states(out).values()
    key = "clip.visual.trunk.conv_stem.weight"
    torch.testing.assert_close(mean[key], (one[key] + other[key]) / 2)
    first = key.replace("trunk", "trunk.first")
    assert torch.equal(twin[first], mean[key])
    assert torch.equal(places[first], mean[key])


def test_it_goes_on_after_every_interruption_and_ends_the_same(given, made, tmp_path):
    plan, _, arguments = given
    called = 0
    while not (result := run("fit", plan, "--out", tmp_path / "out", "--minutes", 0, *arguments)).output.count(
        "small is"
    ):
        assert result.exit_code == 0, result.output
        assert "Time is up; call again to go on." in result.output
        called += 1
    assert called == 4  # each fit stops after its first step; its second one leaves time for the next fit
    for mine, theirs in zip(states(tmp_path / "out").values(), states(made[0]).values(), strict=True):
        assert all(torch.equal(mine[key], theirs[key]) for key in theirs)


def test_what_is_finished_is_not_made_again(given, made):
    plan, _, arguments = given
    written = {folder: (folder / CHECKPOINT).stat().st_mtime_ns for folder in states(made[0])}
    result = run("fit", plan, "--out", made[0], *arguments)
    assert "Part" not in result.output
    assert written == {folder: (folder / CHECKPOINT).stat().st_mtime_ns for folder in written}


def test_a_part_that_another_recipe_made_is_refused(given, made):
    plan, _, arguments = given
    result = run("fit", plan, "--out", made[0], *arguments, "--set", "fit.pairs=3")
    assert isinstance(result.exception, OptionsError)
    assert "one was begun by another recipe: fit.pairs (was 2, is 3)" in str(result.exception)


def test_the_folder_may_be_moved(given, made, tmp_path):
    plan, _, arguments = given
    moved = tmp_path / "elsewhere"
    made[0].rename(moved)
    try:
        assert "small is finished" in run("fit", plan, "--out", moved, *arguments).output
    finally:
        moved.rename(made[0])


def test_a_folder_that_holds_another_run_is_refused_before_anything_is_fitted(given, tmp_path):
    plan, _, arguments = given
    finished_lite_run(tmp_path / "out", seed=1)
    result = run("fit", plan, "--out", tmp_path / "out", *arguments)
    assert "was begun by another recipe" in str(result.exception)
    joined = Plan.model_validate({"name": "x", "parts": [{"name": "a", "fit": "smoke"}, {"name": "b", "settle": "a"}]})
    ranks = Ranks(0, 1, torch.device("cpu"))
    with pytest.raises(OptionsError, match=r"out holds a run already, and .*a, which b is made from, does not"):
        carry_out(joined, {}, tmp_path / "out", ranks, fit=pytest.fail, settle=pytest.fail)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [CHECKPOINT]


@pytest.mark.parametrize("name", plan_names())
def test_every_plan_that_comes_along_is_whole_and_prints_as_itself(name, tmp_path):
    plan = load_plan(name)
    assert plan.name == name
    assert {part.fit for part in plan.parts if part.fit} <= set(recipe_names())
    fitted = plan.recipes(tmp_path)
    for part in plan.parts:
        # Weights that ship nowhere are made by an earlier part.
        assert part.begin or not part.fit or fitted[part.name].model.backbone == "imagenet"
    (tmp_path / "printed.toml").write_text(run("recipes", name).output, "utf-8")
    assert load_plan(tmp_path / "printed.toml") == plan


def test_the_shipped_model_is_one_plan():
    assert is_plan("lite2-embedded")
    assert is_plan("recipes/lite2-embedded.toml")
    assert "lite2-embedded" not in recipe_names()


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ([{"name": "a", "fit": "smoke", "begin": "b"}, {"name": "b", "fit": "smoke"}], "b, which is not a part before"),
        ([{"name": "a", "fit": "smoke"}, {"name": "a", "fit": "smoke"}], "two parts are called a"),
        ([{"name": "a", "fit": "smoke", "settle": "b"}], "give one of fit, average, settle and join"),
        ([{"name": "a"}], "give one of fit, average, settle and join"),
        ([{"name": "a", "fit": "smoke"}, {"name": "b", "settle": "a", "begin": "a"}], "only a fit has a part to begin"),
        ([{"name": "../a", "fit": "smoke"}], "should match pattern"),
        ([{"name": "a", "fit": "smoke"}, {"name": "b", "join": ["a"]}], "join"),
        ([], "at least 1 item"),
        (3, "valid tuple"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused(parts, told, tmp_path):
    blocks = (
        [{"[[parts]]": None, **part} for part in parts] if parts and isinstance(parts, list) else [{"parts": parts}]
    )
    lines = [toml_line(key, value) for block in ({"name": "bad"}, *blocks) for key, value in block.items()]
    (tmp_path / "plan.toml").write_text("\n".join(lines), "utf-8")
    with pytest.raises(OptionsError, match=told):
        load_plan(tmp_path / "plan.toml")


def test_an_unknown_recipe_is_named_before_anything_is_fitted(tmp_path):
    plan = Plan.model_validate({"name": "x", "parts": [{"name": "a", "fit": "smoke"}, {"name": "b", "fit": "nothing"}]})
    with pytest.raises(OptionsError, match="no recipe called 'nothing'"):
        plan.recipes(tmp_path)


def test_where_one_recipe_is_wanted_a_plan_is_refused():
    with pytest.raises(OptionsError, match="lite2-embedded is a plan of several recipes"):
        load_recipe("lite2-embedded")
    assert run("recipes", "lite2-embedded", "--set", "fit.steps=2").exit_code == 2


def test_processes_other_than_the_first_leave_joining_to_it(tmp_path):
    plan = Plan.model_validate({
        "name": "x",
        "parts": [{"name": "a", "fit": "smoke"}, {"name": "b", "fit": "smoke"}, {"name": "c", "average": ["a", "b"]}],
    })  # fmt: skip
    for seed, name in enumerate("ab"):
        finished_lite_run(tmp_path / name, seed=seed)
    for rank in (1, 0):
        ranks = Ranks(rank, 1, torch.device("cpu"))
        assert carry_out(plan, {}, tmp_path, ranks, fit=pytest.fail, settle=pytest.fail)
        assert (tmp_path / CHECKPOINT).exists() == (rank == 0)


def test_two_processes_join_once_for_all_parts(given, tmp_path):
    plan, _, arguments = given
    words = [str(word) for word in ("fit", plan, "--out", tmp_path / "out", *arguments)]
    process = start_script(TWO, tmp_path, *words)
    assert process.wait(300) == 0
    assert load_run(tmp_path / "out")[1].step == 2
