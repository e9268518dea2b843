"""``sjedd-video models``: what can judge on this machine, where it comes from, and whether it is intact."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sjedd_video.model.bundle import Bundle

EPILOG = """\b
Examples:
  sjedd-video models list
  sjedd-video models info
  sjedd-video models verify embedded
  sjedd-video models import ffpp_release.pth --name authors
"""
IMPORT_EPILOG = """\b
Examples:
  sjedd-video models import ffpp_release.pth --name authors
  sjedd-video models import open_clip_model.safetensors --kind clip --out clip-b32.sjedd
"""
MODEL = click.argument("model", default="embedded", required=False)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")


@click.group(epilog=EPILOG)
def models() -> None:
    """List, inspect, import and verify model bundles."""


@models.command("list", epilog="\b\nExample:\n  sjedd-video models list --json\n")
@JSON
def list_models(as_json: bool) -> None:
    """List the embedded model and the imported ones."""
    rows = list(_rows())
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    from sjedd_video.model.bundle import user_folder

    table = Table("Model", "Name", "Architecture", "Hierarchy", box=None, pad_edge=False)
    table.add_column("Size", justify="right")
    table.add_column("Judges")
    for row in rows:
        if not row["problem"]:
            judges = "yes" if row["judges"] else "no"
            table.add_row(row["model"], row["name"], row["architecture"], row["hierarchy"], _size(row["bytes"]), judges)
    console = Console()
    if table.row_count:
        console.print(table)
    for row in rows:
        if row["problem"]:
            console.print(f"{row['model']}: {row['problem']}", style="red", markup=False, highlight=False)
    console.print(f"Imported models are kept in {user_folder()}", style="dim", highlight=False)


def _rows() -> Iterator[dict[str, Any]]:
    """One row per bundle; a broken one is listed with its problem instead of stopping the list."""
    from sjedd_video.errors import ModelError
    from sjedd_video.model.bundle import EMBEDDED, SUFFIX, load_bundle, user_folder
    from sjedd_video.model.card import CARD

    folder = user_folder()
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    bundles = [path for path in found if path.suffix == SUFFIX or (path / CARD).is_file()]
    places: list[tuple[str, str | Path]] = [(EMBEDDED, EMBEDDED), *((path.stem, path) for path in bundles)]
    for name, where in places:
        try:
            bundle = load_bundle(where)
        except ModelError as error:
            yield {"model": name, "problem": error.message}
            continue
        card = bundle.card
        yield {
            "model": name,
            "problem": "",
            "name": card.name,
            "path": str(bundle.path),
            "sha256": bundle.sha256,
            "architecture": card.architecture,
            "hierarchy": card.label_hierarchy.name,
            "bytes": sum(part.size for part in card.parts.values()),
            "judges": card.trained and card.calibration is not None,
        }


@models.command(epilog="\b\nExamples:\n  sjedd-video models info\n  sjedd-video models info model.sjedd --json\n")
@MODEL
@JSON
def info(model: str, as_json: bool) -> None:
    """Show the card of MODEL (a name or a path; default: the embedded model)."""
    from sjedd_video.model.bundle import load_bundle

    bundle = load_bundle(model)
    if as_json:
        card = bundle.card.model_dump(mode="json")
        click.echo(json.dumps({"path": str(bundle.path), "sha256": bundle.sha256, "card": card}, indent=2))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for key, value in _facts(bundle):
        table.add_row(key, Text(value))
    Console().print(table)


def _facts(bundle: Bundle) -> Iterator[tuple[str, str]]:
    card, labels, pre = bundle.card, bundle.card.label_hierarchy, bundle.card.preprocess
    yield "Name", card.name
    yield "Where", str(bundle.path)
    yield "SHA-256", bundle.sha256
    yield "Architecture", f"{card.architecture}, {card.embed_dim} dimensions"
    yield (
        "Hierarchy",
        f"{labels.name}, rule {labels.rule}: {len(labels.nodes)} nodes, {len(labels.states)} legal states",
    )
    yield "Scoring", f"{card.scoring}, tau {card.tau:g}"
    size = f"{pre.crop_size} px, {pre.interpolation} to {pre.input_size} px"
    yield "Input", f"crop scale {pre.crop_scale:g}, {pre.crop_down:g} down, {size}"
    yield "Trained on", card.training_data
    yield "Licence", card.licence
    if card.calibration is None:
        yield "Calibration", "none: it can be scored, but never leads to a verdict"
    else:
        fitted = card.calibration
        yield "Calibration", f"{fitted.data} ({fitted.n_real} real, {fitted.n_fake} altered)"
        for rate in fitted.error_rates:
            yield f"  at {rate.threshold:g}", f"wrongly suspected {rate.fpr:.1%}, missed {rate.fnr:.1%}"
    for key, value in card.metrics.items():
        yield from _metric(key, value)
    for name, part in card.parts.items():
        yield name, f"{_size(part.size)}, SHA-256 {part.sha256}"


def _metric(key: str, value: Any) -> Iterator[tuple[str, str]]:
    """A measured value as rows; a table of measurements becomes one row each."""
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        yield key.capitalize(), ""
        for i, row in enumerate(value):
            numbers = [f"{name} {number}" for name, number in row.items() if name != "name"]
            yield f"  {row.get('name', i)}", ", ".join(numbers)
    else:
        yield key.capitalize(), value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count / 1e3:.1f} kB"


@models.command("import", epilog=IMPORT_EPILOG)
@click.argument("checkpoint", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--name", help="Name of the model (default: from the file's name).")
@click.option(
    "--kind", type=click.Choice(["sjedd", "clip"]),
    help="The SJEDD authors' FF++ checkpoint, or CLIP ViT-B/32 to start training from (default: told by the file).",
)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), help="A .sjedd file or a folder (default: the user's models).")
@click.option("--force", is_flag=True, help="Replace a model of that name.")
def import_model(checkpoint: Path, name: str | None, kind: Any, out: Path | None, force: bool) -> None:
    """Turn CHECKPOINT (.pth, .pt or .safetensors) into a bundle.

    Nothing in the file is run: only tensors are read, and every key must fit ViT-B/32. The scores of an imported model
    are not calibrated, so it leads to no verdict until it has been calibrated. Needs the extra [train].
    """
    from rich.console import Console

    from sjedd_video.errors import ModelError
    from sjedd_video.model.bundle import SUFFIX, user_folder

    chosen = name or _name_from(checkpoint)
    target = out or user_folder() / f"{chosen}{SUFFIX}"
    console = Console(stderr=True)
    try:
        with console.status(f"Importing {checkpoint.name}"):
            from sjedd_video.model.importing import import_checkpoint

            bundle, read = import_checkpoint(checkpoint, target, name=chosen, kind=kind, overwrite=force)
    except ImportError as error:
        advice = 'Install what it needs with: pip install "sjedd-video[train]".'
        raise ModelError(f"A checkpoint cannot be imported here: {error}.", advice) from error
    if read.ignored:
        click.echo(f"Ignored in the file, never run: {', '.join(read.ignored)}", err=True)
    click.echo(f"{bundle.path}: {bundle.card.training_data}. Not calibrated: it can be scored, but not judge.")


def _name_from(path: Path) -> str:
    import re

    return re.sub(r"[^a-z0-9._-]+", "-", path.stem.lower()).strip("-._")[:64] or "model"


@models.command(
    epilog="\b\nExamples:\n  sjedd-video models verify\n  sjedd-video models verify m.sjedd --backend torch\n"
)
@MODEL
@click.option("--backend", type=click.Choice(["onnx", "torch"]), default="onnx", show_default=True, help="Runtime.")
@click.option(
    "--device", type=click.Choice(["auto", "cpu", "cuda", "mps"]), default="auto", show_default=True,
    help="Where it runs.",
)  # fmt: skip
@JSON
def verify(model: str, backend: str, device: str, as_json: bool) -> None:
    """Hash every part of MODEL and score its golden pictures; exit code 7 when something is wrong."""
    from sjedd_video.model.bundle import load_bundle
    from sjedd_video.model.factory import open_scorer

    bundle = load_bundle(model)
    for part in bundle.card.parts:
        bundle.read(part)
    scorer, golden = open_scorer(bundle, backend=backend, device=device), bundle.golden()
    began = time.perf_counter()
    difference = scorer.golden_difference(golden)
    seconds = time.perf_counter() - began
    runtime = scorer.backend
    if as_json:
        values = {"path": str(bundle.path), "sha256": bundle.sha256, "backend": runtime.name,
                  "provider": runtime.provider, "golden_difference": difference,
                  "golden_ms": round(seconds * 1e3, 1)}  # fmt: skip
        click.echo(json.dumps(values, indent=2))
        return
    click.echo(f"{bundle.path}: {len(bundle.card.parts)} parts intact, SHA-256 {bundle.sha256}")
    click.echo(
        f"{runtime.name} on {runtime.provider}: golden probabilities differ by at most {difference:.1g} "
        f"(allowed {runtime.tolerance:g}), {seconds * 1e3:.0f} ms"
    )
