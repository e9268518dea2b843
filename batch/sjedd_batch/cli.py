"""The command line's root: loads a command when it is called, and turns errors into messages and exit codes."""

from __future__ import annotations

import sys
import traceback
from importlib import import_module
from typing import Any

import click

from sjedd_video import __version__

COMMANDS = {
    "analyze": ("sjedd_batch.analyze_command:analyze", "Judge one or more videos or pictures."),
    "scan": ("sjedd_batch.scan_command:scan", "Judge every video and picture in folders into a case, resumably."),
    "status": ("sjedd_batch.case_commands:status", "Say how far a case is."),
    "resume": ("sjedd_batch.case_commands:resume", "Take up a scan again where it stopped."),
    "retry": ("sjedd_batch.case_commands:retry", "Judge files of a case again that failed."),
    "show": ("sjedd_batch.case_commands:show", "Show what a case says of one file."),
    "export": ("sjedd_batch.case_commands:export", "Write the results of a case as CSV, JSON lines or Parquet."),
    "report": ("sjedd_batch.case_commands:report", "Write the PDF report of a case."),
    "watch": ("sjedd_batch.watch_command:watch", "Judge files as they arrive in a folder."),
    "completion": ("sjedd_batch.completion_command:completion", "Complete commands and options in your shell."),
    "bench": ("sjedd_batch.bench_command:bench", "Measure the speed of every stage on this machine."),
    "models": ("sjedd_batch.models_commands:models", "List, import and verify model bundles."),
    "hierarchy": ("sjedd_batch.hierarchy_commands:hierarchy", "Show the label hierarchies of the models."),
}
"""Name -> where the command is, and its line in ``--help``; kept here so that help needs no imports."""

EPILOG = """\b
Examples:
  sjedd-video analyze interview.mp4
  sjedd-video analyze *.mp4 --out results --frames 64
  sjedd-video analyze clip.mov --json - --quiet | jq .verdict
  sjedd-video scan evidence/ --out case-17
  sjedd-video status case-17

\b
A high probability supports the proposition that a face was manipulated. A low one
does not mean that a video is unedited. Exit codes: 0 all judged, 3 not all judged,
4 unreadable, 5 crashed, 6 timed out, 7 model, 8 output, 9 nothing found,
10 support found (--fail-on), 130 stopped (docs/errors.md).
"""


class LazyGroup(click.Group):
    """A group whose commands are imported on use, and the one place where errors become exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All command names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; whatever it raises leads to a message on standard error and a documented exit code."""
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.ClickException):
            raise
        except (KeyboardInterrupt, click.Abort):
            click.echo("Stopped on request.", err=True)
            ctx.exit(130)
        except Exception as error:
            ctx.exit(_report(error))


def _report(error: Exception) -> int:
    """Say what went wrong and what to do; return the exit code."""
    from sjedd_video.errors import ExitCode, SjeddError

    if isinstance(error, SjeddError):
        click.echo(f"{click.style('Error:', fg='red', bold=True)} {error.message}", err=True)
        if error.advice:
            click.echo(error.advice, err=True)
        return int(error.code)
    traceback.print_exception(error, file=sys.stderr)
    click.echo("This is a defect of the program. Please report it with the lines above.", err=True)
    return int(ExitCode.INTERNAL)


@click.group(
    cls=LazyGroup,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "--version", prog_name="sjedd-video")
def main() -> None:
    """Judge whether, when and on whose face a video was manipulated; leave the evidence in reports.

    Everything runs on this machine, or on those that you name; nothing is sent anywhere else.
    """
