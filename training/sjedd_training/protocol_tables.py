"""From scores to the tables of the protocols: our columns beside the published ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sjedd_training.evaluate import BASELINES, Baseline, baselines
from sjedd_training.metrics import Estimate, Sample, estimates, roc_auc
from sjedd_training.protocols import Protocol, Row
from sjedd_training.scores import FileScore
from sjedd_training.tables import NONE, Table, number
from sjedd_training.trivial import WHAT


@dataclass(frozen=True)
class Cell:
    """One model on a row: AUC over the assessed files, or None without both classes, and trivial baselines on them."""

    auc: Estimate | None
    real: int
    altered: int
    baselines: Mapping[str, Baseline]


RANKINGS: dict[str, Callable[[FileScore], float | None]] = {
    "product": lambda score: score.carried,
    "papers": lambda score: score.largest,
}
"""What files are ranked by: the most suspicious person, or the mean p(face) of the largest face of each frame."""


def measure_row(row: Row, scores: Mapping[str, FileScore], ranking: str = "product") -> Cell:
    """Measure a row from results by name of the file; ``ranking`` is one of ``RANKINGS``."""
    assessed = [(e, scores[e.name]) for e in row.entries if RANKINGS[ranking](scores[e.name]) is not None]
    labels = [entry.label for entry, _ in assessed]
    return Cell(row_auc(row, scores, ranking), labels.count(0), labels.count(1), baselines(assessed))


def row_auc(row: Row, scores: Mapping[str, FileScore], ranking: str = "product") -> Estimate | None:
    """AUC over the files of a row that could be ranked, or None without both classes."""
    ranks = [(RANKINGS[ranking](scores[entry.name]), entry.label) for entry in row.entries]
    known = [(value, label) for value, label in ranks if value is not None]
    sample = Sample.of([value for value, _ in known], [label for _, label in known])
    return None if sample.one_class else estimates(sample, {"auc": roc_auc})["auc"]


def protocol_table(protocol: Protocol, cells: Mapping[str, Sequence[Cell]]) -> Table:
    """The table: rows of the protocol, a column for each model, then the published ones."""
    models = list(cells)
    rows = [
        (
            row.name,
            _files(row, [cells[model][k] for model in models]),
            *(percent(cells[model][k].auc) for model in models),
            *(number(row.published.get(column), 2) for column in protocol.columns),
        )
        for k, row in enumerate(protocol.rows)
    ]
    for title, left_out in (("mean of these", ""), (f"mean without {protocol.known}", protocol.known)):
        kept = [k for k, row in enumerate(protocol.rows) if row.name != left_out]
        if protocol.mean and len(kept) > 1 and (not left_out or len(kept) < len(protocol.rows)):
            rows.append((title, "", *_means(protocol, cells, kept)))
    header = ("tested on", "real + altered assessed", *models, *protocol.columns)
    return Table(protocol.title, header, tuple(rows), protocol.notes)


def trivial_table(protocol: Protocol, cells: Mapping[str, Sequence[Cell]]) -> Table:
    """What trivial measurements reach on the same files: those that the first model could assess."""
    model, measured = next(iter(cells.items()))
    rows = [
        (row.name, *(percent(cell.baselines[name].auc if name in cell.baselines else None) for name in BASELINES))
        for row, cell in zip(protocol.rows, measured, strict=True)
    ]
    notes = (
        "AUC in % of one measurement in a direction fixed beforehand, of the person whom the program takes for most "
        f"suspicious with {model}; files in which nobody could be assessed are left out.",
    )
    header = ("tested on", *(f"{WHAT[name]} alone" for name in BASELINES))
    return Table(f"Trivial baselines: {protocol.title}", header, tuple(rows), notes)


def _means(protocol: Protocol, cells: Mapping[str, Sequence[Cell]], kept: Sequence[int]) -> list[str]:
    models = [[cell.auc.value * 100 if cell.auc else None for cell in row] for row in cells.values()]
    reported = [[row.published.get(column) for row in protocol.rows] for column in protocol.columns]
    return [number(_mean([values[k] for k in kept]), 2) for values in (*models, *reported)]


def percent(estimate: Estimate | None) -> str:
    """An AUC in percent with its interval, as the papers print it, or a dash."""
    if estimate is None:
        return NONE
    return f"{100 * estimate.value:.2f} [{100 * estimate.low:.2f}, {100 * estimate.high:.2f}]"


def _files(row: Row, cells: Sequence[Cell]) -> str:
    real, altered = min(cell.real for cell in cells), min(cell.altered for cell in cells)
    total = [sum(entry.label == label for entry in row.entries) for label in (0, 1)]
    return f"{real}/{total[0]} + {altered}/{total[1]}"


def _mean(values: Sequence[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return float(np.mean(there)) if len(there) == len(values) else None
