"""How the commands run the product's pipeline over labelled files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sjedd_training.manifest import Entry
from sjedd_training.score_files import score_files
from sjedd_training.scores import FileScore
from sjedd_training.tables import Bar
from sjedd_video.options import AnalysisOptions
from sjedd_video.types import ModelFacts


def analysis_options(model: str, frames: int | None, backend: str, device: str) -> AnalysisOptions:
    """The product's defaults but for what was asked; heat maps change no score and are left out."""
    values: dict[str, Any] = {"model": model, "backend": backend, "device": device, "heatmaps": 0}
    return AnalysisOptions.parse(values if frames is None else {**values, "sampling": f"uniform:{frames}"})


def run_pipeline(
    entries: Sequence[Entry], options: AnalysisOptions, out: Path | None, workers: int, **how: Any
) -> tuple[list[FileScore], ModelFacts]:
    """Score all files with a progress bar; ``how`` goes to ``score_files``."""
    cache = None if out is None else out / "cache"
    with Bar("files", len(entries)) as bar:

        def report(place: int, score: FileScore) -> None:
            bar.advance(f"{entries[place].name}: {score.outcome}")

        paths = [entry.path for entry in entries]
        return score_files(paths, options, workers=workers, cache=cache, report=report, **how)
