"""Runs that are killed, stopped, shared between processes, or resumed by mistake."""

from __future__ import annotations

import json
import signal
import socket
import sys
from functools import partial

import pytest

from sjedd_video.errors import ModelError, OptionsError, OutputError
from sjedd_video.place import LOCK, lock

torch = pytest.importorskip("torch", reason="needs the [torch] extra")
pytestmark = pytest.mark.torch

from sjedd_training.checkpoint import read_state  # noqa: E402
from sjedd_training.data.pool import open_pool  # noqa: E402
from sjedd_training.feed import minibatches  # noqa: E402
from sjedd_training.fit import fit, make_objective  # noqa: E402
from sjedd_training.parallel import joined  # noqa: E402
from sjedd_training.run import Run, load_run  # noqa: E402
from training.fits import start_script, tiny_recipe  # noqa: E402
from training.pool_factory import make_pool  # noqa: E402

EVERYTHING = ("fit.ema=0.9", "fit.accumulate=2", "fit.precision=bf16", "fit.steps=6")
KILLED = """
import os, signal, sys
from pathlib import Path
import torch
from training.fits import tiny_recipe
from sjedd_training.fit import fit

folder, pool = map(Path, sys.argv[1:3])
whole, saves = torch.save, []

def half(state, path):
    saves.append(path)
    if len(saves) == 2:
        path.write_bytes(b"PK half a checkpoint")
        os.kill(os.getpid(), signal.SIGKILL)
    whole(state, path)

torch.save = half
fit(tiny_recipe(*sys.argv[3:]), pool, folder, workers=1)
"""
SECOND = """
import sys
from pathlib import Path
from training.fits import tiny_recipe
from sjedd_training.fit import fit

folder, pool = map(Path, sys.argv[1:3])
fit(tiny_recipe(*sys.argv[3:]), pool, folder, workers=0, device="cpu")
"""


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    return make_pool(tmp_path_factory.mktemp("pool"))


def assert_same_state(mine, theirs, where="checkpoint"):
    assert type(mine) is type(theirs), where
    if isinstance(mine, dict):
        assert mine.keys() == theirs.keys(), where
        for key in mine:
            assert_same_state(mine[key], theirs[key], f"{where}.{key}")
    elif isinstance(mine, list):
        assert len(mine) == len(theirs), where
        for i, (one, other) in enumerate(zip(mine, theirs, strict=True)):
            assert_same_state(one, other, f"{where}[{i}]")
    elif isinstance(mine, torch.Tensor):
        assert torch.equal(mine, theirs), where
    else:
        assert mine == theirs, where


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_run_killed_while_it_saves_resumes_to_the_same_checkpoint(pool, tmp_path, request):
    killed = tmp_path / "killed"
    killed.mkdir()
    assert start_script(KILLED, killed, pool, *EVERYTHING).wait(120) == -signal.SIGKILL
    assert read_state(killed / "last.pt")["step"] == 2
    assert (killed / "last.part").read_bytes().startswith(b"PK half")
    recipe = tiny_recipe(*EVERYTHING)
    # The loader process that outlives the killed one does not hold the lock of the folder.
    # Sums of another number of threads differ in the last digit; the killed process had one.
    request.addfinalizer(partial(torch.set_num_threads, torch.get_num_threads()))
    torch.set_num_threads(1)
    fit(recipe, pool, killed, workers=0)
    fit(recipe, pool, tmp_path / "whole", workers=0)
    found, expected = (read_state(tmp_path / name / "last.pt") for name in ("killed", "whole"))
    assert found["step"] == 6
    assert found["levels"]["values"].tolist() != [1.0, 1.0, 1.0]
    assert_same_state(found, expected)


def test_a_run_in_pieces_ends_where_a_whole_one_does(pool, tmp_path):
    recipe, pieces = tiny_recipe(), 0
    while not (tmp_path / "pieces" / "last.pt").exists() or load_run(tmp_path / "pieces")[1].step < 4:
        fit(recipe, pool, tmp_path / "pieces", workers=0, minutes=0.0)
        pieces += 1
    fit(recipe, pool, tmp_path / "whole", workers=0)
    assert pieces == 4
    assert_same_state(*(read_state(tmp_path / name / "last.pt") for name in ("pieces", "whole")))


def test_a_run_that_another_process_goes_on_with_is_left_alone(pool, tmp_path):
    with lock(tmp_path / LOCK), pytest.raises(OutputError, match="Another run is writing to") as refused:
        fit(tiny_recipe(), pool, tmp_path, workers=0)
    assert "Wait for it" in str(refused.value.advice)
    assert not (tmp_path / "last.pt").exists()
    fit(tiny_recipe("fit.steps=1"), pool, tmp_path, workers=0)
    assert load_run(tmp_path)[1].step == 1


def test_data_that_cannot_be_read_leaves_no_folder_behind(tmp_path):
    with pytest.raises(OptionsError):
        fit(tiny_recipe(), tmp_path / "missing", tmp_path / "run", workers=0)
    assert not (tmp_path / "run").exists()


