"""The files that an evaluation leaves: scores.csv, frames.csv, metrics.json and the plots."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

import sjedd_video
from sjedd_training.evaluate import Part
from sjedd_training.manifest import LABEL_NAMES, Entry
from sjedd_training.metrics import auc
from sjedd_training.scores import FileScore
from sjedd_training.trivial import WHAT
from sjedd_video.hierarchy import UNOBSERVED
from sjedd_video.options import AnalysisOptions
from sjedd_video.report.files import made_folder, write_text
from sjedd_video.types import ModelFacts

SCORES = ("path", "label", "group", "outcome", "probability")
PLOTS = ("roc.png", "reliability.png", "nodes.png", "nodes-by-group.png")
FRAMES = ("path", "label", "group", "seconds", "p_face", "probability")


def write_results(out: Path, entries: Sequence[Entry], scores: Sequence[FileScore], summary: dict[str, Any]) -> None:
    """Write the tables of an evaluation, each whole or not at all.

    Raises:
        OutputError: The folder cannot be written.
    """
    pairs = list(zip(entries, scores, strict=True))
    made_folder(out)
    _write_csv(out / "scores.csv", SCORES, ((*_told(e), s.outcome, _text(s.probability)) for e, s in pairs))
    frames = ((*_told(e), _text(f.seconds), _text(f.p_face), _text(f.probability)) for e, s in pairs for f in s.frames)
    _write_csv(out / "frames.csv", FRAMES, frames)
    write_text(out / "metrics.json", json.dumps(summary, indent=2, allow_nan=False) + "\n")


def summary_of(
    parts: Sequence[Part],
    entries: Sequence[Entry],
    scores: Sequence[FileScore],
    model: ModelFacts,
    options: AnalysisOptions,
) -> dict[str, Any]:
    """Everything that was measured, as plain values."""
    rounded: list[dict[str, Any]] = json.loads(json.dumps([asdict(part) for part in parts]), parse_float=_rounded)
    return {
        "tool": {"name": "sjedd-video", "version": sjedd_video.__version__},
        "model": {"name": model.name, "sha256": model.sha256, "threshold": model.threshold, "backend": model.backend},
        "detector": {"name": model.detector, "sha256": model.detector_sha256},
        "options": options.model_dump(mode="json"),
        "baselines": {name: f"{words} is altered" for name, words in WHAT.items()},
        "parts": rounded,
        "nodes": node_aucs(entries, scores, model.nodes),
    }


def _rounded(text: str) -> float:
    return round(float(text), 6)


def node_aucs(entries: Sequence[Entry], scores: Sequence[FileScore], nodes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """AUC of each node's mean marginal over all assessed files.

    A node is compared with its own label where the manifest has a column of its name, else with the file's label.
    """
    found = {}
    for node in nodes:
        own = any(node in entry.fields for entry in entries)
        rows = [
            (score.nodes[node], entry.node_label(node) if own else entry.label)
            for entry, score in zip(entries, scores, strict=True)
            if score.nodes is not None
        ]
        real, altered = (np.array([value for value, label in rows if label == wanted]) for wanted in (0, 1))
        found[node] = {
            "against": "own label" if own else "label of the file",
            "unobserved": sum(label == UNOBSERVED for _, label in rows),
            "auc": round(auc(real, altered), 6) if len(real) and len(altered) else None,
        }
    return found


def write_plots(out: Path, entries: Sequence[Entry], scores: Sequence[FileScore], model: ModelFacts) -> list[Path]:
    """Draw what the results allow; ROC and reliability need both classes. Returns the paths.

    Raises:
        OutputError: The folder cannot be written.
    """
    from sjedd_training import plots

    pairs = list(zip(entries, scores, strict=True))
    judged = [(entry, score) for entry, score in pairs if score.probability is not None]
    assessed = [(entry, score) for entry, score in pairs if score.lift is not None]
    if len({entry.label for entry, _ in judged}) == 2:
        plots.roc_plot(judged, model.threshold, out / "roc.png")
        plots.reliability_plot(judged, out / "reliability.png")
    if assessed:
        plots.nodes_plot(assessed, model.nodes, out / "nodes.png")
        plots.groups_plot(assessed, model.nodes, out / "nodes-by-group.png")
    return [path for name in PLOTS if (path := out / name).is_file()]


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(header)
    writer.writerows(rows)
    write_text(path, table.getvalue())


def _told(entry: Entry) -> tuple[str, str, str]:
    return entry.name, LABEL_NAMES[entry.label], entry.group


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}"
