"""Commands that draw the papers' figures and measure fairness."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sjedd_training.options import data_option

if TYPE_CHECKING:
    from sjedd_video.types import FloatArray

FOLDER = click.Path(path_type=Path, file_okay=False)
NAME = "text-similarity.png"
MODEL = click.option("--model", default="embedded", show_default=True, help="A bundle: embedded, a name or a path.")


@click.command()
@click.argument("pictures", nargs=-1, type=click.Path(path_type=Path, dir_okay=False))
@MODEL
@click.option("--before", help="Bundle whose text embeddings are those before training, e.g. imported CLIP.")
@click.option("--run", "run_folder", type=FOLDER, help="Folder of a run: its losses, its start and its last weights.")
@click.option("--baseline", help="Bundle or run of a plain classifier, for Grad-CAM beside the model.")
@click.option("--out", type=FOLDER, default=Path("figures"), show_default=True, help="Folder for the PNG files.")
def figures(
    pictures: tuple[Path, ...], model: str, before: str | None, run_folder: Path | None, baseline: str | None, out: Path
) -> None:
    """Draw the papers' figures: what there is data for is drawn.

    Text similarities before and after training; losses and weights of a --run; for PICTURES, the probability of every
    node and Grad-CAM maps (needs torch). A trained model will do, calibrated or not.

    \b
    Examples:
      sjedd-train figures a.jpg b.jpg --model embedded --baseline runs/binary --out figures
      sjedd-train figures --run runs/ffpp --before clip-vit-b-32
    """
    from sjedd_training import figures as draw
    from sjedd_training.bundle_calibration import scoring_engines
    from sjedd_video.errors import OptionsError
    from sjedd_video.options import AnalysisOptions

    if len(pictures) > draw.PICTURES:
        raise OptionsError(f"{len(pictures)} pictures do not fit one figure.", f"Name at most {draw.PICTURES}.")
    made = [_similarity(model, before, run_folder, out)]
    if run_folder is not None:
        from sjedd_training.checkpoint import CHECKPOINT, read_state

        draw.dynamics_figure(read_state(run_folder / CHECKPOINT)["history"], out / "dynamics.png")
        made.append("dynamics.png")
    if pictures:
        engines = scoring_engines(AnalysisOptions.parse({"model": model}))
        portraits = [draw.portrait(path, engines) for path in pictures]
        draw.nodes_figure(portraits, engines, out / "node-bars.png")
        draw.gradcam_figure(portraits, [model, *([baseline] if baseline else [])], out / "gradcam.png")
        made += ["node-bars.png", "gradcam.png"]
    for name in filter(None, made):
        click.echo(f"Wrote {out / name}")


def _similarity(model: str, before: str | None, run_folder: Path | None, out: Path) -> str:
    """Draw the similarity of text embeddings; a model without text, or with one node, has none to show."""
    from sjedd_training.figures import similarity_figure
    from sjedd_video.errors import OptionsError
    from sjedd_video.model.bundle import load_bundle

    recipe, text, nodes, has_text = _end(model) if run_folder is None else _end_of_run(run_folder)
    if not has_text or len(nodes) < 2:
        return ""
    start = None
    if before is not None:
        bundle = load_bundle(before)
        if bundle.card.label_hierarchy.nodes != nodes:
            found = ", ".join(bundle.card.label_hierarchy.nodes)
            raise OptionsError(f"{before} has other nodes: {found}.", "Give a bundle of the same hierarchy.")
        start = bundle.weights().text_matrix
    elif recipe is not None:
        start = _start(recipe)
    similarity_figure(
        {**({} if start is None else {"before training": start}), "after training": text}, nodes, out / NAME
    )
    return NAME


End = tuple[object, "FloatArray", tuple[str, ...], bool]
"""Recipe or None, text matrix, nodes, and whether the matrix comes from text."""


def _end(model: str) -> End:
    from sjedd_video.model.bundle import load_bundle

    bundle = load_bundle(model)
    card, text = bundle.card, bundle.weights().text_matrix
    made_from = card.training.get("made_from")
    return _oldest(made_from, card.training.get("recipe")), text, card.label_hierarchy.nodes, card.scoring != "direct"


def _end_of_run(folder: Path) -> End:
    from sjedd_training.run import load_run

    recipe, run = load_run(folder)
    model = run.result()
    text = model.text_matrix().detach().numpy()
    return _oldest(run.made_from, recipe.model_dump()), text, model.hierarchy.nodes, model.scoring != "direct"


def _oldest(made_from: object, recipe: object) -> object:
    """The recipe whose start is that of all that came after it."""
    return made_from[0]["recipe"] if isinstance(made_from, list) and made_from else recipe


def _start(recipe: object) -> FloatArray | None:
    """The text matrix that a recipe starts from; None where this version or machine cannot make it again."""
    from pydantic import ValidationError

    from sjedd_training.build import build_model
    from sjedd_training.recipe import Recipe
    from sjedd_video.errors import SjeddError

    try:
        parsed = Recipe.model_validate(recipe)
        return build_model(parsed.model, parsed.fit.seed).text_matrix().detach().numpy()
    except (ValidationError, SjeddError) as error:
        reason = str(error).split("\n", maxsplit=1)[0]
        click.echo(f"The start of the training cannot be made again: {reason}", err=True)
        return None


@click.command()
@data_option("Folder with faces/ and dfdc/.", required=True)
@MODEL
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def fairness(data: Path, model: str, as_json: bool) -> None:
    """Measure false alarms and AUC by apparent age, gender and race label of the validation faces that have them.

    \b
    Example:
      sjedd-train fairness --data ../shared/data --model embedded
    """
    from sjedd_training.data.pool import open_pool
    from sjedd_training.fairness import FORGERIES, fairness_json, fairness_table, read_labels
    from sjedd_training.fairness import fairness as measure
    from sjedd_training.tables import Bar, show
    from sjedd_video.calibration import Calibration
    from sjedd_video.engines import Engines
    from sjedd_video.options import AnalysisOptions

    engines = Engines.load(AnalysisOptions.parse({"model": model}))
    pool = open_pool(data, "val")
    total = len(read_labels(data, pool)) * (1 + sum(map(len, FORGERIES.values())))
    calibration = Calibration.of(engines.facts())
    with Bar("faces", total) as bar:
        rows = measure(data, pool, engines.scorer, calibration, tell=lambda: bar.advance("scored"))
    if as_json:
        click.echo(json.dumps(fairness_json(rows), indent=2))
    else:
        show([fairness_table(rows, calibration.threshold)])