def test_two_processes_learn_what_one_does(pool, tmp_path, monkeypatch):
    changes = ("fit.steps=3", "fit.pairs=5")
    recipe, start = tiny_recipe(*changes), flat(Run.fresh(tiny_recipe()).result())
    alone = fit(recipe, pool, tmp_path / "alone", workers=0, device="cpu")
    # What torchrun sets, with this process as the first of two.
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    told = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    second = start_script(SECOND, tmp_path, pool, *changes, environment={**told, "RANK": "1"})
    with monkeypatch.context() as patch:
        for name, value in {**told, "RANK": "0"}.items():
            patch.setenv(name, value)
        shared = fit(recipe, pool, tmp_path, workers=0, device="cpu")
    assert second.wait(60) == 0
    assert flat(load_run(tmp_path)[1].result()).equal(flat(shared))
    # Adam makes a step out of the sign of the tiniest gradient, so single weights may differ by rounding.
    assert float((flat(shared) - flat(alone)).norm() / (flat(alone) - start).norm()) < 0.02


def flat(model):
    return torch.cat([value.flatten() for value in model.state_dict().values()])


def test_parts_of_a_batch_give_the_gradient_of_the_whole(pool):
    found = []
    for parts in (1, 3):
        recipe = tiny_recipe(f"fit.accumulate={parts}")
        with joined("cpu") as ranks:
            run = Run.fresh(recipe)
            made = make_objective(run, recipe, ranks)
            faces, hierarchy = open_pool(pool, "train"), run.model.hierarchy
            feed = minibatches(recipe, faces, hierarchy, ranks, start=0, others=False, workers=0)
            losses = made.backward(next(iter(feed))[0], torch.tensor([1.0, 0.5, 0.2]))
        found.append([losses, *(p.grad for p in run.model.parameters() if p.grad is not None)])
    assert len(found[0]) > 10
    for whole, part in zip(*found, strict=True):
        assert float((part - whole).norm() / whole.norm()) < 2e-3  # 1 - p is inexact near 1


def test_another_recipe_is_refused_and_the_keys_are_named(pool, tmp_path):
    fit(tiny_recipe("fit.steps=1"), pool, tmp_path, workers=0)
    with pytest.raises(OptionsError, match=r"model\.prompts \(was full, is simple\)") as refused:
        fit(tiny_recipe("fit.seed=2", "model.prompts=simple"), pool, tmp_path, workers=0)
    assert "fit.seed (was 1, is 2)" in str(refused.value)
    fit(tiny_recipe("fit.steps=2", "fit.save_every=1"), pool, tmp_path, workers=0)
    assert load_run(tmp_path)[1].step == 2


def test_a_damaged_checkpoint_is_named(pool, tmp_path):
    (tmp_path / "last.pt").write_bytes(b"rubbish")
    with pytest.raises(ModelError, match=r"last\.pt.*no whole checkpoint"):
        fit(tiny_recipe(), pool, tmp_path, workers=0)


def test_the_log_holds_losses_weights_rate_and_speed(pool, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    fit(
        tiny_recipe("fit.steps=10", "fit.save_every=10", "fit.pairs=1", "fit.level_weighting=fixed"),
        pool,
        tmp_path,
        workers=0,
    )
    events = EventAccumulator(str(tmp_path)).Reload()
    names = {"loss/primary", "loss/global", "loss/local", "loss/total", "learning_rate", "pictures_per_second"}
    assert names | {"weight/primary", "weight/global", "weight/local"} == set(events.Tags()["scalars"])
    assert [event.step for event in events.Scalars("loss/total")] == [10]
    assert events.Scalars("pictures_per_second")[0].value > 0


def test_a_damaged_run_to_start_from_is_named(tmp_path):
    (tmp_path / "last.pt").write_bytes(b"PK half a checkpoint")
    with pytest.raises(ModelError, match=r"last\.pt: is no whole checkpoint"):
        Run.fresh(tiny_recipe(f"model.backbone={tmp_path}"))


def test_a_gradient_that_is_not_finite_stops_the_run_before_it_spoils_the_weights(pool, tmp_path, monkeypatch):
    monkeypatch.setattr(torch.nn.utils, "clip_grad_norm_", lambda *_: torch.tensor(float("nan")))
    with pytest.raises(ModelError, match=r"gradient is not finite at step 0.*another --out"):
        fit(tiny_recipe("fit.save_every=1"), pool, tmp_path, workers=0)
    assert not (tmp_path / "last.pt").exists()


def test_a_run_knows_the_run_that_it_began_with(pool, tmp_path):
    plain = ("fit.steps=2", "fit.level_weighting=fixed")
    fit(tiny_recipe(*plain), pool, tmp_path / "first", workers=0)
    recipe = tiny_recipe(*plain, f"model.backbone={tmp_path / 'first'}")
    fit(recipe, pool, tmp_path / "second", workers=0)
    fit(recipe, pool, tmp_path / "second", workers=0)  # resumed
    (parent,) = load_run(tmp_path / "second")[1].made_from
    assert (parent["run"], parent["steps"]) == ("first", 2)
    assert parent["recipe"] == json.loads(read_state(tmp_path / "first" / "last.pt")["recipe"])


@pytest.mark.parametrize("named", ["model.backbone={}", 'fit.teachers=["{}"]'])
def test_a_run_does_not_begin_with_one_that_is_not_finished(named, pool, tmp_path):
    plain = ("fit.steps=2", "fit.level_weighting=fixed")
    fit(tiny_recipe(*plain, "fit.save_every=1"), pool, tmp_path / "first", workers=0, minutes=0)
    assert load_run(tmp_path / "first")[1].step == 1
    with pytest.raises(ModelError, match="first has done 1 of its 2 steps"):
        fit(tiny_recipe(*plain, named.format(tmp_path / "first")), pool, tmp_path / "second", workers=0)
