"""``sjedd-video analyze``: judge files one after the other with engines that are loaded once."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from sjedd_batch.options import analysis_options, collect, parse_reports

if TYPE_CHECKING:
    from sjedd_batch.bars import Bars
    from sjedd_video.options import AnalysisOptions
    from sjedd_video.progress import CancelToken
    from sjedd_video.report.rows import Row
    from sjedd_video.types import AnalysisResult

EPILOG = """\b
Examples:
  sjedd-video analyze interview.mp4
  sjedd-video analyze a.mp4 b.mov photo.jpg --out results
  sjedd-video analyze long.mkv --sampling fps:2 --start 60 --end 180
  sjedd-video analyze clip.mp4 --json - --quiet | jq .verdict
"""


@click.command(epilog=EPILOG)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("sjedd-report"), show_default=True,
    help="Folder for the reports.",
)  # fmt: skip
@click.option(
    "--report", "formats", default="pdf,json,csv", show_default=True, callback=parse_reports,
    help="Which reports to write: pdf, json, csv, html, or none.",
)  # fmt: skip
@click.option("--json", "json_to", metavar="FILE", help="Also write one JSON result a line to FILE; - is the output.")
@click.option("--quiet", "-q", is_flag=True, help="No progress and no table; errors only.")
@analysis_options
def analyze(
    files: tuple[Path, ...], out: Path, formats: tuple[str, ...], json_to: str | None, quiet: bool, **values: Any
) -> None:
    """Judge FILES: whether, when and on whose face something was altered.

    For every file, a JSON, a CSV and a PDF report are left in the output folder, and one table is shown at the end.
    """
    from sjedd_video.decode.process import prestart

    prestart()  # its imports run beside the ones that follow
    from rich.console import Console

    from sjedd_batch.bars import Bars, cancel_on_interrupt
    from sjedd_batch.summary import counts_of, print_summary
    from sjedd_video.errors import EXIT_OF_OUTCOME, ExitCode
    from sjedd_video.report.files import made_folder
    from sjedd_video.types import Outcome

    options = collect(values)
    if formats:
        made_folder(out)
    screen = Console(stderr=True)
    with cancel_on_interrupt() as cancel, Bars(screen, len(files), quiet=quiet) as bars:
        rows = _analyze_all(files, out, formats, json_to, options, bars, cancel)
    if not quiet:
        console = screen if json_to == "-" else Console()
        print_summary(console, rows, counts_of(rows), f" Reports: {out}" if formats else "")
    stopped = [ExitCode.CANCELLED] if len(rows) < len(files) else []
    worst = max([*stopped, *(EXIT_OF_OUTCOME[Outcome(row.outcome)] for row in rows)])
    click.get_current_context().exit(int(worst))


def _analyze_all(
    files: Sequence[Path],
    out: Path,
    formats: Sequence[str],
    json_to: str | None,
    options: AnalysisOptions,
    bars: Bars,
    cancel: CancelToken,
) -> list[Row]:
    """Analyse every file; fewer rows than files when stopped on request."""
    from sjedd_batch.reports import Names, write_reports
    from sjedd_video.decode.process import prestart
    from sjedd_video.errors import Cancelled
    from sjedd_video.pipeline import Engines
    from sjedd_video.pipeline import analyze as analyze_file
    from sjedd_video.report.rows import row_of

    rows: list[Row] = []
    names, engines = Names(out), None
    command = shlex.join(["sjedd-video", *sys.argv[1:]])
    with _JsonLines(json_to) as lines:
        for path in files:
            bars.begin(path.name)
            try:
                engines = engines or (Engines.load(options) if len(files) > 1 else None)
                result = analyze_file(path, options, progress=bars, cancel=cancel, engines=engines)
            except Cancelled:
                break
            if path is not files[-1]:
                prestart()
            base = names.base(path, result.evidence.sha256_before) if formats else None
            written = write_reports(result, base, formats, command) if base is not None else []
            lines.write(result)
            rows.append(row_of(result, path, next(iter(written), None)))
            bars.end()
    return rows


class _JsonLines:
    """Results as JSON, one a line; does nothing without a target."""

    def __init__(self, target: str | None) -> None:
        self._target = target
        self._file: IO[str] | None = None

    def __enter__(self) -> _JsonLines:
        from sjedd_video.errors import OutputError

        if self._target is not None and self._target != "-":
            try:
                self._file = Path(self._target).open("w", encoding="utf-8")
            except OSError as error:
                raise OutputError(f"{self._target} cannot be written: {error.strerror}.") from error
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, result: AnalysisResult) -> None:
        """Add one result."""
        if self._target is None:
            return
        import json

        from sjedd_video.report.json_ import to_json

        click.echo(json.dumps(to_json(result), ensure_ascii=False, allow_nan=False), file=self._file)
