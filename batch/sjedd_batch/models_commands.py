"""``sjedd-video models``: what can judge on this machine, where it comes from, and whether it is intact."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sjedd_video.model.catalogue import Listed

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
    from sjedd_video.model.catalogue import list_bundles, size_words

    rows = list(list_bundles())
    if as_json:
        click.echo(json.dumps([_row(row) for row in rows], indent=2, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    from sjedd_video.model.bundle import user_folder

    table = Table("Model", "Name", "Architecture", "Hierarchy", box=None, pad_edge=False)
    table.add_column("Size", justify="right")
    table.add_column("Judges")
    for row in rows:
        if not row.problem:
            judges = "yes" if row.judges else "no"
            table.add_row(row.model, row.name, row.architecture, row.hierarchy, size_words(row.bytes), judges)
    console = Console()
    if table.row_count:
        console.print(table)
    for row in rows:
        if row.problem:
            console.print(f"{row.model}: {row.problem}", style="red", markup=False, highlight=False)
    console.print(f"Imported models are kept in {user_folder()}", style="dim", highlight=False)


def _row(found: Listed) -> dict[str, Any]:
    """A bundle as JSON; of a broken one only its name and problem."""
    row = asdict(found)
    return {"model": row["model"], "problem": row["problem"]} if found.problem else row


@models.command(epilog="\b\nExamples:\n  sjedd-video models info\n  sjedd-video models info model.sjedd --json\n")
@MODEL
@JSON
def info(model: str, as_json: bool) -> None:
    """Show the card of MODEL (a name or a path; default: the embedded model)."""
    from sjedd_video.model.bundle import load_bundle
    from sjedd_video.model.catalogue import card_facts

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
    for key, value in card_facts(bundle):
        table.add_row(key, Text(value))
    Console().print(table)


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
    """Take in CHECKPOINT: a bundle (.sjedd), or weights (.pth, .pt or .safetensors) that are turned into one.

    Nothing in the file is run: only tensors are read, and every key must fit ViT-B/32. The scores of imported weights
    are not calibrated, so they lead to no verdict until they have been calibrated. Weights need the extra [train].
    """
    from rich.console import Console

    from sjedd_video.model.bundle import SUFFIX, user_folder
    from sjedd_video.model.catalogue import import_any, name_from

    chosen = name or name_from(checkpoint)
    target = out or user_folder() / f"{chosen}{SUFFIX}"
    console = Console(stderr=True)
    with console.status(f"Importing {checkpoint.name}"):
        bundle, ignored = import_any(checkpoint, target, name=chosen, kind=kind, overwrite=force)
    if ignored:
        click.echo(f"Ignored in the file, never run: {', '.join(ignored)}", err=True)
    judges = "" if bundle.card.calibration else " Not calibrated: it can be scored, but not judge."
    click.echo(f"{bundle.path}: {bundle.card.training_data}.{judges}")


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
    from sjedd_video.model.catalogue import check_bundle

    bundle = load_bundle(model)
    check = check_bundle(bundle, backend=backend, device=device)
    if as_json:
        values = {"path": str(bundle.path), "sha256": bundle.sha256, "backend": check.backend,
                  "provider": check.provider, "golden_difference": check.difference,
                  "golden_ms": round(check.seconds * 1e3, 1)}  # fmt: skip
        click.echo(json.dumps(values, indent=2))
        return
    click.echo(f"{bundle.path}: {check.parts} parts intact, SHA-256 {check.sha256}")
    click.echo(
        f"{check.backend} on {check.provider}: golden probabilities differ by at most {check.difference:.1g} "
        f"(allowed {check.tolerance:g}), {check.seconds * 1e3:.0f} ms"
    )
