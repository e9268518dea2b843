"""The tables that an evaluation prints."""

from __future__ import annotations

from collections.abc import Sequence

from sjedd_training.evaluate import SMALL, Part
from sjedd_training.tables import NONE, Table, number, with_interval
from sjedd_training.trivial import WHAT
from sjedd_video.types import ModelFacts

TITLES = {
    "auc": "AUC",
    "ap": "AP",
    "eer": "EER",
    "log_loss": "log loss",
    "ece": "ECE",
    "balanced_accuracy": "balanced accuracy",
}
SHOWN = 12
"""Names of files in a line; metrics.json has all."""


def tables(parts: Sequence[Part], model: ModelFacts, *, pictures: bool = False) -> list[Table]:
    """Every table of an evaluation, in the order of printing."""
    found = [coverage_table(parts), metrics_table(parts, model, frames=False)]
    if not pictures:
        found.append(metrics_table(parts, model, frames=True))
    return [*found, baseline_table(parts), errors_table(parts, model)]


def coverage_table(parts: Sequence[Part]) -> Table:
    """How many files were judged, and why not the others."""
    rows = [
        (
            part.name,
            str(part.real),
            str(part.altered),
            str(part.judged_real + part.judged_altered),
            with_interval(part.coverage, 2),
            _counts(part.outcomes),
            _counts(part.withheld) or NONE,
        )
        for part in parts
    ]
    return Table(
        "Coverage", ("", "real", "altered", "judged", "coverage", "outcomes", "not judged because"), tuple(rows)
    )


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{times} {name.replace('_', ' ')}" for name, times in counts.items())


def metrics_table(parts: Sequence[Part], model: ModelFacts, *, frames: bool) -> Table:
    """The metrics of files or of frames with a verdict."""
    rows = []
    for part in parts:
        found = part.frames if frames else part.files
        cells = _one_class(part) if found is None else [with_interval(found[name]) for name in TITLES]
        rows.append((part.name, str(part.judged_real), str(part.judged_altered), *cells))
    level = "Single frames of judged files (files are resampled)" if frames else "Files with a verdict"
    small = [part.name for part in parts if part.small]
    notes = [f"Balanced accuracy at the shipped threshold {model.threshold:g}. Intervals: 95 %, bootstrap over files."]
    if small:
        notes.append(
            f"Fewer than {SMALL} judged files of a class, so that the interval says little: {', '.join(small)}."
        )
    return Table(level, ("", "real", "altered", *TITLES.values()), tuple(rows), tuple(notes))


def _one_class(part: Part) -> list[str]:
    if not part.judged_real + part.judged_altered:
        words = "nothing judged"
    elif not part.judged_altered:
        words = f"real ones only: {len(part.false_alarms)} of {part.judged_real} are false alarms"
    else:
        words = f"altered ones only: {len(part.misses)} of {part.judged_altered} are missed"
    return [words, *[NONE] * (len(TITLES) - 1)]


def baseline_table(parts: Sequence[Part]) -> Table:
    """The model's AUC beside what trivial measurements of the same files reach."""
    rows = []
    for part in parts:
        model = None if part.files is None else part.files["auc"]
        trivial = [_trivial(part, name) for name in WHAT]
        carried = NONE if part.carried is None else f"{with_interval(part.carried)} n={part.carried_files}"
        rows.append((part.name, with_interval(model), *trivial, number(part.strata), carried))
    header = (
        "",
        "model",
        *(f"{words} alone" for words in WHAT.values()),
        "model, equal sharpness",
        "model, withheld too",
    )
    notes = (
        "AUC. Alone: one measurement in a direction fixed beforehand; in brackets the best of both directions.",
        "Equal sharpness: mean within thirds of sharpness.",
        "Withheld too: files whose verdict was withheld are ranked by the probability they still carry.",
    )
    return Table("Trivial baselines on the same files", header, tuple(rows), notes)


def _trivial(part: Part, name: str) -> str:
    found = part.baselines.get(name)
    return NONE if found is None else f"{with_interval(found.auc)} ({found.best:.3f})"


def errors_table(parts: Sequence[Part], model: ModelFacts) -> Table:
    """False alarms and misses of all files by name."""
    whole = parts[0]
    rows = [
        ("false alarms", f"{len(whole.false_alarms)} of {whole.judged_real} real", _names(whole.false_alarms)),
        ("misses", f"{len(whole.misses)} of {whole.judged_altered} altered", _names(whole.misses)),
    ]
    return Table(f"Errors at the shipped threshold {model.threshold:g}", ("", "files", "names"), tuple(rows))


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more (metrics.json)" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more or NONE
