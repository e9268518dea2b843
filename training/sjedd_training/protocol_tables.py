"""From scores to the tables of the protocols: our columns beside the published ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sjedd_training import published
from sjedd_training.evaluate import Baseline, baselines
from sjedd_training.metrics import Estimate, Sample, estimates, roc_auc
from sjedd_training.protocols import Protocol, Row
from sjedd_training.recipe_files import load_recipe, recipe_names
from sjedd_training.scores import FileScore
from sjedd_training.tables import NONE, Table, number
from sjedd_training.trivial import WHAT

MEAN = "mean"
"""In what a recipe's paper reports: a mean over rows that are not known."""


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


def with_published(protocol: Protocol, recipes: Iterable[str]) -> Protocol:
    """A protocol with a column for each of these recipes of whose results the papers report some of its rows.

    What they report of the full method stands there already. A mean over unknown rows is told in a note, since no mean
    here can be said to be over the same ones.
    """
    known = [name for name in dict.fromkeys(recipes) if name in recipe_names()]
    reported = {name: load_recipe(name).published for name in known}
    tested = {row.name for row in protocol.rows}
    own = {
        f"{name}, published": auc
        for name, auc in reported.items()
        if tested & auc.keys() and auc not in published.CROSS_DATASET.values()
    }
    rows = []
    for row in protocol.rows:
        mine = {column: auc[row.name] for column, auc in own.items() if row.name in auc}
        rows.append(replace(row, published={**row.published, **mine}))
    notes = [
        f"{name}, published: a mean of {auc[MEAN]:.2f}; over which data sets is not known, so it is in no row."
        for name, auc in reported.items()
        if protocol.mean and MEAN in auc
    ]
    columns, notes_of_all = (*own, *protocol.columns), (*protocol.notes, *notes)
    return replace(protocol, rows=tuple(rows), columns=columns, notes=notes_of_all)


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
    rows += [(title, "", *_means(protocol, cells, kept)) for kept, title in _rows_of_means(protocol).items()]
    header = ("tested on", "real + altered assessed", *models, *protocol.columns)
    return Table(protocol.title, header, tuple(rows), protocol.notes)


def trivial_table(protocol: Protocol, cells: Mapping[str, Sequence[Cell]]) -> Table:
    """What trivial measurements reach on the same files: those that the first model could assess."""
    model, measured = next(iter(cells.items()))
    rows = [
        (row.name, *(percent(cell.baselines[name].auc if name in cell.baselines else None) for name in WHAT))
        for row, cell in zip(protocol.rows, measured, strict=True)
    ]
    notes = (
        "AUC in % of one measurement in a direction fixed beforehand, of the person whom the program takes for most "
        f"suspicious with {model}; files in which nobody could be assessed are left out.",
    )
    header = ("tested on", *(f"{words} alone" for words in WHAT.values()))
    return Table(f"Trivial baselines: {protocol.title}", header, tuple(rows), notes)


def _rows_of_means(protocol: Protocol) -> dict[tuple[int, ...], str]:
    """Over which rows there are means, with their titles: all, without the known one, and those of each paper's column.

    So every published mean stands beside ours of the same rows.
    """
    if not protocol.mean:
        return {}
    names = [row.name for row in protocol.rows]
    found = {tuple(range(len(names))): "mean of these"}
    found.setdefault(_places(name != protocol.known for name in names), f"mean without {protocol.known}")
    for column in protocol.columns:
        kept = _places(column in row.published for row in protocol.rows)
        found.setdefault(kept, f"mean of {', '.join(names[k] for k in kept)}")
    return {kept: title for kept, title in found.items() if len(kept) > 1}


def _places(chosen: Iterable[bool]) -> tuple[int, ...]:
    return tuple(k for k, one in enumerate(chosen) if one)


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
