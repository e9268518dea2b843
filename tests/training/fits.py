"""Tiny runs: the paper's recipe on the one-layer tower of `bundles` and a made pool."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import torch

from bundles import register_tiny
from sjedd_training.checkpoint import CHECKPOINT
from sjedd_training.recipe import Recipe
from sjedd_training.recipe_files import load_recipe
from sjedd_training.run import Run
from sjedd_training.where import where_head

TESTS = Path(__file__).resolve().parents[1]
CHANGES = (
    "model.backbone=random", "data.forgeries=[]", "data.donors=[]", "data.crop_sizes=[[0, 45]]", "data.input_size=32",
    "fit.steps=4", "fit.pairs=4", "fit.learning_rate=1e-3", "fit.save_every=2",
)  # fmt: skip
LITE = ("model.backbone=random", "data.crop_sizes=[[0, 64]]", "fit.ema=0")
PLAIN = ("model.hierarchy=binary", "model.scoring=direct")
"""Changes that make a recipe the plain baseline's."""


def tiny_recipe(*changes: str, name: str = "sjedd-ffpp") -> Recipe:
    """A recipe of the papers, shrunk; ``changes`` as for ``--set``."""
    return load_recipe(name, (f"model.architecture={register_tiny()}", *CHANGES, *changes))


def finished_run(recipe: Recipe, folder: Path) -> Run:
    """Save a run in ``folder`` that says of itself that it has done all of its steps."""
    folder.mkdir(exist_ok=True)
    run = Run.fresh(recipe)
    run.step = recipe.fit.steps
    run.save(folder / CHECKPOINT, recipe)
    return run


def finished_lite_run(folder: Path, *changes: str, seed: int = 1) -> Path:
    """Save a run of the embedded model on crops of 64 pixels that is as if trained: features are far from zero, and
    running statistics are not those of a fresh norm."""
    recipe = load_recipe("lite2-embedded-long", (*LITE, f"fit.seed={seed}", *changes))
    folder.mkdir()
    run = Run.fresh(recipe)
    head = where_head(run.model)
    with torch.no_grad():
        run.model.train()(torch.randn(8, 3, 64, 64, generator=torch.Generator().manual_seed(seed)))
        run.model.clip.visual.head.proj.weight.mul_(20)
        for value in [] if head is None else head.parameters():
            value.copy_(torch.randn(value.shape, generator=torch.Generator().manual_seed(seed)))
    run.average.load_state_dict(run.model.state_dict())
    run.step = recipe.fit.steps
    run.save(folder / CHECKPOINT, recipe)
    return folder


def start_script(
    text: str, folder: Path, *arguments: object, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a script, which can import this module, with ``folder`` and ``arguments`` as its arguments."""
    script = folder / "script.py"
    script.write_text(text, "utf-8")
    known = {**os.environ, "PYTHONPATH": str(TESTS), "OMP_NUM_THREADS": "1", **(environment or {})}
    return subprocess.Popen([sys.executable, str(script), str(folder), *map(str, arguments)], env=known)
