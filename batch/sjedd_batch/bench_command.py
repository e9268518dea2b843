"""``sjedd-video bench``: seconds per stage, warm and cold, against decoding alone, in one run on one file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sjedd_batch.options import analysis_options, collect

if TYPE_CHECKING:
    from rich.console import Console

    from sjedd_video.options import AnalysisOptions

ITEMS = {"decoding": "frames", "finding": "frames", "scoring": "faces", "places": "maps"}
EPILOG = """\b
Examples:
  sjedd-video bench
  sjedd-video bench interview.mp4 --frames 64 --json bench.json

\b
Without FILE, the reference clip is made first: 10 s of 1080p30 H.264, a keyframe
every 250 frames, one face. Close other programs before measuring.
"""


@click.command(epilog=EPILOG)
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--repeat", default=3, show_default=True, type=click.IntRange(1, 50), help="Warm runs; the median counts."
)
@click.option("--cold/--no-cold", default=True, show_default=True, help="Also time a whole new process with reports.")
@click.option("--crowd", is_flag=True, help="Reference clip with six faces in place of one.")
@click.option("--json", "json_to", metavar="FILE", help="Write the numbers as JSON to FILE; - is the output.")
@analysis_options
def bench(file: Path | None, repeat: int, cold: bool, crowd: bool, json_to: str | None, **values: Any) -> None:
    """Measure the speed of every stage on this machine, with FILE or a reference clip."""
    from rich.console import Console

    options = collect(values)
    screen = Console(stderr=True) if json_to == "-" else Console()
    folder = nullcontext(str(file.parent)) if file is not None else tempfile.TemporaryDirectory()
    with folder as where:
        clip = file or Path(where) / "reference.mp4"
        if file is None:
            from sjedd_batch.bench_clip import make_clip

            make_clip(clip, crowd=crowd)
        numbers = measure(clip, options, repeat, cold)
    if file is None:
        numbers["file"] = "reference clip"
    _show(screen, numbers)
    if json_to == "-":
        click.echo(json.dumps(numbers, indent=2))
    elif json_to is not None:
        _save(numbers, Path(json_to))


def measure(clip: Path, options: AnalysisOptions, repeat: int, cold: bool) -> dict[str, Any]:
    """Time decoding alone, loading, the warm pipeline and (on demand) a cold process.

    Args:
        clip: The file.
        options: Analysis options for all runs.
        repeat: Warm runs and decoding runs; the median by total time counts.
        cold: Whether to start a whole process with JSON, CSV and PDF.

    Returns:
        Plain numbers: seconds, counts, MiB.

    Raises:
        ModelError: The model cannot be loaded.
        MediaError: The file cannot be read.
    """
    from sjedd_batch.bench_cost import core_seconds, cores_for
    from sjedd_video.evidence import environment
    from sjedd_video.pipeline import Engines, analyze

    began = time.perf_counter()
    engines = Engines.load(options)
    load = time.perf_counter() - began
    decode = sorted(_decode_only(clip, options) for _ in range(repeat))[repeat // 2]
    with _Memory() as memory:
        runs = [analyze(clip, options, engines=engines) for _ in range(repeat)]
    run = sorted(runs, key=lambda result: result.seconds["total"])[repeat // 2]
    cost = core_seconds(clip, options, engines, _children_cpu)
    total = run.seconds["total"]
    frames = 0 if run.sampling is None else run.sampling.decoded
    faces = sum(len(person.scores) for person in run.people)
    return {
        "file": clip.name,
        "outcome": run.outcome.value,
        "frames": frames,
        "faces": faces,
        "people": len(run.people),
        "stages": {name: round(seconds, 4) for name, seconds in run.seconds.items() if name != "total"},
        "shares": {name: round(seconds / total, 4) for name, seconds in run.seconds.items() if name != "total"},
        "warm_total_s": round(total, 4),
        "decode_only_s": round(decode, 4),
        "warm_to_decode": round(total / decode, 2),
        "frames_per_s": round(frames / total, 2),
        "faces_per_s": round(faces / total, 2),
        "load_s": round(load, 4),
        "peak_memory_mib": memory.peak,
        "core_seconds": cost,
        "cores_per_1000_faces_a_second": round(cores_for(cost, 1000.0), 1),
        "cold": _cold(clip, options) if cold else None,
        "environment": environment(),
        "options": options.model_dump(mode="json"),
    }


def _decode_only(clip: Path, options: AnalysisOptions) -> float:
    """Seconds to receive all sampled frames, from opening to closing, without looking at them."""
    from sjedd_video.decode.sandbox import open_media
    from sjedd_video.progress import CancelToken

    began = time.perf_counter()
    with open_media(clip, options, CancelToken()) as session:
        for _ in session.frames():
            pass
    return time.perf_counter() - began


def _cold(clip: Path, options: AnalysisOptions) -> dict[str, Any]:
    """A whole process: start, load, analyse, write all reports."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "options.json"
        settings.write_text(options.model_dump_json(), "utf-8")
        command = [sys.executable, "-m", "sjedd_batch", "analyze", str(clip.absolute()), "--quiet"]
        command += ["--out", str(Path(folder) / "out"), "--options", str(settings)]
        before, began = _children_cpu(), time.perf_counter()
        done = subprocess.run(command, check=False, capture_output=True)
        seconds = time.perf_counter() - began
        after = _children_cpu()
    cpu = None if before is None or after is None else round(after - before, 3)
    return {"total_s": round(seconds, 4), "cpu_s": cpu, "exit_code": done.returncode}


