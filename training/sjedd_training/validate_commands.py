"""``sjedd-train validate``: bundles and runs on people they never saw."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sjedd_training.checkpoint import CHECKPOINT
from sjedd_training.tables import Bar, Table, number, show

if TYPE_CHECKING:
    from sjedd_training.validate import Row, ScoreCrops
    from sjedd_video.types import Crop

DATA = click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("../shared/data"),
    show_default=True,
    envvar="SJEDD_DATA",
    help="Folder with faces/ and dfdc/.",
)
MEAN = "mean log-odds"
"""Name of the last row, where several models are compared."""


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
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def validate(data: Path, models: tuple[str, ...], limit: int | None, as_json: bool) -> None:
    """Measure a model on validation people, as it ships, beside trivial baselines.

    With several models: the AUC of each, and of the mean of their log-odds. That mean tells what an ensemble of them
    reaches, and what one model could learn from them (`fit.teachers`).

    \b
    Example:
      sjedd-train validate --data ../shared/data
      sjedd-train validate --model embedded --model runs/lite2-places --limit 300
    """
    from sjedd_training.data.pool import open_pool
    from sjedd_training.validate import faces_to_score, mean_log_odds, measure, table

    pool = open_pool(data, "val")
    scorers = {name: _scorer(name) for name in dict.fromkeys(models)}
    with Bar("faces", len(scorers) * faces_to_score(pool, limit)) as bar:
        groups = {
            name: measure(pool, score, crop, limit=limit, tell=lambda: bar.advance("scored"))
            for name, (score, crop) in scorers.items()
        }
    if len(groups) > 1:
        groups[MEAN] = mean_log_odds(list(groups.values()))
    _print({name: table(found) for name, found in groups.items()}, as_json)


def print_rows(rows: list[Row]) -> None:
    """Print the table of one model."""
    header = "forgery", "real", "altered", "AUC [95 %]", "blur alone", "darkness alone", "AUC, equal sharpness"
    lines = [
        (
            row.name,
            str(row.real),
            str(row.altered),
            f"{row.auc:.3f} [{row.low:.3f}, {row.high:.3f}]",
            number(row.blur_auc),
            number(row.dark_auc),
            number(row.strata_auc),
        )
        for row in rows
    ]
    show([Table("Validation people", header, tuple(lines))])


def _print(tables: dict[str, list[Row]], as_json: bool) -> None:
    first = next(iter(tables.values()))
    if as_json:
        listed = {name: [asdict(row) for row in rows] for name, rows in tables.items()}
        click.echo(json.dumps(listed if len(tables) > 1 else next(iter(listed.values())), indent=2))
    elif len(tables) == 1:
        print_rows(first)
    else:
        header = "model", *(row.name for row in first)
        lines = [(name, *(number(row.auc) for row in rows)) for name, rows in tables.items()]
        faces = ", ".join(f"{row.name} {row.altered}" for row in first)
        note = f"Altered faces: {faces}. Real: {first[0].real} stills, {first[-1].real} of videos."
        show([Table("AUC on validation people", header, tuple(lines), (note,))])


def _scorer(model: str) -> tuple[ScoreCrops, Crop]:
    if not Path(model, CHECKPOINT).is_file():
        from sjedd_video.model.factory import load_scorer
        from sjedd_video.options import AnalysisOptions

        scorer = load_scorer(AnalysisOptions.parse({"model": model}))
        return lambda crops: scorer.score(crops)[1].astype(float), scorer.crop
    from sjedd_training.release import torch_scorer
    from sjedd_training.run import load_run

    recipe, run = load_run(Path(model))
    return torch_scorer(run.result(), recipe.preprocess), recipe.preprocess.crop
