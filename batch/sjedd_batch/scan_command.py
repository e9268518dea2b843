"""``sjedd-video scan``: judge a folder into a case that can be stopped and taken up again."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import Any

import click

from sjedd_batch.options import analysis_options, collect, parse_reports

EPILOG = """\b
Examples:
  sjedd-video scan evidence/ --out case-17
  sjedd-video scan phone/ --out case-18 --no-recursive --workers 4 --report json,csv

\b
The case folder gets summary.csv (one row per file), reports/, run.json (how it was made)
and case.sqlite. Run the same command again to go on where it stopped: files with the same
content and options are not judged twice.
"""


@click.command(epilog=EPILOG)
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Case folder; may exist already."
)
@click.option("--recursive/--no-recursive", default=True, show_default=True, help="Look into folders inside.")
@click.option("--workers", type=click.IntRange(1, 64), help="Files at a time (default: one for every two cores).")
@click.option("--retry", is_flag=True, help="Judge files again that crashed or timed out before.")
@click.option(
    "--report", "formats", default="pdf,json,csv", show_default=True, callback=parse_reports,
    help="Which reports to write, or none.",
)  # fmt: skip
@click.option("--quiet", "-q", is_flag=True, help="No progress and no table; errors only.")
@analysis_options
def scan(
    folder: Path,
    out: Path,
    recursive: bool,
    workers: int | None,
    retry: bool,
    formats: tuple[str, ...],
    quiet: bool,
    **values: Any,
) -> None:
    """Judge every video and picture in FOLDER into the case folder --out.

    Media is found by content, not by name. Each file gets one result; one that kills its process is marked as crashed.
    """
    from rich.console import Console

    from sjedd_batch import worker
    from sjedd_batch.bars import Bars, cancel_on_interrupt
    from sjedd_batch.case import Case
    from sjedd_batch.discover import find_media
    from sjedd_batch.summary import print_summary
    from sjedd_video.errors import EXIT_OF_OUTCOME, ExitCode
    from sjedd_video.types import Outcome

    setup = worker.Setup(collect(values), formats, shlex.join(["sjedd-video", *sys.argv[1:]]), worker.ENGINES)
    media, others = find_media(folder, recursive=recursive, leave_out=out)
    with Case(out, folder, setup, others) as case, cancel_on_interrupt() as cancel:
        with Bars(Console(stderr=True), len(media), quiet=quiet) as bars:
            count = min(workers or max(1, cores() // 2), max(len(media), 1))
            rows = case.scan(media, count, bars, cancel, retry=retry)
        stopped = cancel.cancelled
    if not quiet:
        skipped = f" {others} other file{'' if others == 1 else 's'} left out." if others else ""
        print_summary(Console(), rows, f"{skipped} Case: {out}")
    worst = [EXIT_OF_OUTCOME[Outcome(row.outcome)] for row in rows] + [ExitCode.CANCELLED] * stopped
    click.get_current_context().exit(int(max(worst, default=ExitCode.OK)))


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
