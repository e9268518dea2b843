"""``sjedd-train validate``: bundles and runs on people they never saw."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
import numpy as np

from sjedd_training.checkpoint import CHECKPOINT
from sjedd_training.options import DATA, DEVICE
from sjedd_training.tables import Bar, Table, number, show

if TYPE_CHECKING:
    from sjedd_training.data.pool import Pool
    from sjedd_training.places import PlacesRow
    from sjedd_training.validate import Row, ScoreCrops
    from sjedd_video.types import Crop, FloatArray, ImageU8

MEAN = "mean log-odds"
"""Name of the last row, where several models are compared."""
PEOPLE = {"val": "validation people", "train": "people of the training"}
"""Whose faces a split holds, in words."""
PLACES_LIMIT = 200
"""Usual number of faces in a group whose heat maps are measured."""


class Opened(NamedTuple):
    """A bundle or a run, ready to be measured.

    Attributes:
        score: Node probabilities of crops.
        crop: The crops that it takes.
        places: Tells altered places; None if it cannot.
    """

    score: ScoreCrops
    crop: Crop
    places: Callable[[ImageU8], FloatArray] | None


@click.command()
@DATA
@click.option(
    "--model",
    "models",
    multiple=True,
    default=("embedded",),
    show_default=True,
    help="A bundle (embedded, a name or a path) or the folder of a run; several are compared.",
)
@click.option("--limit", type=click.IntRange(min=20), help="Faces per group, drawn at random, for a quick look.")
@click.option(
    "--split",
    type=click.Choice(["val", "train"]),
    default="val",
    show_default=True,
    help="Whose faces: train tells how well a model knows those it learned from.",
)
@click.option("--places", is_flag=True, help="Measure heat maps instead, 200 faces a group: do they find forgeries?")
@DEVICE
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def validate(
    data: Path, models: tuple[str, ...], limit: int | None, split: str, places: bool, device: str, as_json: bool
) -> None:
    """Measure a model on validation people, as it ships, beside trivial baselines.

    With several models: the AUC of each, and of the mean of their log-odds. That mean tells what an ensemble of them
    reaches, and what one model could learn from them (`fit.teachers`, `join`).

    The same on the people it was trained on tells the two reasons of a poor result apart: a model that knows them much
    better has learned them by heart, one that does not has not learned enough.

    \b
    Example:
      sjedd-train validate --data ../shared/data
      sjedd-train validate --data ../shared/data --model embedded --model runs/lite2-all --limit 300
      sjedd-train validate --data ../shared/data --model runs/lite2-video --split train --limit 500
      sjedd-train validate --data ../shared/data --places --limit 200
    """
    from sjedd_training.data.pool import open_pool
    from sjedd_training.validate import faces_to_score, mean_log_odds, measure, table

    pool = open_pool(data, split)
    opened = {name: _opened(name, device) for name in dict.fromkeys(models)}
    if places:
        _print_places(_places(opened, pool, limit or PLACES_LIMIT), as_json)
        return
    with Bar("faces", len(opened) * faces_to_score(pool, limit)) as bar:
        groups = {
            name: measure(pool, one.score, one.crop, limit=limit, tell=lambda: bar.advance("scored"))
            for name, one in opened.items()
        }
    if len(groups) > 1:
        groups[MEAN] = mean_log_odds(list(groups.values()))
    _print({name: table(found) for name, found in groups.items()}, PEOPLE[split], as_json)


def _places(opened: dict[str, Opened], pool: Pool, limit: int) -> dict[str, list[PlacesRow]]:
    from sjedd_training.places import faces_to_compare, measure_places
    from sjedd_video.heatmap import occlusion_map

    def heat_of(one: Opened) -> Callable[[ImageU8], FloatArray]:
        return one.places or (lambda crop: occlusion_map(lambda crops: one.score(np.stack(crops))[:, 0], crop))

    with Bar("faces", len(opened) * faces_to_compare(pool, limit)) as bar:
        return {
            f"{name}, {'altered places' if one.places else 'maps by occlusion'}": measure_places(
                pool, heat_of(one), one.crop, limit=limit, tell=lambda: bar.advance("compared")
            )
            for name, one in opened.items()
        }


def _print_places(tables: dict[str, list[PlacesRow]], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({name: [asdict(row) for row in rows] for name, rows in tables.items()}, indent=2))
        return
    header = "faces", "number", "AUC of cells", "warmest cell altered", "by chance", "median of warmest"
    for title, rows in tables.items():
        lines = [
            (row.name, str(row.faces), number(row.auc), number(row.hit, 2), number(row.chance, 2), number(row.peak, 2))
            for row in rows
        ]
        show([Table(title, header, tuple(lines))])


def print_rows(rows: list[Row], people: str = PEOPLE["val"]) -> None:
    """Print the table of one model."""
    baselines = "blur alone", "darkness alone", "small face alone", "AUC, equal sharpness"
    header = "forgery", "real", "altered", "people", "AUC [95 %]", *baselines
    lines = [
        (
            row.name,
            str(row.real),
            str(row.altered),
            str(row.people),
            f"{row.auc:.3f} [{row.low:.3f}, {row.high:.3f}]",
            number(row.blur_auc),
            number(row.dark_auc),
            number(row.small_auc),
            number(row.strata_auc),
        )
        for row in rows
    ]
    show([Table(people.capitalize(), header, tuple(lines), ("Intervals: 95 %, bootstrap over people.",))])


def _print(tables: dict[str, list[Row]], people: str, as_json: bool) -> None:
    first = next(iter(tables.values()))
    if as_json:
        listed = {name: [asdict(row) for row in rows] for name, rows in tables.items()}
        click.echo(json.dumps(listed if len(tables) > 1 else next(iter(listed.values())), indent=2))
    elif len(tables) == 1:
        print_rows(first, people)
    else:
        header = "model", *(row.name for row in first)
        lines = [(name, *(number(row.auc) for row in rows)) for name, rows in tables.items()]
        # The same for every model that takes the same crops, so those of the first stand for all.
        lines += [
            ("blur alone", *(number(row.blur_auc) for row in first)),
            ("darkness alone", *(number(row.dark_auc) for row in first)),
            ("small face alone", *(number(row.small_auc) for row in first)),
        ]
        faces = ", ".join(f"{row.name} {row.altered} ({row.real})" for row in first)
        show([Table(f"AUC on {people}", header, tuple(lines), (f"Altered (real) faces: {faces}.",))])


def _opened(model: str, device: str) -> Opened:
    if not Path(model, CHECKPOINT).is_file():
        from sjedd_video.model.bundle import load_bundle
        from sjedd_video.model.factory import open_scorer

        scorer = open_scorer(load_bundle(model), device=device)
        places = scorer.places if scorer.tells_places else None
        return Opened(lambda crops: scorer.score(crops)[1].astype(float), scorer.crop, places)
    from sjedd_training.release import torch_places, torch_scorer
    from sjedd_training.run import load_run

    recipe, run = load_run(Path(model))
    how, head = recipe.preprocess, run.places()
    return Opened(torch_scorer(run.result(), how, device), how.crop, None if head is None else torch_places(head, how))
