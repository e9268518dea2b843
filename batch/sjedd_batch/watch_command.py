"""``sjedd-video watch``: judge files as they arrive in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sjedd_batch.options import analysis_options
from sjedd_batch.scan_command import output_options, request_of, search_options

EPILOG = """\b
Examples:
  sjedd-video watch inbox/ --out case-17
  sjedd-video watch inbox/ --out case-17 --settle 30 --json-lines | while read -r line; do ...

\b
Stop it with Ctrl-C: summary and record are written then, and after every batch of files.
Start it again to go on.
"""


@click.command(epilog=EPILOG)
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Case folder; may exist already."
)
@click.option(
    "--settle", type=click.FloatRange(min=0.2), default=5.0, show_default=True, metavar="SECONDS",
    help="A file counts as fully written when it has not changed for so long.",
)  # fmt: skip
@search_options
@output_options
@analysis_options
def watch(folder: Path, out: Path, settle: float, json_lines: bool, quiet: bool, verbose: bool, **values: Any) -> None:
    """Judge every video and picture that is or arrives in FOLDER, once it is fully written, into the case --out.

    Files that are there already are judged first, as by `sjedd-video scan`. On network disks, which do not tell of
    new files, the folder is looked through every few seconds.
    """
    from sjedd_batch.screen import Screen
    from sjedd_batch.watching import watch_folder

    request = request_of((folder,), values)
    screen = Screen(quiet=quiet, verbose=verbose, json_lines=json_lines)
    click.get_current_context().exit(int(watch_folder(out, request, screen, settle)))
