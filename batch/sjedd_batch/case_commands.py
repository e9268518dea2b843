"""Commands over a case that is there: ``status``, ``resume``, ``retry``, ``show``, ``export`` and ``report``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sjedd_batch.scan_command import command_line, output_options

if TYPE_CHECKING:
    from sjedd_video.store import CaseStore

CASE = click.argument("case", type=click.Path(path_type=Path, exists=True, file_okay=False))
WORKERS = click.option("--workers", type=click.IntRange(1, 64), help="Files at a time (default: as before).")
OUTCOMES = ("inconclusive", "no_face", "partial", "unreadable", "crashed", "timed_out")


@click.command(epilog="\b\nExamples:\n  sjedd-video status case-17\n  sjedd-video status case-17 --json | jq .left")
@CASE
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(case: Path, as_json: bool) -> None:
    """Say how far CASE is: running, finished or interrupted, and how many files ended how.

    Works while a scan is running.
    """
    import json

    from sjedd_batch.case_files import in_use

    with open_case(case) as store:
        record, counts = last_run(store), store.counts()
    running = record["state"] == "running" and in_use(case)
    interrupted = record["state"] == "running" and not running
    found, done = record["counts"]["found"], sum(counts.values())
    facts = {
        "state": "running" if running else "interrupted" if interrupted else record["state"],
        "found": found,
        "done": done,
        "left": max(found - done, 0),
        "skipped": record["counts"]["skipped"],
        "outcomes": counts,
        "started": record["started"],
        "finished": record["finished"],
        "command": record["command"],
    }
    if as_json:
        click.echo(json.dumps(facts))
        return
    outcomes = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in sorted(counts.items()))
    click.echo(f"{facts['state']}: {done} of {max(found, done)} files have a result; {facts['skipped']} skipped.")
    click.echo(f"{outcomes or 'no result yet'}.")
    click.echo(
        f"Started {facts['started']}, {'finished ' + facts['finished'] if facts['finished'] else 'not finished'}."
    )
    if not running and facts["state"] != "finished":
        click.echo(f"Go on with: sjedd-video resume {case}")


@click.command(epilog="\b\nExamples:\n  sjedd-video resume case-17\n  sjedd-video resume case-17 --workers 8 --quiet")
@CASE
@WORKERS
@output_options
def resume(case: Path, workers: int | None, **screen: bool) -> None:
    """Take up the last scan of CASE again, with the same paths and options.

    What was judged is not judged again; files that came since are.
    """
    _go_on(case, workers, frozenset(), screen, failed=False)


@click.command(
    epilog="\b\nExamples:\n  sjedd-video retry case-17\n  sjedd-video retry case-17 --outcome unreadable,no_face"
)
@CASE
@click.option(
    "--outcome", default="crashed,timed_out", show_default=True, help=f"Which ones, of {', '.join(OUTCOMES)}."
)
@WORKERS
@output_options
def retry(case: Path, outcome: str, workers: int | None, **screen: bool) -> None:
    """Judge the files of CASE again that ended with an --outcome, with the options of the last scan."""
    wanted = frozenset(part.strip() for part in outcome.split(",") if part.strip())
    if not wanted or wanted - set(OUTCOMES):
        raise click.BadParameter(f"must be a list of {', '.join(OUTCOMES)}", param_hint="--outcome")
    _go_on(case, workers, wanted, screen, failed=True)


def _go_on(case: Path, workers: int | None, again: frozenset[str], screen: dict[str, bool], *, failed: bool) -> None:
    from dataclasses import replace

    from sjedd_batch.request import unpack
    from sjedd_batch.run_case import run_case
    from sjedd_batch.screen import Screen

    with open_case(case) as store:
        request = unpack(last_run(store)["request"], command_line(), again)
        only = [Path(entry.path) for entry in store.entries() if entry.outcome in again] if failed else None
    if workers is not None:
        request = replace(request, workers=workers)
    if only == []:
        click.echo(f"No file of {case} ended as {', '.join(sorted(again))}.", err=True)
        return
    click.get_current_context().exit(int(run_case(case, request, Screen(**screen), only=only)))


@click.command(
    epilog="\b\nExamples:\n  sjedd-video show case-17 interview.mp4\n  sjedd-video show case-17 3f5a9c --json"
)
@CASE
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="The whole report of each file, one a line.")
def show(case: Path, file: str, as_json: bool) -> None:
    """Show what CASE says of FILE: a path, a name, the end of a path, or the start of a SHA-256 (6 digits or more)."""
    import json

    from sjedd_batch.summary import row_of_entry, values
    from sjedd_video.report.files import visible

    with open_case(case) as store:
        found = _matching(store, file)
        if not found:
            raise click.ClickException(f"{visible(str(case))} has no file {visible(file)}.")
        for number, entry in enumerate(found):
            if as_json:
                click.echo(json.dumps(store.result(entry.path)[0], ensure_ascii=False))
                continue
            if number:
                click.echo()
            facts = {name: value for name, value in values(row_of_entry(entry)).items() if value is not None}
            facts |= {"sentence": store.result(entry.path)[0]["sentence"]}
            for name, value in facts.items():
                click.echo(f"{name.replace('_', ' '):<13}{visible(str(value))}")


def _matching(store: CaseStore, file: str) -> list[Any]:
    import os

    exact = store.entry(os.path.abspath(file))  # noqa: PTH100 - keeps links
    if exact is not None:
        return [exact]
    digest = file.lower() if len(file) >= 6 and set(file.lower()) <= set("0123456789abcdef") else None
    return [
        entry for entry in store.entries()
        if entry.path == file or entry.path.endswith(f"{os.sep}{file}")
        or (digest is not None and entry.sha256.startswith(digest))
    ]  # fmt: skip


@click.command(
    epilog="\b\nExamples:\n  sjedd-video export case-17 --format csv > results.csv\n"
    "  sjedd-video export case-17 --format jsonl --output results.jsonl\n"
    "  sjedd-video export case-17 --format parquet --output results.parquet"
)
@CASE
@click.option("--format", "kind", type=click.Choice(["csv", "jsonl", "parquet"]), default="csv", show_default=True,
              help="csv and parquet: the rows of the summary; jsonl: the whole report of each file.")  # fmt: skip
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="File (default: the output).")
def export(case: Path, kind: str, output: Path | None) -> None:
    """Write the results of CASE for spreadsheets and programs. Parquet needs `pip install 'sjedd-video[parquet]'`."""
    from sjedd_batch.export import export_case

    with open_case(case) as store:
        export_case(store, kind, output)


@click.command(epilog="\b\nExamples:\n  sjedd-video report case-17\n  sjedd-video report case-17 --output case-17.pdf")
@CASE
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="File (default: CASE.pdf here).")
def report(case: Path, output: Path | None) -> None:
    """Write the PDF report of CASE as it is now, also while a scan runs.

    It has the totals, the ranking by support with a face of each file, what could not be judged or was skipped and
    why, copies, and the SHA-256 of every file. A finished scan leaves the same report as summary.pdf in the case.
    """
    from sjedd_batch.case_report import write_case_report

    target = output or Path(f"{case.absolute().name}.pdf")
    with open_case(case) as store:
        write_case_report(store, last_run(store), target)
    click.echo(f"Written: {target}")


def open_case(case: Path) -> CaseStore:
    """The database of a case, to be read only.

    Raises:
        OutputError: There is none, or it is damaged.
    """
    from sjedd_batch.case_files import DATABASE
    from sjedd_video.errors import OutputError
    from sjedd_video.store import CaseStore

    if not (case / DATABASE).is_file():
        raise OutputError(f"{case} is no case folder: it has no {DATABASE}.", "Name the --out folder of a scan.")
    return CaseStore(case / DATABASE, readonly=True)


def last_run(store: CaseStore) -> dict[str, Any]:
    """The record of the last run of a case.

    Raises:
        OutputError: There is none.
    """
    from sjedd_video.errors import OutputError

    record = store.last_run()
    if record is None:
        raise OutputError("The case has no run yet.", "Start one with `sjedd-video scan`.")
    return record
