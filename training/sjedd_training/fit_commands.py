"""Commands that fit models: by a recipe, by a plan of several, and the last step of forgery-only runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from sjedd_training.options import DATA, DEVICE, SET
from sjedd_training.tables import Bar

if TYPE_CHECKING:
    from sjedd_training.parallel import Ranks
    from sjedd_training.plan import Part, Plan
    from sjedd_training.recipe import Recipe

WEIGHT, RIDGE, LIMIT = 3.0, 0.3, 3000
"""How `settle` is called where nothing else is asked for, in a plan, too."""


@click.command()
@click.argument("recipe")
@DATA
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of the checkpoint; resumed if any.")
@SET
@DEVICE
@click.option("--minutes", type=click.FloatRange(min=0), help="Save and stop after so long; call again to go on.")
@click.option("--workers", default=1, show_default=True, help="Loader processes.")
@click.option("--threads", type=int, help="CPU threads of the model.")
def fit(
    recipe: str,
    data: Path,
    out: Path,
    changes: tuple[str, ...],
    device: str,
    minutes: float | None,
    workers: int,
    threads: int | None,
) -> None:
    """Fit RECIPE (a built-in name or a .toml file) and leave its checkpoint in --out.

    A plan of several recipes (lite2-embedded, the shipped model, is one) is carried out part by part, with --set made
    in each of them; parts lie in folders below --out, the result in --out itself. Start it by torchrun to use several
    GPUs: each takes its share of every minibatch.

    \b
    Example:
      sjedd-train fit lite2-embedded --data ../shared/data --out runs/lite2
      torchrun --nproc-per-node 4 -m sjedd_training fit sjedd-ffpp --data ffpp --out runs/ffpp
    """
    import torch

    from sjedd_training.fit import fit as run_fit
    from sjedd_training.parallel import joined
    from sjedd_training.plan import load_plan
    from sjedd_training.recipe_files import is_plan, load_recipe

    if threads:
        torch.set_num_threads(threads)
    ends = None if minutes is None else time.monotonic() + 60 * minutes

    def one(chosen: Recipe, folder: Path) -> None:
        with FitProgress() as progress:
            run_fit(
                chosen,
                data,
                folder,
                workers=workers,
                device=device,
                minutes=None if ends is None else max(0.0, (ends - time.monotonic()) / 60),
                report=progress.step,
                begun=progress.begun,
            )

    if is_plan(recipe):
        plan = load_plan(recipe)
        with joined(device) as ranks:
            _carry_out(plan, plan.recipes(out, changes), out, ranks, one, data)
    else:
        one(load_recipe(recipe, changes), out)


def _carry_out(
    plan: Plan,
    recipes: dict[str, Recipe],
    out: Path,
    ranks: Ranks,
    one: Callable[[Recipe, Path], None],
    data: Path,
) -> None:
    from sjedd_training.plan import carry_out

    def tell(place: int, part: Part) -> None:
        if ranks.rank == 0:
            made = next(f"{how} {value}" for how, value in _makers(part) if value)
            click.echo(f"Part {place + 1} of {len(plan.parts)}, {part.name}: {made}", err=True)

    def quiet(source: Path, folder: Path) -> None:
        _settle(source, data, folder, WEIGHT, RIDGE, LIMIT)

    done = carry_out(plan, recipes, out, ranks, fit=one, settle=quiet, tell=tell)
    if ranks.rank == 0:
        click.echo(f"{plan.name} is finished: {out}" if done else "Time is up; call again to go on.", err=True)


def _makers(part: Part) -> tuple[tuple[str, str], ...]:
    return (
        ("fit", part.fit),
        ("mean of", ", ".join(part.average)),
        ("quiet on stills:", part.settle),
        ("joined from", " and ".join(part.join)),
    )


@click.command()
@click.argument("run", type=click.Path(path_type=Path, exists=True, file_okay=False))
@DATA
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of the new run.")
@click.option(
    "--weight", type=click.FloatRange(min=0), default=WEIGHT, show_default=True, help="How quiet stills become."
)
@click.option(
    "--ridge",
    type=click.FloatRange(min=0, min_open=True),
    default=RIDGE,
    show_default=True,
    help="How near the projection stays to itself.",
)
@click.option("--limit", type=click.IntRange(min=20), default=LIMIT, show_default=True, help="Faces of each group.")
def settle(run: Path, data: Path, out: Path, weight: float, ridge: float, limit: int) -> None:
    """Let RUN, which learned from forged videos alone, say nothing about stills, before it is joined to another.

    Its projection changes, and nothing else: scores of the training people's video faces stay what they were, those
    of their stills, untouched or forged, lose their variance. No label is used.

    \b
    Example:
      sjedd-train settle runs/lite2-video --data ../shared/data --out runs/lite2-video-settled
      sjedd-train join runs/lite2 runs/lite2-video-settled --out runs/twin
    """
    _settle(run, data, out, weight, ridge, limit)


def _settle(run: Path, data: Path, out: Path, weight: float, ridge: float, limit: int) -> None:
    from sjedd_training.data.pool import open_pool
    from sjedd_training.settle import faces_to_see, settle_run

    pool = open_pool(data, "train")
    with Bar("faces", faces_to_see(pool, limit)) as bar:
        before, after = settle_run(
            run, pool, out, weight=weight, ridge=ridge, limit=limit, tell=lambda: bar.advance("seen")
        )
    click.echo(f"Deviation of the score on stills: {before:.2f} before, {after:.2f} now")
    click.echo(f"Wrote {out}")


class FitProgress:
    """A bar with the remaining time on a terminal, a line every 20 steps elsewhere."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import Progress

        console = Console(stderr=True)
        self._bar = Progress(*Progress.get_default_columns(), console=console, disable=not console.is_terminal)
        self._task, self._began, self._first, self._total = self._bar.add_task("fit"), time.monotonic(), 0, 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def begun(self, step: int, steps: int) -> None:
        """Take note of the steps done before, and of the steps in all."""
        self._began, self._first, self._total = time.monotonic(), step, steps
        self._bar.start()  # only now: of several processes, one shows a bar
        self._bar.reset(self._task, total=steps, completed=step)
        if step:
            click.echo(f"resumed after step {step} of {steps}", err=True)

    def step(self, step: int, losses: dict[str, float]) -> None:
        """Show a step."""
        text = " ".join(f"{name} {value:.3f}" for name, value in losses.items())
        self._bar.update(self._task, completed=step, description=text)
        if self._bar.disable and (step % 20 == 0 or step == self._total):
            spent = time.monotonic() - self._began
            left = spent / (step - self._first) * (self._total - step)
            click.echo(f"step {step}/{self._total} {text} {spent:.0f} s, {left:.0f} s left", err=True)
