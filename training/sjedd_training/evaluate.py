"""From the scores of many files to metrics with intervals, overall and per group, beside trivial baselines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sjedd_training.manifest import Entry, group_columns
from sjedd_training.metrics import (
    ROUNDS,
    Estimate,
    Sample,
    at_even_odds,
    average_precision,
    balanced_accuracy,
    calibration_error,
    equal_error_rate,
    estimates,
    log_loss,
    roc_auc,
    share,
    strata_auc,
)
from sjedd_training.scores import FileScore
from sjedd_training.trivial import WHAT
from sjedd_video.types import ModelFacts

METRICS = {
    "auc": roc_auc,
    "ap": average_precision,
    "eer": equal_error_rate,
    "log_loss": log_loss,
    "ece": calibration_error,
    "log_loss_even": at_even_odds(log_loss),
    "ece_even": at_even_odds(calibration_error),
}
"""Metrics of probabilities; balanced accuracy joins them with the model's threshold."""
ALL = ""
"""Name of the part that holds every file."""
SMALL = 10
"""Below this number of files of a class an interval says little."""


@dataclass(frozen=True)
class Baseline:
    """What a trivial measurement alone reaches on the same files.

    Attributes:
        auc: In the fixed direction.
        best: ``max(auc, 1 - auc)``: what it would reach if the direction were chosen after the fact.
        files: Files where it could be measured.
    """

    auc: Estimate
    best: float
    files: int


@dataclass(frozen=True)
class Part:
    """The results of a group of files.

    Attributes:
        column: Column of the manifest; empty for all files.
        value: Its value.
        real: Files labelled real, judged or not.
        altered: Files labelled altered.
        judged_real: Of these, with a verdict.
        judged_altered: The same.
        outcomes: Files by outcome.
        withheld: Files without a verdict by their first reason.
        coverage: Share of files with a verdict.
        files: Metrics over files with a verdict; None with one class only.
        frames: The same over the usable faces of the decisive person; files are resampled.
        carried: AUC with files whose verdict was withheld ranked by the probability they still carry.
        carried_files: Files in ``carried``.
        baselines: Trivial baselines on the files with a verdict.
        strata: AUC within thirds of equal sharpness; None where no third has both classes.
        false_alarms: Real files from the threshold on.
        misses: Altered files below it.
    """

    column: str
    value: str
    real: int
    altered: int
    judged_real: int
    judged_altered: int
    outcomes: dict[str, int]
    withheld: dict[str, int]
    coverage: Estimate
    files: dict[str, Estimate] | None
    frames: dict[str, Estimate] | None
    carried: Estimate | None
    carried_files: int
    baselines: dict[str, Baseline]
    strata: float | None
    false_alarms: tuple[str, ...]
    misses: tuple[str, ...]

    @property
    def name(self) -> str:
        """``all`` or the value, with its column unless that is ``group``."""
        return "all" if not self.column else self.value if self.column == "group" else f"{self.column}={self.value}"

    @property
    def small(self) -> bool:
        """Whether a class has few judged files, though some."""
        return 0 < min(self.judged_real, self.judged_altered) < SMALL


def evaluate(
    entries: Sequence[Entry], scores: Sequence[FileScore], model: ModelFacts, *, rounds: int = ROUNDS
) -> list[Part]:
    """Metrics of all files, then of each value of each group column.

    Args:
        entries: The files with their labels.
        scores: Their results, in the same order.
        model: For its threshold and nodes.
        rounds: Bootstrap resamples.
    """
    pairs = list(zip(entries, scores, strict=True))
    parts = [_part(ALL, ALL, pairs, model.threshold, rounds)]
    for column in group_columns(entries, model.nodes):
        for value in sorted({entry.fields.get(column, "") for entry in entries} - {""}):
            chosen = [pair for pair in pairs if pair[0].fields.get(column) == value]
            parts.append(_part(column, value, chosen, model.threshold, rounds))
    return parts


Pairs = list[tuple[Entry, FileScore]]


def _part(column: str, value: str, pairs: Pairs, threshold: float, rounds: int) -> Part:
    judged = [(entry, score) for entry, score in pairs if score.probability is not None]
    carried = [(entry, score) for entry, score in pairs if score.carried is not None]
    unjudged = [score for _, score in pairs if score.probability is None]
    labels, judged_labels = [e.label for e, _ in pairs], [e.label for e, _ in judged]
    above = [(entry, _number(score.probability) >= threshold) for entry, score in judged]
    metrics = {**METRICS, "balanced_accuracy": balanced_accuracy(threshold)}
    carried_sample = Sample.of([_number(s.carried) for _, s in carried], [e.label for e, _ in carried])
    both = len(set(judged_labels)) == 2
    return Part(
        column=column,
        value=value,
        real=labels.count(0),
        altered=labels.count(1),
        judged_real=judged_labels.count(0),
        judged_altered=judged_labels.count(1),
        outcomes=dict(Counter(score.outcome for _, score in pairs).most_common()),
        withheld=dict(Counter(score.why or score.outcome for score in unjudged).most_common()),
        coverage=share(len(judged), len(pairs), rounds=rounds),
        files=estimates(file_sample(judged), metrics, rounds=rounds) if both else None,
        frames=estimates(frame_sample(judged), metrics, rounds=rounds) if both else None,
        carried=None if carried_sample.one_class else estimates(carried_sample, {"auc": roc_auc}, rounds=rounds)["auc"],
        carried_files=len(carried),
        baselines=baselines(judged, rounds),
        strata=_strata(judged),
        false_alarms=tuple(entry.name for entry, called in above if called and entry.label == 0),
        misses=tuple(entry.name for entry, called in above if not called and entry.label == 1),
    )


def file_sample(judged: Pairs) -> Sample:
    """The probabilities of files with a verdict."""
    return Sample.of([_number(score.probability) for _, score in judged], [entry.label for entry, _ in judged])


def frame_sample(judged: Pairs) -> Sample:
    """The probabilities of single frames of files with a verdict."""
    rows = [(f.probability, e.label, k) for k, (e, s) in enumerate(judged) for f in s.frames]
    scores, labels, files = ([row[i] for row in rows] for i in range(3))
    return Sample.of(scores, labels, files)


def baselines(pairs: Pairs, rounds: int = ROUNDS) -> dict[str, Baseline]:
    """The trivial baselines on files, by the names of ``WHAT``; without those that miss a class."""
    found = {}
    for name in WHAT:
        rows = [(-v, e.label) for e, s in pairs if s.traits and (v := getattr(s.traits, name)) is not None]
        sample = Sample.of([v for v, _ in rows], [label for _, label in rows])
        if not sample.one_class:
            auc = estimates(sample, {"auc": roc_auc}, rounds=rounds)["auc"]
            found[name] = Baseline(auc, max(auc.value, 1 - auc.value), len(rows))
    return found


def _strata(judged: Pairs) -> float | None:
    rows = [(_number(s.probability), e.label, s.traits.sharpness) for e, s in judged if s.traits]
    if not rows:
        return None
    scores, labels, sharpness = np.array(rows, np.float64).T
    return strata_auc(scores, labels, sharpness)


def _number(value: float | None) -> float:
    if value is None:
        raise ValueError("a file without a probability cannot be ranked")
    return value
