"""``sjedd-video scan``: judge folders into a case that can be stopped and taken up again."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from sjedd_batch.limits import MAX_CPU_S
from sjedd_batch.options import analysis_options, collect, parse_reports
from sjedd_video.place import is_server, without_passwords

Command = TypeVar("Command", bound=Callable[..., Any])


def _server(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not is_server(value):
        raise click.BadParameter("must be a URL like postgresql+psycopg://USER@HOST/DATABASE")
    return value


CASE_DB = click.option(
    "--case-db", metavar="URL", callback=_server,
    help="Keep the case in this PostgreSQL database, postgresql+psycopg://USER@HOST/DATABASE, in place of case.db.",
)  # fmt: skip
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
        click.option("--workers", type=click.IntRange(1, 4096), help="Files at a time (default: half the cores)."),
        click.option(
            "--engine", type=click.Choice(["local", "ray"]), default="local", show_default=True,
            help="Who judges: processes of this machine, or of the machines of a Ray cluster (docs/scale.md).",
        ),
        click.option(
            "--address", metavar="ADDRESS",
            help="Ray cluster: auto for the one that runs here, or HOST:PORT (default: start one on this machine).",
        ),
        click.option(
            "--scorers", type=click.IntRange(min=0), default=0, metavar="N",
            help="With Ray: score the faces of all files together on N GPUs, or, with --device cpu, on N processors.",
        ),
        click.option(
            "--max-cpu", "max_cpu_s", type=click.FloatRange(min=1), default=MAX_CPU_S, metavar="SECONDS",
            help="Processor time that one file may take (default 4 hours).",
        ),
        CASE_DB,
        click.option(
            "--report", "formats", default="pdf,json,csv", show_default=True, callback=parse_reports,
            help="Which reports of each file to write: pdf, json, csv, html, or none.",
        ),
    )):  # fmt: skip
        command = option(command)
    return command


class _PathOrUrl(click.ParamType[Any]):
    """What is there, or the URL of shared storage."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path | str:
        if "://" not in str(value):
            path: Path = click.Path(path_type=Path, exists=True).convert(value, param, ctx)
            return path
        if without_passwords(value) != value or "::" in value:
            self.fail("a URL must hold no password and name one storage; see docs/scale.md", param, ctx)
        return str(value)


@click.command(epilog=EPILOG)
@click.argument("paths", nargs=-1, required=True, type=_PathOrUrl())
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Case folder; may exist already."
)
@search_options
@click.option("--retry", is_flag=True, help="Judge files again that crashed or timed out before.")
@click.option(
    "--two-pass", is_flag=True, help="Look at 8 frames of every file first, and closely at those in doubt only."
)
@click.option(
    "--fail-on", type=click.Choice(["weak", "moderate", "strong", "very_strong"]), metavar="BAND",
    help="Exit with code 10 if the support for any file reaches weak, moderate, strong or very_strong.",
)  # fmt: skip
@output_options
@analysis_options
def scan(
    paths: tuple[Path | str, ...],
    out: Path,
    retry: bool,
    two_pass: bool,
    fail_on: str | None,
    json_lines: bool,
    quiet: bool,
    verbose: bool,
    **values: Any,
) -> None:
    """Judge every video and picture in PATHS (files, folders or URLs of shared storage) into the case folder --out.

    Media is found by content, not by name; what is skipped is listed with the reason. Each file gets one result; one
    that kills its process is marked as crashed, with the signal, and the scan goes on. Copies are judged once.
    """
    from sjedd_batch.run_case import run_case
    from sjedd_batch.screen import Screen

    again = frozenset({"crashed", "timed_out"} if retry else ())
    request = request_of(paths, values, again, two_pass=two_pass)
    screen = Screen(quiet=quiet, verbose=verbose, json_lines=json_lines)
    click.get_current_context().exit(int(run_case(out, request, screen, fail_on=fail_on)))


def request_of(
    paths: tuple[Path | str, ...],
    values: dict[str, Any],
    retry: frozenset[str] = frozenset(),
    *,
    two_pass: bool = False,
) -> Any:
    """The request that the command line makes; takes what is not an analysis option out of ``values``.

    Raises:
        OptionsError: A value is impossible.
    """
    from sjedd_batch.discover import Search
    from sjedd_batch.engine import Crew
    from sjedd_batch.request import Request

    search = Search(paths, *(values.pop(name) for name in ("recursive", "follow_links", "include", "exclude")))
    formats, max_cpu_s = values.pop("formats"), values.pop("max_cpu_s")
    case_db = values.pop("case_db")
    crew = Crew(*(values.pop(name) for name in ("engine", "workers", "address", "scorers")))
    if crew.engine != "ray" and (crew.address is not None or crew.scorers):
        raise click.UsageError("--address and --scorers belong to --engine ray.")
    return Request(search, collect(values), formats, command_line(), crew, max_cpu_s, retry, two_pass, case_db)


def command_line() -> str:
    """The command as it was given, without the passwords of URLs."""
    return shlex.join(["sjedd-video", *map(without_passwords, sys.argv[1:])])
