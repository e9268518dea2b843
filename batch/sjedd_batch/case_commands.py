"""Commands over a case that is there: ``status``, ``resume``, ``retry``, ``show``, ``export`` and ``report``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sjedd_batch.scan_command import CASE_DB, command_line, output_options
from sjedd_video.place import is_server, without_passwords

if TYPE_CHECKING:
    from sjedd_video.store import CaseStore

CASE = click.argument("case", type=click.Path(path_type=Path, exists=True, file_okay=False))


class _AnyCase(click.ParamType[Any]):
    """A folder of a scan, a file of the desktop app, or the URL of a database."""

    name = "case"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path | str:
        if is_server(value):
            return str(value)
        path: Path = click.Path(path_type=Path, exists=True).convert(value, param, ctx)
        return path


ANY_CASE = click.argument("case", type=_AnyCase())
"""What is only read may also be a case of the desktop app, which is one file, or in a database, given by its URL."""
WORKERS = click.option("--workers", type=click.IntRange(1, 4096), help="Files at a time (default: as before).")
OUTCOMES = ("inconclusive", "no_face", "partial", "unreadable", "crashed", "timed_out")


@click.command(epilog="\b\nExamples:\n  sjedd-video status case-17\n  sjedd-video status case-17 --json | jq .left")
@ANY_CASE
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(case: Path | str, as_json: bool) -> None:
    """Say how far CASE is: running, finished or interrupted, and how many files ended how.

    Works while a scan is running.
    """
    import json

    from sjedd_video.place import database_of, in_use

    with open_case(case) as store:
        record, counts = last_run(store), store.counts()
        busy = store.claimed if isinstance(case, str) else in_use(database_of(case))
    running = record["state"] == "running" and busy
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
        click.echo(f"Go on with: {_how_to_go_on(case)}")


def _how_to_go_on(case: Path | str) -> str:
    if isinstance(case, str):
        return "sjedd-video resume CASE --case-db URL"
    return f"sjedd-video resume {case}" if case.is_dir() else f"sjedd-gui, and open {case} there"


@click.command(epilog="\b\nExamples:\n  sjedd-video resume case-17\n  sjedd-video resume case-17 --workers 8 --quiet")
@CASE
@WORKERS
@CASE_DB
@output_options
def resume(case: Path, workers: int | None, case_db: str | None, **screen: bool) -> None:
    """Take up the last scan of CASE again, with the same paths and options.

    What was judged is not judged again; files that came since are.
    """
    _go_on(case, case_db, workers, frozenset(), screen, failed=False)


@click.command(
    epilog="\b\nExamples:\n  sjedd-video retry case-17\n  sjedd-video retry case-17 --outcome unreadable,no_face"
)
@CASE
@click.option(
    "--outcome", default="crashed,timed_out", show_default=True, help=f"Which ones, of {', '.join(OUTCOMES)}."
)
@WORKERS
@CASE_DB
@output_options
def retry(case: Path, outcome: str, workers: int | None, case_db: str | None, **screen: bool) -> None:
    """Judge the files of CASE again that ended with an --outcome, with the options of the last scan."""
    wanted = frozenset(part.strip() for part in outcome.split(",") if part.strip())
    if not wanted or wanted - set(OUTCOMES):
        raise click.BadParameter(f"must be a list of {', '.join(OUTCOMES)}", param_hint="--outcome")
    _go_on(case, case_db, workers, wanted, screen, failed=True)


def _go_on(
    case: Path,
    case_db: str | None,
    workers: int | None,
    again: frozenset[str],
    screen: dict[str, bool],
    *,
    failed: bool,
) -> None:
    from dataclasses import replace

    from sjedd_batch.remote import source_of
    from sjedd_batch.request import unpack
    from sjedd_batch.run_case import run_case
    from sjedd_batch.screen import Screen

    with open_case(case_db or case) as store:
        request = replace(unpack(last_run(store)["request"], command_line(), again), case_db=case_db)
        only = [source_of(entry.path) for entry in store.entries() if entry.outcome in again] if failed else None
    if workers is not None:
        request = replace(request, crew=replace(request.crew, workers=workers))
    if only == []:
        click.echo(f"No file of {case} ended as {', '.join(sorted(again))}.", err=True)
        return
    click.get_current_context().exit(int(run_case(case, request, Screen(**screen), only=only)))


@click.command(
    epilog="\b\nExamples:\n  sjedd-video show case-17 interview.mp4\n  sjedd-video show case-17 3f5a9c --json"
)
@ANY_CASE
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="The whole report of each file, one a line.")
def show(case: Path | str, file: str, as_json: bool) -> None:
    """Show what CASE says of FILE: a path, a name, the end of a path, or the start of a SHA-256 (6 digits or more)."""
    import json

    from sjedd_batch.summary import row_of_entry, values
    from sjedd_video.case_remarks import CaseRemarks
    from sjedd_video.report.files import visible

    with open_case(case) as store:
        found = _matching(store, file)
        if not found:
            raise click.ClickException(f"{visible(without_passwords(str(case)))} has no file {visible(file)}.")
        for number, entry in enumerate(found):
            if as_json:
                click.echo(json.dumps(CaseRemarks(store).document(entry.path), ensure_ascii=False))
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
@ANY_CASE
@click.option("--format", "kind", type=click.Choice(["csv", "jsonl", "parquet"]), default="csv", show_default=True,
              help="csv and parquet: the rows of the summary; jsonl: the whole report of each file.")  # fmt: skip
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="File (default: the output).")
def export(case: Path | str, kind: str, output: Path | None) -> None:
    """Write the results of CASE for spreadsheets and programs. Parquet needs `pip install 'sjedd-video[parquet]'`."""
    from sjedd_batch.export import export_case

    with open_case(case) as store:
        export_case(store, kind, output)


@click.command(epilog="\b\nExamples:\n  sjedd-video report case-17\n  sjedd-video report case-17 --output case-17.pdf")
@ANY_CASE
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="File (default: CASE.pdf here).")
def report(case: Path | str, output: Path | None) -> None:
    """Write the PDF report of CASE as it is now, also while a scan runs.

    It has the totals, the ranking by support with a face of each file, what could not be judged or was skipped and
    why, copies, and the SHA-256 of every file. A finished scan leaves the same report as summary.pdf in the case.
    """
    from sjedd_batch.case_report import write_case_report

    name = case.partition("?")[0].rpartition("/")[2] if isinstance(case, str) else case.absolute().name
    target = output or Path(f"{name}.pdf")
    with open_case(case) as store:
        write_case_report(store, last_run(store), target)
    click.echo(f"Written: {target}")


def open_case(case: Path | str) -> CaseStore:
    """The database of a case (folder, file or URL), to be read only.

    Raises:
        OutputError: There is none, or it is damaged.
    """
    from sjedd_video.errors import OutputError
    from sjedd_video.place import DATABASE, database_of
    from sjedd_video.store import CaseStore

    if isinstance(case, str):
        return CaseStore(case, readonly=True)
    database = database_of(case)
    if not database.is_file():
        elsewhere = _named_database(case)
        if elsewhere:
            advice = "Give its URL in place of the folder; to resume and retry, beside it with --case-db."
            raise OutputError(f"The case is in a database: {elsewhere}.", advice)
        advice = "Name the --out folder of a scan, or a case of the desktop app."
        raise OutputError(f"{case} is no case folder: it has no {DATABASE}.", advice)
    return CaseStore(database, readonly=True)


def _named_database(case: Path) -> str:
    """The URL, without its password, that the record of a case names; empty where it names none."""
    import json

    from sjedd_batch.case_files import RECORD

    try:
        name = str(json.loads((case / RECORD).read_text("utf-8"))["database"])
    except (OSError, ValueError, LookupError, TypeError):
        return ""
    return name if is_server(name) else ""


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
