"""The command line of the training system."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from sjedd_video.errors import SjeddError

DATA = click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("../shared/data"),
    show_default=True,
    envvar="SJEDD_DATA",
    help="Folder with faces/ and dfdc/.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sjedd-video")
def commands() -> None:
    """Train, evaluate and export SJEDD models."""


@commands.command()
@click.argument("recipe")
@DATA
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder of checkpoints; resumed if any.")
@click.option("--workers", default=1, show_default=True, help="Loader processes.")
@click.option("--threads", type=int, help="CPU threads of the model.")
def fit(recipe: str, data: Path, out: Path, workers: int, threads: int | None) -> None:
    """Fit RECIPE (a built-in name or a .toml file) and leave checkpoints in --out.

    \b
    Example:
      sjedd-train fit lite2-embedded --data ../shared/data --out runs/lite2
    """
    import torch
    from rich.console import Console
    from rich.progress import Progress

    from sjedd_training.fit import fit as run_fit
    from sjedd_training.recipe import load_recipe

    if threads:
        torch.set_num_threads(threads)
    chosen = load_recipe(recipe)
    console = Console(stderr=True)
    columns = Progress.get_default_columns()
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("fit", total=chosen.fit.steps)
        began = time.monotonic()

        def report(step: int, losses: dict[str, float]) -> None:
            text = " ".join(f"{name} {value:.3f}" for name, value in losses.items())
            bar.update(task, completed=step, description=text)
            if step % 20 == 0 and not console.is_terminal:
                click.echo(f"step {step}/{chosen.fit.steps} {text} {time.monotonic() - began:.0f} s", err=True)

        run_fit(chosen, data, out, workers=workers, report=report)


def main() -> None:
    """Entry point: the one place that turns errors into exit codes."""
    try:
        commands.main(standalone_mode=False)
    except SjeddError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(int(error.code))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
