"""The commands ``evaluate`` and ``calibrate``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sjedd_training.figure_commands import fairness, figures
from sjedd_training.protocol_asked import NAMES, Asked, named_models
from sjedd_training.protocol_commands import run_protocol

if TYPE_CHECKING:
    from sjedd_training.tables import Table
    from sjedd_video.options import AnalysisOptions

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
VIDEOS = click.option("--videos", type=FILE, help="Manifest (CSV) of videos.")
IMAGES = click.option("--images", type=FILE, help="Manifest (CSV) of pictures, each one frame.")
FRAMES = click.option(
    "--frames", type=click.IntRange(min=1), help="Frames per video, spread evenly (default 32; 64 with --protocol)."
)
WORKERS = click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Files at a time.")
BACKEND = click.option(
    "--backend",
    type=click.Choice(["onnx", "torch"]),
    default="onnx",
    show_default=True,
    help="What runs the model: ONNX Runtime or PyTorch.",
)
DEVICE = click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda", "mps"]),
    default="auto",
    show_default=True,
    help="Where the model runs; auto takes a GPU if there is one.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.command()
@VIDEOS
@IMAGES
@click.option("--protocol", type=click.Choice(NAMES), help="Instead of a manifest: an evaluation of the papers.")
@click.option("--root", type=FOLDER, help="For --protocol: a data set, or a folder of several.")
@click.option("--data", type=FOLDER, help="For robustness and small-faces: the development pool instead of --root.")
@click.option(
    "--ranking",
    type=click.Choice(["product", "papers"]),
    default="product",
    show_default=True,
    help="For --protocol: rank files by their most suspicious person, or by the mean p(face) of the largest faces.",
)
@click.option("--limit", type=click.IntRange(min=1), help="For --protocol: files per group, for a quick look.")
@click.option(
    "--model",
    "models",
    multiple=True,
    default=("embedded",),
    show_default=True,
    metavar="[NAME=]BUNDLE",
    help="A bundle: embedded, a name or a path. With --protocol several, each a column.",
)
@click.option("--out", type=FOLDER, help="Folder for scores, plots and the cache; run again to go on.")
@FRAMES
@WORKERS
@BACKEND
@DEVICE
@JSON
def evaluate(
    videos: Path | None,
    images: Path | None,
    protocol: str | None,
    root: Path | None,
    data: Path | None,
    ranking: str,
    limit: int | None,
    models: tuple[str, ...],
    out: Path | None,
    frames: int | None,
    workers: int,
    backend: str,
    device: str,
    as_json: bool,
) -> None:
    """Measure a model on labelled files with the product's own pipeline.

    A manifest is a CSV with the columns path (relative to it), label (real or fake, 0 or 1) and, if wanted, group;
    other columns with shared values group the results too. It needs a calibrated model, a protocol does not.

    \b
    Examples:
      sjedd-train evaluate --videos clips/manifest.csv --model embedded --out runs/clips
      sjedd-train evaluate --protocol cross-dataset --root /data --model mine.sjedd --out runs/cross
      sjedd-train evaluate --protocol cross-manipulation --root /data/FF++ --model DF=df.sjedd --model NT=nt.sjedd
      sjedd-train evaluate --protocol robustness --data ../shared/data --limit 200
    """
    from sjedd_training.run_files import analysis_options

    named = named_models(models)
    if protocol is not None:
        if videos or images:
            raise click.UsageError("Give either a manifest or --protocol.")
        asked = Asked(protocol, root, data, named, out, frames, limit, workers, backend, device, ranking)
        run_protocol(asked, as_json=as_json)
        return
    if root or data or limit or len(models) > 1 or ranking != "product":
        raise click.UsageError("--root, --data, --limit, --ranking and several models go with --protocol.")
    (model,) = named.values()
    _evaluate_manifest(_one_of(videos, images), analysis_options(model, frames, backend, device), out, workers,
                       pictures=images is not None, as_json=as_json)  # fmt: skip


def _evaluate_manifest(
    manifest: Path, options: AnalysisOptions, out: Path | None, workers: int, *, pictures: bool, as_json: bool
) -> None:
    from sjedd_training.evaluate import evaluate as measure
    from sjedd_training.evaluate_output import summary_of, write_plots, write_results
    from sjedd_training.evaluate_tables import tables
    from sjedd_training.manifest import read_manifest
    from sjedd_training.run_files import run_pipeline
    from sjedd_training.tables import show

    entries = read_manifest(manifest)
    scores, facts = run_pipeline(entries, options, out, workers)
    parts = measure(entries, scores, facts)
    summary = summary_of(parts, entries, scores, facts, options)
    if out is not None:
        write_results(out, entries, scores, summary)
        write_plots(out, entries, scores, facts)
    if as_json:
        click.echo(json.dumps(summary, indent=2, allow_nan=False))
        return
    show(tables(parts, facts, pictures=pictures))
    if out is not None:
        click.echo(f"Wrote {out}")


@click.command()
@click.option("--model", required=True, help="A bundle: a name or a path; an older calibration is left behind.")
@click.option("--videos", type=FILE, required=True, help="Manifest (CSV) of videos to calibrate on.")
@click.option("--images", type=FILE, help="Manifest (CSV) of pictures, for the calibration of pictures.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="New folder or .sjedd file.")
@click.option("--describe", metavar="TEXT", help="The calibration set in words, for the card.")
@click.option("--cache", type=FOLDER, help="Folder of scores, to go on after an interruption.")
@FRAMES
@WORKERS
@BACKEND
@DEVICE
def calibrate(
    model: str,
    videos: Path,
    images: Path | None,
    out: Path,
    describe: str | None,
    cache: Path | None,
    frames: int | None,
    workers: int,
    backend: str,
    device: str,
) -> None:
    """Calibrate a bundle, for instance an imported one, on labelled files, so that it may judge.

    Use files that it was not trained on and will not be measured on.

    \b
    Example:
      sjedd-train calibrate --model sjedd-ffpp --videos held-out/manifest.csv --out sjedd-ffpp-calibrated.sjedd
    """
    from sjedd_training.bundle_calibration import bundle_calibration, identity_engines, require_related
    from sjedd_training.bundle_calibration import describe as in_words
    from sjedd_training.manifest import read_manifest
    from sjedd_training.run_files import analysis_options, run_pipeline
    from sjedd_training.tables import show
    from sjedd_video.errors import OutputError
    from sjedd_video.model.bundle import load_bundle
    from sjedd_video.model.convert import with_calibration

    if out.exists():
        raise OutputError(f"{out} already exists.", "Choose another name.")
    manifests = [manifest for manifest in (videos, images) if manifest is not None]
    read = [read_manifest(manifest) for manifest in manifests]
    require_related(videos, read[0])
    options = analysis_options(model, frames, backend, device)
    scored = [
        (entries, run_pipeline(entries, options, cache, workers, load=identity_engines, variant="identity")[0])
        for entries in read
    ]
    words = "; ".join(
        in_words(manifest, *files, what)
        for manifest, files, what in zip(manifests, scored, ("videos", "pictures"), strict=False)
    )
    section = bundle_calibration(scored[0], scored[1] if len(scored) > 1 else None, describe or words)
    bundle = with_calibration(load_bundle(model), out, section)
    show([_error_rates(section)])
    click.echo(f"Wrote {bundle.path}")


def _error_rates(section: dict[str, Any]) -> Table:
    from sjedd_training.tables import Table

    rows = tuple((f"{r['threshold']:g}", f"{r['fpr']:.1%}", f"{r['fnr']:.1%}") for r in section["error_rates"])
    curve = "probability = sigmoid({a:.4f} x {b:+.4f}) of mean log-odds; pictures: {image_a:.4f}, {image_b:+.4f}"
    header = ("probability from", "false positives", "false negatives")
    notes = (curve.format(**section), section["data"])
    return Table("Error rates, cross-fitted over two halves of the calibration set", header, rows, notes)


def _one_of(videos: Path | None, images: Path | None) -> Path:
    if (videos is None) == (images is None):
        raise click.UsageError("Give either --videos or --images.")
    chosen = videos or images
    assert chosen is not None
    return chosen


COMMANDS = (evaluate, calibrate, figures, fairness)
"""What the command line registers."""
