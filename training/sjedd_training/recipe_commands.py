"""Commands that fit a model and that show recipes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

import click

from sjedd_training.options import SET

if TYPE_CHECKING:
    from sjedd_training.recipe import Recipe


@click.command()
@click.argument("name", required=False)
@SET
def recipes(name: str | None, changes: tuple[str, ...]) -> None:
    """List the built-in recipes, or print the recipe NAME with all its values as TOML.

    \b
    Example:
      sjedd-train recipes
      sjedd-train recipes ablation-dwa > mine.toml
    """
    from rich.console import Console
    from rich.table import Table

    from sjedd_training.recipe_files import load_recipe, recipe_names

    if name is not None:
        click.echo(load_recipe(name, changes).to_toml(), nl=False)
        return
    shown = Table("recipe", "experiment", "what it is", "published AUC (%)")
    for known in recipe_names():
        recipe = load_recipe(known)
        shown.add_row(known, recipe.table, recipe.about, _published(recipe))
    console = Console()
    if not console.is_terminal:
        console.width = 200
    console.print(shown)


@click.command()
@click.argument("recipe", default="lite2-embedded")
@click.option("--side", default=160, show_default=True, help="Side of the pictures in pixels.")
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True, help="What is timed.")
@click.option("--threads", type=int, help="CPU threads of the model.")
def bench(recipe: str, side: int, device: str, threads: int | None) -> None:
    """Time the training steps of RECIPE on this machine, on made-up pictures.

    \b
    Example:
      sjedd-train bench lite2-embedded --threads 1
    """
    import torch

    from sjedd_training.bench import images_per_second
    from sjedd_training.recipe_files import load_recipe

    if threads:
        torch.set_num_threads(threads)
    chosen = load_recipe(recipe)
    for quick, name in ((False, "plain gradients"), (True, "quick gradients")):
        speed = images_per_second(chosen, side, quick=quick, device=device)
        click.echo(f"{name}: {speed:.1f} images/s")


def _published(recipe: Recipe) -> str:
    return ", ".join(f"{data} {auc:.2f}" for data, auc in recipe.published.items()) or "–"


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
