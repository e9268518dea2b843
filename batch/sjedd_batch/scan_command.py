"""``sjedd-video scan``: judge folders into a case that can be stopped and taken up again."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from sjedd_batch.options import analysis_options, collect, parse_reports

Command = TypeVar("Command", bound=Callable[..., Any])

EPILOG = """\b
Examples:
  sjedd-video scan evidence/ --out case-17
  sjedd-video scan phone/ card/ --out case-18 --workers 4 --report json,csv
  sjedd-video scan share/ --out case-19 --include '*.mp4' --exclude 'cache/*'
  sjedd-video scan inbox/ --out case-20 --json-lines | jq 'select(.probability > 0.9)'
  sjedd-video scan uploads/ --out case-21 --quiet --fail-on strong

\b
The case folder gets summary.csv (one row per file), summary.pdf, reports/, case.db,
run.json (how it was made) and run.log. Run the same command again, or `sjedd-video
resume CASE`, to go on where it stopped: files with the same content and options are
not judged twice. Exit codes: docs/errors.md.
"""


def output_options(command: Command) -> Command:
    """Add the options that say how much is said."""
    for option in reversed((
        click.option("--json-lines", is_flag=True, help="One JSON object for each file on the output as it ends."),
        click.option("--quiet", "-q", is_flag=True, help="No progress and no table; errors only."),
        click.option("--verbose", "-v", is_flag=True, help="Every line of run.log on standard error as well."),
    )):  # fmt: skip
        command = option(command)
    return command


def search_options(command: Command) -> Command:
    """Add the options that say which files are judged, and by how many processes."""
    for option in reversed((
        click.option("--recursive/--no-recursive", default=True, show_default=True, help="Look into folders inside."),
        click.option("--include", multiple=True, metavar="PATTERN", help="Only names or paths like '*.mp4'."),
        click.option("--exclude", multiple=True, metavar="PATTERN", help="Not names or paths like 'cache/*'."),
        click.option("--follow-links", is_flag=True, help="Follow links to folders, and out of the folder."),
        click.option("--workers", type=click.IntRange(1, 64), help="Files at a time (default: half the cores)."),
        click.option(
            "--max-cpu", "max_cpu_s", type=click.FloatRange(min=1), default=4 * 3600.0, metavar="SECONDS",
            help="Processor time that one file may take (default 4 hours).",
        ),
        click.option(
            "--report", "formats", default="pdf,json,csv", show_default=True, callback=parse_reports,
            help="Which reports of each file to write, or none.",
        ),
    )):  # fmt: skip
        command = option(command)
    return command


@click.command(epilog=EPILOG)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Case folder; may exist already."
)
@search_options
@click.option("--retry", is_flag=True, help="Judge files again that crashed or timed out before.")
@click.option(
    "--fail-on", type=click.Choice(["weak", "moderate", "strong", "very_strong"]), metavar="BAND",
    help="Exit with code 10 if the support for any file reaches weak, moderate, strong or very_strong.",
)  # fmt: skip
@output_options
@analysis_options
def scan(
    paths: tuple[Path, ...],
    out: Path,
    retry: bool,
    fail_on: str | None,
    json_lines: bool,
    quiet: bool,
    verbose: bool,
    **values: Any,
) -> None:
    """Judge every video and picture in PATHS (files or folders) into the case folder --out.

    Media is found by content, not by name; what is skipped is listed with the reason. Each file gets one result; one
    that kills its process is marked as crashed, with the signal, and the scan goes on. Copies are judged once.
    """
    from sjedd_batch.run_case import run_case
    from sjedd_batch.screen import Screen

    request = request_of(paths, values, retry=frozenset({"crashed", "timed_out"} if retry else ()))
    screen = Screen(quiet=quiet, verbose=verbose, json_lines=json_lines)
    click.get_current_context().exit(int(run_case(out, request, screen, fail_on=fail_on)))


def request_of(paths: tuple[Path, ...], values: dict[str, Any], retry: frozenset[str] = frozenset()) -> Any:
    """The request that the command line makes; takes what is not an analysis option out of ``values``.

    Raises:
        OptionsError: A value is impossible.
    """
    from sjedd_batch.discover import Search
    from sjedd_batch.request import Request

    search = Search(paths, *(values.pop(name) for name in ("recursive", "follow_links", "include", "exclude")))
    formats, workers, max_cpu_s = (values.pop(name) for name in ("formats", "workers", "max_cpu_s"))
    return Request(search, collect(values), formats, command_line(), workers, max_cpu_s, retry)


def command_line() -> str:
    """The command as it was given."""
    return shlex.join(["sjedd-video", *sys.argv[1:]])
