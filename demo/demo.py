"""The demo: make two clips, analyse both with the command line, show what came out next to what is true.

Run by ``make demo``. Needs no network and no torch.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

INTRODUCTION = (
    "Two six-second clips of one photograph: the same camera movement, light and noise, and in one of them the face is "
    "altered. This shows that the program runs from file to report on this machine. It says nothing about how often "
    "the program is right: the altered face is of a kind that the embedded model was trained on, and the photograph is "
    "only one."
)

READING = {
    "probability": "calibrated probability that the face was manipulated, for material like the calibration set",
    "95 % interval": "how far that number moves over the moments of the clip; it knows nothing of other cameras",
    "support": "for the proposition that the face was manipulated: weak, moderate, strong or very strong",
}

CAUTION = (
    "The embedded model is a small research model; its error rates are in MODEL_CARD.md. Weak support does not mean "
    "that a video is unedited. A clip may also end as inconclusive, with reasons and without a number."
)

CLIPS = ("untouched", "altered")
REPORTS = ("json", "csv", "pdf")


def main() -> int:
    """Run the demo; 0 when both clips were analysed and all reports are there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("demo-output"), help="folder for clips and reports")
    parser.add_argument("--model", help="a model bundle to use in place of the embedded one")
    arguments = parser.parse_args()
    console = Console()
    console.print("[bold]sjedd-video demo[/bold]")
    console.print(INTRODUCTION, end="\n\n")
    clips = _make_clips(arguments.out, console)
    code = _analyze(list(clips.values()), arguments.out, arguments.model, console)
    missing = [path for name in clips for path in _reports(arguments.out, name) if not path.is_file()]
    if missing:
        Console(stderr=True).print(f"The analysis ended with exit code {code} and left no {missing[0]}.", style="red")
        return code or 1
    console.print(_table({name: json.loads((arguments.out / f"{name}.json").read_text("utf-8")) for name in clips}))
    console.print(_legend())
    console.print(CAUTION, end="\n\n")
    console.print(f"Reports are in [bold]{arguments.out.resolve()}[/bold]:", soft_wrap=True)
    for name in clips:
        console.print("  " + "  ".join(path.name for path in _reports(arguments.out, name)))
    return 0


def _make_clips(out: Path, console: Console) -> dict[str, Path]:
    from astronaut_clips import make_clips

    folder = out / "clips"
    folder.mkdir(parents=True, exist_ok=True)
    clips = {name: folder / f"{name}.mp4" for name in CLIPS}
    began = time.monotonic()
    with console.status("Making the clips"):
        make_clips(clips["untouched"], clips["altered"])
    console.print(f"Made {', '.join(map(str, clips.values()))} in {time.monotonic() - began:.0f} s", soft_wrap=True)
    return clips


def _analyze(clips: list[Path], out: Path, model: str | None, console: Console) -> int:
    """Run the command line as a user does; its exit code."""
    command = ["sjedd-video", "analyze", *map(str, clips), "--out", str(out), *(["--model", model] if model else [])]
    console.print(f"\n$ {shlex.join(command)}", style="cyan", soft_wrap=True)
    # The environment's own command; what else is on PATH is somebody else's.
    program = shutil.which(command[0], path=os.pathsep.join([str(Path(sys.executable).parent), os.defpath]))
    if program is None:
        raise SystemExit("sjedd-video is not installed in this environment; run `make demo`.")
    return subprocess.run([program, *command[1:], "--quiet"], check=False).returncode


def _reports(out: Path, name: str) -> list[Path]:
    return [out / f"{name}.{kind}" for kind in REPORTS]


def _table(results: dict[str, dict[str, Any]]) -> Table:
    table = Table(title="The clips are what their names say")
    for column in ("clip", "outcome", "probability", "95 % interval", "support"):
        table.add_column(column)
    for name, result in results.items():
        verdict = result["verdict"]
        found = _words(verdict) if verdict else ("-", "-", "-")
        reasons = ", ".join(str(reason["code"]) for reason in result["reasons"])
        outcome = result["outcome"] + (f" ({reasons})" if reasons else "")
        table.add_row(name, outcome, *found)
    return table


def _legend() -> Table:
    table = Table.grid(padding=(0, 2))
    for term, meaning in READING.items():
        table.add_row(f"[bold]{term}[/bold]", meaning)
    return table


def _words(verdict: dict[str, Any]) -> tuple[str, str, str]:
    interval = verdict["interval"]
    between = f"{interval['low']:.3f} - {interval['high']:.3f}" if interval else "-"
    return f"{verdict['probability']:.3f}", between, verdict["band"].replace("_", " ")


if __name__ == "__main__":
    sys.exit(main())
