"""``sjedd-train expand``: what training makes of faces, to be looked at and counted."""

from __future__ import annotations

from pathlib import Path

import click

DATA = click.option(
    "--data",
    "root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    envvar="SJEDD_DATA",
    help="A folder to train on: extracted faces, or one with faces/ and dfdc/.",
)
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
def preview(root: Path, out: Path, split: str, count: int, seed: int) -> None:
    """Write a contact sheet per kind of forgery, and one of the perturbations.

    \b
    Example:
      sjedd-train expand preview --data ../shared/data --out preview --count 8
    """
    from sjedd_training.data.preview import write_sheets

    for path in write_sheets(root, out, split=split, count=count, seed=seed):
        click.echo(f"Wrote {path}")


@expand.command()
@DATA
@SPLIT
def compare(root: Path, split: str) -> None:
    """Count the real forgeries of which it can be told where they were altered, by their originals.

    \b
    Example:
      sjedd-train expand compare --data ../shared/data --split val
    """
    from sjedd_training.data.difference import Counts, compare_forgeries
    from sjedd_training.data.pool import open_pool
    from sjedd_training.tables import Bar, Table, show

    pool = open_pool(root, split)
    with Bar("forgeries", len(pool.forged)) as bar:
        found = compare_forgeries(pool, bar.advance)
    header = ("", "forgeries", "with original", "same frame", "untouched face", "place known")
    rows = tuple((name, *(f"{count:,}" for count in counts)) for name, counts in sorted(found.items()))
    total = Counts(*(sum(column) for column in zip(*found.values(), strict=True))) if found else Counts()
    show([Table(f"Forgeries beside their originals, {split}", header, (*rows, ("all", *(f"{n:,}" for n in total))))])
