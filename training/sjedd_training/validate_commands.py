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
    from sjedd_training.data.pool import Pool
    from sjedd_training.validate import Row, ScoreCrops
    from sjedd_video.types import Crop, FloatArray, ImageU8

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
PLACES_GROUPS = 9
PLACES_LIMIT = 200
"""Groups of faces whose heat maps are measured, and the usual number in each."""


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
@click.option("--places", is_flag=True, help="Measure heat maps instead: do they find what was altered?")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def validate(data: Path, models: tuple[str, ...], limit: int | None, places: bool, as_json: bool) -> None:
    """Measure a model on validation people, as it ships, beside trivial baselines.

    With several models: the AUC of each, and of the mean of their log-odds. That mean tells what an ensemble of them
    reaches, and what one model could learn from them (`fit.teachers`).

    \b
    Example:
      sjedd-train validate --data ../shared/data
      sjedd-train validate --model embedded --model runs/lite2-places --limit 300
      sjedd-train validate --places --limit 200
    """
    from sjedd_training.data.pool import open_pool
    from sjedd_training.validate import faces_to_score, mean_log_odds, measure, table

    pool = open_pool(data, "val")
    if places:
        for model in models:
            _print_places(model, pool, limit or PLACES_LIMIT, as_json)
        return
    scorers = {name: _scorer(name) for name in dict.fromkeys(models)}
    with Bar("faces", len(scorers) * faces_to_score(pool, limit)) as bar:
        groups = {
            name: measure(pool, score, crop, limit=limit, tell=lambda: bar.advance("scored"))
            for name, (score, crop) in scorers.items()
        }
    if len(groups) > 1:
        groups[MEAN] = mean_log_odds(list(groups.values()))
    _print({name: table(found) for name, found in groups.items()}, as_json)


def _print_places(model: str, pool: Pool, limit: int, as_json: bool) -> None:
    from sjedd_training.places import measure_places
    from sjedd_video.heatmap import occlusion_map
    from sjedd_video.model.factory import load_scorer
    from sjedd_video.options import AnalysisOptions

    scorer = load_scorer(AnalysisOptions.parse({"model": model}))

    def hidden(crop: ImageU8) -> FloatArray:
        return occlusion_map(lambda crops: scorer.score(crops)[1][:, 0], crop)

    with Bar("faces", limit * PLACES_GROUPS) as bar:
        rows = measure_places(
            pool,
            scorer.places if scorer.tells_places else hidden,
            scorer.crop,
            limit=limit,
            tell=lambda: bar.advance("compared"),
        )
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], indent=2))
        return
    title = f"{model}: {'altered places' if scorer.tells_places else 'maps by occlusion'}"
    header = "faces", "number", "AUC of cells", "warmest cell altered", "by chance", "median of warmest"
    lines = [
        (row.name, str(row.faces), number(row.auc), number(row.hit, 2), number(row.chance, 2), number(row.peak, 2))
        for row in rows
    ]
    show([Table(title, header, tuple(lines))])


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
