"""The mean of the weights of several runs."""

import pytest

from sjedd_video.errors import ModelError, OptionsError

torch = pytest.importorskip("torch", reason="needs the [torch] extra")
pytestmark = pytest.mark.torch

from sjedd_training.average import average_runs  # noqa: E402
from sjedd_training.checkpoint import CHECKPOINT  # noqa: E402
from sjedd_training.recipe_files import load_recipe  # noqa: E402
from sjedd_training.release import export_run  # noqa: E402
from sjedd_training.run import load_run  # noqa: E402
from training.fits import finished_run, tiny_recipe  # noqa: E402


@pytest.fixture
def runs(tmp_path):
    folders = []
    for seed in (1, 2):
        folder = tmp_path / f"run{seed}"
        finished_run(tiny_recipe(f"fit.seed={seed}"), folder)
        folders.append(folder)
    return folders


def test_every_weight_is_the_mean(runs, tmp_path):
    average_runs(runs, tmp_path / "mean")
    recipe, run = load_run(tmp_path / "mean")
    mean, *ones = (result.result().state_dict() for result in (run, *(load_run(folder)[1] for folder in runs)))
    assert any(not torch.equal(ones[0][key], ones[1][key]) for key in mean)
    for key, value in mean.items():
        if value.is_floating_point():
            assert torch.allclose(value, (ones[0][key] + ones[1][key]) / 2), key
    assert "run1, run2" in recipe.about


def test_other_models_are_refused(runs, tmp_path):
    for change in ("model.scoring=direct", "data.crop_scale=0.7"):
        finished_run(tiny_recipe(change), tmp_path / "other")
        with pytest.raises(OptionsError, match="trains another model"):
            average_runs([tmp_path / "other", *runs], tmp_path / "mean")


def test_how_a_run_was_trained_is_no_other_model(runs, tmp_path):
    finished_run(tiny_recipe("model.freeze_text=true"), tmp_path / "frozen")
    average_runs([tmp_path / "frozen", *runs], tmp_path / "mean")
    assert [one["run"] for one in load_run(tmp_path / "mean")[1].made_from] == ["frozen", "run1", "run2"]


def test_a_run_that_is_not_finished_is_refused(runs, tmp_path):
    recipe = tiny_recipe()
    run = finished_run(recipe, tmp_path / "half")
    run.step = recipe.fit.steps // 2
    run.save(tmp_path / "half" / CHECKPOINT, recipe)
    with pytest.raises(ModelError, match=rf"half has done 2 of its {recipe.fit.steps} steps"):
        average_runs([*runs, tmp_path / "half"], tmp_path / "mean")
    assert not (tmp_path / "mean").exists()


def test_a_mean_knows_every_run_that_it_was_made_from(runs, tmp_path):
    average_runs(runs, tmp_path / "mean")
    average_runs([tmp_path / "mean", runs[0]], tmp_path / "again")
    made_from = load_run(tmp_path / "again")[1].made_from
    assert [one["run"] for one in made_from] == ["run1", "run2", "mean"]
    assert [one["recipe"]["fit"]["seed"] for one in made_from[:2]] == [1, 2]
    assert {one["steps"] for one in made_from} == {4}


def test_a_card_lists_the_faces_of_every_run_that_it_was_made_from(runs, tmp_path):
    for folder, faces in zip(runs, ({"Deepfakes": 5, "original": 9}, {"FaceSwap": 3, "original": 7}), strict=True):
        recipe, run = load_run(folder)
        run.faces = faces
        run.save(folder / CHECKPOINT, recipe)
    average_runs(runs, tmp_path / "mean")
    card = export_run(tmp_path / "mean", tmp_path / "mean.sjedd", name="mean").card
    assert card.training_data == "Recipe mean; faces by source: Deepfakes 5, FaceSwap 3, original 9."


def test_one_run_and_an_old_target_are_refused(runs, tmp_path):
    with pytest.raises(OptionsError, match="no mean"):
        average_runs(runs[:1], tmp_path / "mean")
    with pytest.raises(OptionsError, match="is a run already"):
        average_runs(runs, runs[0])


def test_adapters_have_no_mean(tmp_path):
    for name in ("one", "two"):
        finished_run(tiny_recipe("model.lora=2"), tmp_path / name)
    with pytest.raises(OptionsError, match="one has low-rank adapters"):
        average_runs([tmp_path / "one", tmp_path / "two"], tmp_path / "mean")


def test_a_mean_has_a_head_of_places_if_the_last_run_has_one(tmp_path):
    def run(name, weight):
        changes = ("model.backbone=random", f"model.where_weight={weight}", "data.crop_sizes=[[0, 64]]")
        finished_run(load_recipe("lite2-embedded-long", changes), tmp_path / name)
        return tmp_path / name

    some, more, none = run("some", 0.3), run("more", 0.5), run("none", 0)
    average_runs([some, more], tmp_path / "mean")
    assert load_run(tmp_path / "mean")[1].places() is not None
    with pytest.raises(OptionsError, match="none has no head of places"):
        average_runs([none, more], tmp_path / "other")
    average_runs([more, none], tmp_path / "without")
    recipe, without = load_run(tmp_path / "without")
    assert (recipe.model.where_weight, without.places()) == (0.0, None)
