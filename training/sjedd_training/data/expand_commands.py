"""``sjedd-train expand``: what training makes of faces, to be looked at and counted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sjedd_training.options import DATA

if TYPE_CHECKING:
    from sjedd_training.data.pool import Pool
    from sjedd_training.data.preview import Making

SPLIT = click.option("--split", default="train", show_default=True, type=click.Choice(["train", "val", "test"]))


@click.group()
def expand() -> None:
    """Look at what the dataset expansion makes of real faces.

    \b
    Example:
      sjedd-train expand preview --data ../shared/data --out preview
      sjedd-train expand compare --data ../shared/data
    """


@expand.command()
@DATA
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the sheets.")
@SPLIT
@click.option("--count", default=8, show_default=True, type=click.IntRange(1, 32), help="Faces on each sheet.")
@click.option("--seed", default=0, show_default=True, help="Chooses the faces.")
@click.option("--recipe", help="Show what this recipe makes, from the faces that it takes; by default every kind.")
def preview(data: Path, out: Path, split: str, count: int, seed: int, recipe: str | None) -> None:
    """Write a contact sheet per kind of forgery, and one of the perturbations.

    \b
    Example:
      sjedd-train expand preview --data ../shared/data --out preview --count 8
      sjedd-train expand preview --data faces/ffpp --out preview --recipe sjedd-ffpp
    """
    from sjedd_training.data.pool import open_pool
    from sjedd_training.data.preview import Making, write_sheets

    pool, making = (open_pool(data, split), Making()) if recipe is None else _of_recipe(recipe, data, split)
    for path in write_sheets(pool, out, making, count=count, seed=seed):
        click.echo(f"Wrote {path}")


def _of_recipe(name: str, data: Path, split: str) -> tuple[Pool, Making]:
    """The faces that a recipe takes, and what it makes of them at any time; donors as in the end."""
    from sjedd_training.data.expansion import KINDS
    from sjedd_training.data.mix import VIDEO_KINDS
    from sjedd_training.data.preview import Making
    from sjedd_training.feed import training_pool
    from sjedd_training.recipe_files import load_recipe

    recipe = load_recipe(name)
    asked, mixes = recipe.data, recipe.data.mix
    kinds = [kind for kind in (*KINDS, *VIDEO_KINDS) if any(getattr(mix, kind) > 0 for mix in mixes)]
    making = Making(kinds, asked.expansion, mixes[-1].forged_donor, asked.keep_untouched)
    return training_pool(recipe, data, split), making


@expand.command()
@DATA
@SPLIT
def compare(data: Path, split: str) -> None:
    """Count the real forgeries of which it can be told where they were altered, by their originals.

    \b
    Example:
      sjedd-train expand compare --data ../shared/data --split val
    """
    from sjedd_training.data.difference import Counts, compare_forgeries
    from sjedd_training.data.pool import open_pool
    from sjedd_training.tables import Bar, Table, show

    pool = open_pool(data, split)
    with Bar("forgeries", len(pool.forged)) as bar:
        found = compare_forgeries(pool, bar.advance)
    header = ("", "forgeries", "with original", "same frame", "untouched face", "place known")
    rows = tuple((name, *(f"{count:,}" for count in counts)) for name, counts in sorted(found.items()))
    total = Counts(*(sum(column) for column in zip(*found.values(), strict=True))) if found else Counts()
    show([Table(f"Forgeries beside their originals, {split}", header, (*rows, ("all", *(f"{n:,}" for n in total))))])
