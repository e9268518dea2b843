"""Two looks: a quick one at every file, and a closer one at those that the first leaves in doubt."""

from __future__ import annotations

from collections.abc import Sequence

from sjedd_batch.case import Case
from sjedd_batch.judge import Watcher
from sjedd_batch.remote import Source
from sjedd_video.options import AnalysisOptions
from sjedd_video.report.rows import Row
from sjedd_video.types import Band, Outcome

QUICK = "uniform:8"
EVEN = 0.5
"""Probability from which support is more than weak."""
DOUBTFUL = frozenset({Outcome.INCONCLUSIVE, Outcome.NO_FACE, Outcome.PARTIAL})
"""Outcomes that more frames may change; those of files that cannot be read they cannot."""


def quick(options: AnalysisOptions) -> AnalysisOptions:
    """The options of the first look: few frames, no heat maps."""
    return AnalysisOptions.parse({**options.model_dump(), "sampling": QUICK, "heatmaps": 0})


def in_doubt(row: Row) -> bool:
    """Whether a closer look is due: no verdict, support above weak, or an interval that reaches there."""
    if row.outcome in DOUBTFUL or (row.band and row.band != Band.WEAK):
        return True
    return bool(row.high) and float(row.high) >= EVEN


def doubtful(case: Case, media: Sequence[Source]) -> list[Source]:
    """The files of ``media`` that have only had a first look, which left them in doubt."""
    first = case.key_of(quick(case.request.options))
    entries = ((path, case.store.entry(str(path))) for path in media)
    return [
        path for path, entry in entries
        if entry is not None and entry.options_key == first and in_doubt(Row(**entry.summary["row"]))
    ]  # fmt: skip


class FirstLook:
    """A ``judge.Watcher`` that keeps to itself what a closer look is going to replace.

    Args:
        watcher: Told of everything else.
        case: The case that is written.
    """

    def __init__(self, watcher: Watcher, case: Case) -> None:
        self._watcher, self._case = watcher, case

    def begin(self, name: str) -> None:
        """A file begins."""
        self._watcher.begin(name)

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Progress of a file."""
        self._watcher(stage, done, total)

    def end(self, row: Row) -> None:
        """A file has its row."""
        if not (self._case.is_of(row, self._case.options) and in_doubt(row)):
            self._watcher.end(row)
