"""What is printed of a data set on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sjedd_training.data.layouts import Listing

SHOWN = 20
"""Problems that are printed; all of them with --json."""
UNSTATED = "not stated here"


def listing_as_json(listing: Listing) -> dict[str, object]:
    """Counts beside published ones, and all problems and notes."""
    return {
        "layout": listing.layout,
        "complete": listing.complete,
        "compared": listing.compared,
        "counts": [
            {"split": split, "group": group, "files": files, "published": published}
            for split, group, files, published in _counts(listing)
        ],
        "problems": list(listing.problems),
        "notes": list(listing.notes),
    }


def print_counts(listing: Listing) -> None:
    """Counts beside published ones, and the first problems."""
    from rich.console import Console
    from rich.table import Table

    table = Table("split", "group", "files", "published", box=None, pad_edge=False)
    for split, group, files, published in _counts(listing):
        table.add_row(split, group, str(files), UNSTATED if published is None else str(published))
    click.echo(f"Layout: {listing.layout}")
    Console().print(table)
    for note in listing.notes:
        click.echo(f"Note: {note}")
    print_problems(listing)
    click.echo(_summary(listing))


def print_problems(listing: Listing, *, err: bool = False) -> None:
    """The first problems, and how many more there are; ``err`` prints to standard error."""
    for problem in listing.problems[:SHOWN]:
        click.echo(f"Problem: {problem}", err=err)
    if len(listing.problems) > SHOWN:
        click.echo(f"... and {len(listing.problems) - SHOWN} more problems (`data check --json` prints all).", err=err)


def _summary(listing: Listing) -> str:
    if not listing.complete:
        return "Not complete."
    if listing.compared:
        return "Complete."
    of_some = " of some groups" if listing.published else ""
    return f"Nothing is missing or surprising; no published counts{of_some} are known here to compare with."


def _counts(listing: Listing) -> list[tuple[str, str, int, int | None]]:
    from sjedd_training.data.layouts.base import SPLITS

    keys = sorted(listing.counts.keys() | listing.published.keys(), key=lambda key: (SPLITS.index(key[0]), key[1]))
    return [(*key, listing.counts.get(key, 0), listing.published.get(key)) for key in keys]
