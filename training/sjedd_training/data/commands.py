"""``sjedd-train data``: from a data set on disk to faces."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sjedd_training.data.listing_output import listing_as_json, print_counts, print_problems
from sjedd_training.data.rows import REAL

if TYPE_CHECKING:
    from sjedd_training.data.extract import Extracted
    from sjedd_training.data.layouts import Listing

LAYOUT = click.option("--layout", help="How the data set lies on disk; guessed by its files if not given.")
SPLIT = click.option(
    "--split", "splits", multiple=True, type=click.Choice(["train", "val", "test"]), help="By default all."
)
SETTINGS = click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="An option of the layout; see `data layouts`."
)


@click.group()
def data() -> None:
    """Check a data set on disk, list its files, and extract its faces.

    \b
    Example:
      sjedd-train data check /data/FaceForensics
      sjedd-train data extract /data/FaceForensics --out faces/ffpp --workers 8
    """


@data.command("layouts")
def list_layouts() -> None:
    """List the known layouts, the files they expect and their options.

    \b
    Example:
      sjedd-train data layouts
    """
    from sjedd_training.data.layouts import LAYOUTS

    for layout in LAYOUTS.values():
        click.echo(f"{layout.name}: {layout.title}")
        for line in layout.expects:
            click.echo(f"    {line}")
        for key, text in layout.options.items():
            click.echo(f"    --set {key}=...  {text}")


@data.command()
@click.argument("root", type=click.Path(path_type=Path))
@LAYOUT
@SETTINGS
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(root: Path, layout: str | None, settings: tuple[str, ...], as_json: bool) -> None:
    """Count what is below ROOT beside the published numbers, and name what is missing or surprising.

    Exit code 0 when nothing is missing or surprising and no count differs from a published one, else 4.

    \b
    Example:
      sjedd-train data check /data/FaceForensics --set compression=c40
    """
    import json

    from sjedd_video.errors import ExitCode

    listing = _read(layout, root, settings)
    if as_json:
        click.echo(json.dumps(listing_as_json(listing), indent=2))
    else:
        print_counts(listing)
    sys.exit(int(ExitCode.OK if listing.complete else ExitCode.UNREADABLE))


@data.command()
@click.argument("root", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The CSV to write.")
@LAYOUT
@SETTINGS
@SPLIT
@click.option("--limit", type=click.IntRange(min=1), help="Files of each group, drawn at random but always the same.")
@click.option("--hierarchy", help="Whose nodes become columns of labels; by default ffsc for FFSC, else ffpp.")
def manifest(
    root: Path,
    out: Path,
    layout: str | None,
    settings: tuple[str, ...],
    splits: tuple[str, ...],
    limit: int | None,
    hierarchy: str | None,
) -> None:
    """List the labelled files below ROOT as a CSV, for `calibrate` and `evaluate`.

    They take it as --videos, or `evaluate` as --images where the data set holds pictures.

    \b
    Example:
      sjedd-train data manifest /data/FaceForensics --split val --limit 100 --out ffpp-val.csv
      sjedd-train calibrate --model ffpp.sjedd --videos ffpp-val.csv --out ffpp-calibrated.sjedd
    """
    from sjedd_training.data.layouts import LAYOUTS
    from sjedd_training.data.layouts.base import few_of_each
    from sjedd_training.data.layouts.manifest import FILE as MANIFEST
    from sjedd_training.manifest import write_manifest
    from sjedd_video.errors import OptionsError, OutputError
    from sjedd_video.hierarchy import load_hierarchy

    if out.exists():
        raise OutputError(f"{out} already exists.", "Choose another name.")
    listing = _read(layout, root, settings)
    if out.name == MANIFEST and out.resolve().is_relative_to(root.resolve()):
        raise OptionsError(f"{out} would make {root} look like another layout.", "Choose another name or folder.")
    items = few_of_each(_of_splits(listing, splits).items, limit)
    if not items:
        raise OptionsError(
            f"{root} holds no files of these splits.", "See what it holds with `sjedd-train data check`."
        )
    print_problems(listing, err=True)
    nodes = hierarchy or LAYOUTS[listing.layout].hierarchy
    write_manifest(out, items, load_hierarchy(nodes), listing.items)
    altered = sum(item.row != REAL for item in items)
    click.echo(f"Wrote {len(items) - altered} real and {altered} altered files to {out}.")


@data.command()
@click.argument("root", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write; resumed if begun.")
@LAYOUT
@SETTINGS
@SPLIT
@click.option("--frames", default=32, show_default=True, type=click.IntRange(1), help="Frames of each video.")
@click.option("--scale", default=1.3, show_default=True, type=click.FloatRange(0.5, 4), help="Field of view of a crop.")
@click.option("--size", default=317, show_default=True, type=click.IntRange(32, 2048), help="Side of a crop in pixels.")
@click.option("--format", "picture", default="jpeg", show_default=True, type=click.Choice(["jpeg", "png"]))
@click.option("--quality", default=95, show_default=True, type=click.IntRange(95, 100), help="JPEG quality.")
@click.option(
    "--landmarks", type=click.Path(exists=True), help="Source of 68 landmarks: insightface pack or .npz file."
)
@click.option(
    "--detector-pack", type=click.Path(exists=True, file_okay=False), help="An insightface pack to detect with."
)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(0), help="Processes; 0 for none but this.")
@click.option("--retry", is_flag=True, help="Read files again that could not be read.")
def extract(
    root: Path,
    out: Path,
    layout: str | None,
    settings: tuple[str, ...],
    splits: tuple[str, ...],
    landmarks: str | None,
    detector_pack: str | None,
    workers: int,
    retry: bool,
    **how: object,
) -> None:
    """Extract the largest face of every frame below ROOT as aligned crops with landmarks and quality.

    \b
    Example:
      sjedd-train data extract /data/FaceForensics --out faces/ffpp --landmarks /models/buffalo_l --workers 8
    """
    from sjedd_training.data.extract import extract as run
    from sjedd_training.data.faces import ExtractOptions

    listing = _of_splits(_read(layout, root, settings), splits)
    print_problems(listing, err=True)
    sources = {"landmarks": _absolute(landmarks), "detector_pack": _absolute(detector_pack)}
    options = ExtractOptions(**how, **sources)  # type: ignore[arg-type]
    if landmarks is None:
        text = (
            "No source of 68 landmarks (--landmarks): whole faces can be trained on, but nothing can be made of them."
        )
        click.echo(text, err=True)
    with _bar("extract") as progress:
        result = run(listing, out, options, workers=workers, retry=retry, progress=progress)
    _print_extracted(result)


def _read(layout: str | None, root: Path, settings: tuple[str, ...]) -> Listing:
    from sjedd_training.data.layouts import read_layout
    from sjedd_video.errors import OptionsError

    if bad := [setting for setting in settings if "=" not in setting]:
        raise OptionsError(f"--set {bad[0]} has no value.", "Write KEY=VALUE.")
    return read_layout(layout, root, **dict(setting.split("=", 1) for setting in settings))


def _of_splits(listing: Listing, splits: tuple[str, ...]) -> Listing:
    if not splits:
        return listing
    return replace(listing, items=tuple(item for item in listing.items if item.split in splits))


def _absolute(path: str | None) -> str | None:
    return None if path is None else str(Path(path).absolute())


def _print_extracted(result: Extracted) -> None:
    for outcome, files in sorted(result.outcomes.items()):
        click.echo(f"{outcome}: {files} files")
    click.echo(f"Wrote {result.faces} faces to {result.folder}; every input file is in outcomes.csv.")
    sys.exit(int(result.code))


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, a line now and then elsewhere."""
    from rich.console import Console
    from rich.progress import Progress

    console, shown = Console(stderr=True), -1
    with Progress(*Progress.get_default_columns(), console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)

        def progress(done: int, total: int) -> None:
            nonlocal shown
            bar.update(task, completed=done, total=total)
            if not console.is_terminal and total and done * 20 // total > shown:
                shown = done * 20 // total
                click.echo(f"{what}: {done} of {total} files", err=True)

        yield progress