def _children_cpu() -> float | None:
    """Processor seconds of all ended child processes; None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class _Memory:
    """Peak resident memory of this process and of its largest child while the block runs, in MiB; Linux only."""

    def __init__(self) -> None:
        self._peaks: dict[str, float] = {}
        self._over = threading.Event()

    def __enter__(self) -> _Memory:
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watcher.join()

    @property
    def peak(self) -> dict[str, float] | None:
        """``main`` and ``decoding``; None where the system does not tell."""
        children = [value for pid, value in self._peaks.items() if pid != "self"]
        return {"main": self._peaks["self"], "decoding": max(children, default=0.0)} if self._peaks else None

    def _watch(self) -> None:
        tasks = Path(f"/proc/{os.getpid()}/task")
        while sys.platform == "linux" and not self._over.wait(0.02):
            with suppress(OSError):
                for pid in ["self", *" ".join(file.read_text() for file in tasks.glob("*/children")).split()]:
                    # The latest value counts: until a child has loaded its program, it shows its parent's.
                    self._peaks[pid] = _resident_peak(pid) or self._peaks.get(pid, 0.0)


def _resident_peak(pid: str) -> float:
    """High-water mark of a process in MiB; 0 when it has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return round(int(line.split()[1]) / 1024, 1)
    return 0.0


def _show(console: Console, numbers: dict[str, Any]) -> None:
    from rich.table import Table

    table = Table(
        title=f"{numbers['file']}: {numbers['frames']} frames, {numbers['faces']} faces", title_justify="left"
    )
    for name in ("Stage", "Seconds", "Share"):
        table.add_column(name, justify="left" if name == "Stage" else "right")
    total = numbers["warm_total_s"]
    for name, seconds in sorted(numbers["stages"].items(), key=lambda item: -item[1]):
        table.add_row(name, f"{seconds:.3f}", f"{seconds / total:.0%}")
    table.add_section()
    table.add_row("warm total", f"{total:.3f}", "100%")
    table.add_row("decoding alone", f"{numbers['decode_only_s']:.3f}", f"1 : {numbers['warm_to_decode']:.1f}")
    table.add_row("loading the engines", f"{numbers['load_s']:.3f}", "")
    if numbers["cold"] is not None:
        table.add_row("cold process with reports", f"{numbers['cold']['total_s']:.3f}", "")
    console.print(table)
    costs = (
        f"{stage} {cost['core_s']:.2f}" + (f" ({cost['items']:.0f} {ITEMS[stage]})" if stage in ITEMS else "")
        for stage, cost in numbers["core_seconds"].items()
    )
    console.print(f"Core-seconds a file: {', '.join(costs)}")
    console.print(
        f"Were a GPU to score 1,000 faces a second: {numbers['cores_per_1000_faces_a_second']:.1f} cores feed it"
    )
    memory = numbers["peak_memory_mib"]
    peak = "" if memory is None else f"; peak memory {memory['main']:.0f} MiB + {memory['decoding']:.0f} MiB decoding"
    console.print(f"{numbers['frames_per_s']:.1f} frames/s, {numbers['faces_per_s']:.1f} faces/s{peak}")


def _save(numbers: dict[str, Any], target: Path) -> None:
    from sjedd_video.errors import OutputError

    try:
        target.write_text(json.dumps(numbers, indent=2) + "\n", "utf-8")
    except OSError as error:
        raise OutputError(f"{target} cannot be written: {error.strerror}.") from error
