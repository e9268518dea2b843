"""Recipes: how they are read, based on each other and changed, and that each of the papers' can be built."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from sjedd_training.data.mix import Mix
from sjedd_training.published import CROSS_DATASET, TRAINED_ON_FFPP, TRAINED_ON_FFSC
from sjedd_training.recipe import Recipe
from sjedd_training.recipe_files import load_recipe, recipe_names
from sjedd_video.errors import OptionsError
from sjedd_video.hierarchy import load_hierarchy

torch = pytest.importorskip("torch", reason="needs the [torch] extra")
pytestmark = pytest.mark.torch

from sjedd_training.recipe_commands import recipes  # noqa: E402

PAPERS = [name for name in recipe_names() if name.startswith(("sjedd-", "ablation-", "je-"))]
ABLATIONS = [name for name in PAPERS if name.startswith("ablation-")]


def leaves(values, prefix=""):
    for key, value in values.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_is_whole_and_prints_as_itself(name, tmp_path):
    recipe = load_recipe(name)
    assert recipe.name == name
    assert load_hierarchy(recipe.model.hierarchy, recipe.model.rule).nodes[0] == "face"
    file = tmp_path / "printed.toml"
    file.write_text(CliRunner().invoke(recipes, [name]).output, "utf-8")
    assert load_recipe(file) == recipe


def test_recipes_can_be_named_by_the_place_of_their_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_recipe("recipes/lite2-embedded-long.toml") == load_recipe("lite2-embedded-long")
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "lite2-embedded.toml").write_text('base = "smoke"\nname = "mine"\n', "utf-8")
    assert load_recipe("recipes/lite2-embedded.toml").name == "mine"
    with pytest.raises(OptionsError, match="no recipe called 'mine'"):
        load_recipe("recipes/mine.toml")


def test_the_papers_settings():
    recipe = load_recipe("sjedd-ffpp")
    assert (recipe.fit.learning_rate, recipe.fit.weight_decay, recipe.fit.schedule) == (6e-7, 1e-3, "cosine")
    assert (2 * recipe.fit.pairs, recipe.fit.epochs) == (32, 20)
    assert (recipe.fit.level_weighting, recipe.fit.level_weights, recipe.fit.level_rate) == ("bilevel", (1, 1, 1), 1e-3)
    assert (recipe.preprocess.crop_scale, recipe.preprocess.crop_size, recipe.preprocess.input_size) == (1.3, 317, 224)
    assert recipe.data.expansion == "sjedd"
    assert recipe.published == CROSS_DATASET[TRAINED_ON_FFPP]
    assert load_recipe("sjedd-ffsc").published == CROSS_DATASET[TRAINED_ON_FFSC]
    assert load_recipe("je-vit-b-32").fit.learning_rate == 1e-7


@pytest.mark.parametrize("name", recipe_names())
def test_only_the_recipes_of_the_papers_expand_as_the_papers_do(name):
    assert load_recipe(name).data.expansion == ("sjedd" if name in PAPERS else "varied")


def test_a_run_begun_before_there_was_a_choice_of_expansion_goes_on():
    stored = load_recipe("lite2-embedded-long").model_dump(mode="json")
    del stored["data"]["expansion"]
    load_recipe("lite2-embedded-long").require_same(Recipe.model_validate(stored), Path("run"))
    papers = load_recipe("lite2-embedded-long", ["data.expansion=sjedd"])
    with pytest.raises(OptionsError, match=r"data\.expansion \(was varied, is sjedd\)"):
        papers.require_same(Recipe.model_validate(stored), Path("run"))


@pytest.mark.parametrize("name", ABLATIONS)
def test_an_ablation_differs_in_a_few_keys_only(name):
    base, mine = (
        dict(leaves(load_recipe(n).model_dump(include={"model", "data", "fit"}))) for n in ("sjedd-ffpp", name)
    )
    differ = {key for key in base if base[key] != mine[key]}
    assert 1 <= len(differ) <= 5
    assert differ <= set(base) - {"fit.seed", "data.forgeries", "model.architecture"}


def test_the_command_lists_all_with_published_results():
    output = CliRunner().invoke(recipes, []).output
    for part in (*PAPERS, "cross-manipulation", "DF-1.0 93.21", "table XI"):
        assert part in output
    assert "no recipe called 'none'" in str(CliRunner().invoke(recipes, ["none"]).exception)


def test_a_recipe_gives_only_what_differs_from_its_base(tmp_path):
    (tmp_path / "mine.toml").write_text('base = "ablation-dwa"\nname = "mine"\n[fit]\nseed = 9\n', "utf-8")
    mine, base = load_recipe(tmp_path / "mine.toml"), load_recipe("ablation-dwa")
    assert (mine.fit.seed, mine.fit.level_weighting) == (9, "dwa")
    assert mine.model == base.model
    assert (mine.table, mine.published) == ("", {})


def test_recipes_based_on_each_other_are_refused(tmp_path):
    for one, other in (("a", "b"), ("b", "a")):
        (tmp_path / f"{one}.toml").write_text(f'base = "{(tmp_path / other).as_posix()}.toml"\n', "utf-8")
    with pytest.raises(OptionsError, match="based on each other"):
        load_recipe(tmp_path / "a.toml")


@pytest.mark.parametrize(
    ("change", "told"),
    [("fit.stepz=3", r"fit\.stepz"), ("steps", "section.key=value"),
     ("fit. steps now.x=1", "section.key=value"), ("fit.ema=2", r"fit\.ema"),
     ("fit.loss=hierarchical", "level_weighting"), ("fit.epochs=0", "steps or epochs")],
)  # fmt: skip
def test_impossible_changes_are_named(change, told):
    with pytest.raises(OptionsError, match=told):
        load_recipe("sjedd-ffpp", [change])


def test_changes_are_read_like_toml_or_as_plain_words():
    recipe = load_recipe("sjedd-ffpp", ["fit.steps=7", "model.backbone=some/where.pt", 'data.forgeries=["FaceSwap"]'])
    assert (recipe.fit.steps, recipe.model.backbone, recipe.data.forgeries) == (7, "some/where.pt", ("FaceSwap",))


def test_epochs_become_steps():
    recipe = load_recipe("sjedd-ffpp", ["fit.epochs=2"])
    assert recipe.for_faces(320).fit.steps == 20
    assert load_recipe("lite2-embedded-long").for_faces(320).fit.steps == load_recipe("lite2-embedded-long").fit.steps


@pytest.mark.parametrize(("schedule", "half"), [("cosine", 0.5), ("plateau", 1.0)])
def test_schedules_rise_hold_and_fall_to_zero(schedule, half):
    recipe = load_recipe("sjedd-ffpp", ["fit.steps=110", "fit.warmup=10", "fit.decay=20", f"fit.schedule={schedule}"])
    rates = [recipe.fit.rate(step) / recipe.fit.learning_rate for step in range(111)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[9:11] == pytest.approx([1.0, 1.0])
    assert rates[60] == pytest.approx(half)
    assert rates[110] == pytest.approx(0.0, abs=1e-12)
    assert rates[10:] == sorted(rates[10:], reverse=True)


def test_the_embedded_recipe_means_what_it_did():
    text = tomllib.loads(load_recipe("lite2-embedded-long").to_toml())
    assert {key: text["fit"][key] for key in ("schedule", "level_weighting", "accumulate")} == {
        "schedule": "plateau", "level_weighting": "fixed", "accumulate": 1}  # fmt: skip
    assert text["model"]["scoring"] == "inner"
    assert (text["data"]["camera"], text["data"]["perturbation"]) == (1.0, 0.3)


def test_the_binary_baseline_sees_real_forgeries_only():
    recipe = load_recipe("lite2-binary")
    assert recipe.data.mix == (Mix(video_forgery=1, self_blend=0, swap=0, eye=0, lip_mouth=0, nose=0, mouth_warp=0),)
    assert (recipe.model.hierarchy, recipe.model.scoring, recipe.fit.loss) == ("binary", "direct", "bce")
    base = load_recipe("lite2-embedded-long")
    length = {"steps": base.fit.steps, "decay": base.fit.decay}
    assert recipe.fit.model_copy(update=length) == base.fit
