"""Commands that show recipes and time their steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sjedd_training.options import SET

if TYPE_CHECKING:
    from sjedd_training.recipe import Recipe


@click.command()
@click.argument("name", required=False)
@SET
def recipes(name: str | None, changes: tuple[str, ...]) -> None:
    """List the built-in plans and recipes, or print the one called NAME with all its values as TOML.

    \b
    Example:
      sjedd-train recipes
      sjedd-train recipes ablation-dwa > mine.toml
    """
    from rich.console import Console
    from rich.table import Table

    from sjedd_training.plan import load_plan
    from sjedd_training.recipe_files import is_plan, load_recipe, plan_names, recipe_names

    if name is not None:
        if is_plan(name) and changes:
            raise click.UsageError(f"{name} is a plan, and --set changes a recipe: name one of its recipes.")
        click.echo(load_plan(name).to_toml() if is_plan(name) else load_recipe(name, changes).to_toml(), nl=False)
        return
    plans = Table("plan", "what it is", "its recipes")
    for known in plan_names():
        plan = load_plan(known)
        plans.add_row(known, plan.about, ", ".join(part.fit for part in plan.parts if part.fit))
    shown = Table("recipe", "experiment", "what it is", "published AUC (%)")
    for known in recipe_names():
        recipe = load_recipe(known)
        shown.add_row(known, recipe.table, recipe.about, _published(recipe))
    console = Console()
    if not console.is_terminal:
        console.width = 200
    console.print(plans)
    console.print(shown)


@click.command()
@click.argument("recipe", default="lite2-embedded-long")
@click.option("--side", default=160, show_default=True, help="Side of the pictures in pixels.")
@click.option("--device", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True, help="What is timed.")
@click.option("--threads", type=int, help="CPU threads of the model.")
def bench(recipe: str, side: int, device: str, threads: int | None) -> None:
    """Time the training steps of RECIPE on this machine, on made-up pictures.

    \b
    Example:
      sjedd-train bench lite2-embedded-long --threads 1
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
