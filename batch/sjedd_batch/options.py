"""The analysis options as command-line options, shared by every command that analyses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from sjedd_video.options import AnalysisOptions

Command = TypeVar("Command", bound=Callable[..., Any])

REPORTS = ("json", "csv", "pdf", "html")

_OPTIONS = (
    click.option("--frames", type=click.IntRange(min=1), help="Examine N frames spread evenly (default 32)."),
    click.option("--sampling", metavar="PLAN", help="uniform:N, fps:F, every:N or keyframes; instead of --frames."),
    click.option("--start", "start_s", type=float, metavar="SECONDS", help="Ignore what lies before."),
    click.option("--end", "end_s", type=float, metavar="SECONDS", help="Ignore what lies after."),
    click.option("--model", metavar="M", help="Path of a model bundle (default: the embedded model)."),
    click.option("--backend", type=click.Choice(["onnx", "torch"]), help="What runs the model (default onnx)."),
    click.option("--device", type=click.Choice(["auto", "cpu", "cuda", "mps"]), help="Where it runs (default auto)."),
    click.option("--precision", type=click.Choice(["fp32", "bf16"]), help="Number format (torch only)."),
    click.option("--decoder", type=click.Choice(["auto", "decord", "pyav"]), help="Video decoder (default auto)."),
    click.option(
        "--detector-pack",
        type=click.Path(file_okay=False),
        help="Folder of an insightface model pack to find faces with (default: the built-in CenterFace).",
    ),
    click.option("--min-faces", type=click.IntRange(min=1), help="Usable faces a person needs (default 4)."),
    click.option(
        "--min-eye-distance-px",
        type=click.FloatRange(min=0, min_open=True),
        metavar="PX",
        help="Leave out faces with closer eyes (default 32; with smaller faces false alarms multiply).",
    ),
    click.option(
        "--heatmaps",
        type=click.IntRange(0, 16),
        help="Faces that get a heat map (default: all shown; one if the model cannot tell places).",
    ),
    click.option(
        "--timeout-idle",
        "idle_timeout_s",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        help="Give up a decoder that delivers nothing for so long (default 60).",
    ),
    click.option(
        "--max-memory",
        "max_memory_mb",
        type=click.IntRange(min=512),
        metavar="MIB",
        help="What each process may allocate for a file (default 4096).",
    ),
    click.option(
        "--options",
        "options_file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="JSON file with any analysis options, e.g. the options of an earlier report; others here win.",
    ),
)


def analysis_options(command: Command) -> Command:
    """Add the options that ``collect`` understands to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def collect(values: dict[str, Any]) -> AnalysisOptions:
    """Build the options object from the command line; what was not given keeps its default.

    Raises:
        OptionsError: A value is impossible.
        click.UsageError: Options contradict each other.
    """
    from sjedd_video.options import AnalysisOptions

    given = {name: value for name, value in values.items() if value is not None}
    merged = _read(given.pop("options_file", None))
    frames = given.pop("frames", None)
    if frames is not None:
        if "sampling" in given:
            raise click.UsageError("Give either --frames or --sampling.")
        given["sampling"] = f"uniform:{frames}"
    return AnalysisOptions.parse({**merged, **given})


def _read(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    import json

    from sjedd_video.errors import OptionsError

    try:
        values = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise OptionsError(f"{path} cannot be read as JSON: {error}.") from error
    if not isinstance(values, dict):
        raise OptionsError(f"{path} must hold a JSON object.")
    inner = values.get("options")
    return inner if isinstance(inner, dict) else values


def parse_reports(ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, ...]:
    """Click callback: ``pdf,json`` -> the formats, in a fixed order; ``none`` for none."""
    asked = {part.strip() for part in value.lower().split(",") if part.strip()}
    if asked == {"none"}:
        return ()
    if not asked or asked - set(REPORTS):
        raise click.BadParameter(f"must be a list of {', '.join(REPORTS)}, or none")
    return tuple(name for name in REPORTS if name in asked)
