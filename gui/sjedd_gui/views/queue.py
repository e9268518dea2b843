"""The queue of files, without Qt: states, progress, and which file comes next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from pathlib import Path

from sjedd_video.explain import BAND_NAME, OUTCOME_TEXT, percent, time_code
from sjedd_video.options import AnalysisOptions
from sjedd_video.report.files import visible
from sjedd_video.types import Band, Outcome
from sjedd_video.words import begin

STAGE_SHARE = {"evidence": (0.0, 0.0), "frames": (0.02, 0.78), "verdict": (0.8, 0.1), "explain": (0.9, 0.1)}
"""Where a stage starts on the progress bar, and how much of it is its own."""


class State(StrEnum):
    """What a file in the queue is doing."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


@dataclass(slots=True, eq=False)
class QueueItem:
    """A file in the queue.

    Attributes:
        job: Number of the item, never used twice in a session.
        path: The file.
        options: How it is analysed; None for the options of the session.
        state: What it is doing.
        stage: Stage that runs, one of ``sjedd_video.progress.STAGES``, or empty before the first.
        done: Units done of the stage.
        total: Units of the stage, or None when unknown.
        fraction: Overall progress in [0, 1]; never goes back.
        tone: Band of the verdict, or the outcome, once done.
        probability: That of the verdict, in [0, 1]; None without one.
        error: What went wrong, when failed.
        advice: What to do about it.
        details: What a developer wants to know about it.
        stopping: A cancel was asked for and has not happened yet.
    """

    job: int
    path: Path
    options: AnalysisOptions | None = None
    state: State = State.QUEUED
    stage: str = ""
    done: int = 0
    total: int | None = None
    fraction: float = 0.0
    tone: str = ""
    probability: float | None = None
    error: str = ""
    advice: str = ""
    details: str = ""
    stopping: bool = False

    @property
    def name(self) -> str:
        """The file's name, safe to show."""
        return visible(self.path.name)

    @property
    def headline(self) -> str:
        """The finding in a few words, once done; in the language of the window."""
        return finding_words(self.tone, self.probability) if self.state is State.DONE else ""

    @property
    def stretch(self) -> tuple[float, float | None] | None:
        """The part that is analysed, in seconds (an end of None is that of the file); None for the whole file."""
        options = self.options
        if options is None or (options.start_s == 0 and options.end_s is None):
            return None
        return options.start_s, options.end_s

    @property
    def title(self) -> str:
        """The file's name, with the time codes of the stretch if only a part is analysed; safe to show."""
        if self.stretch is None:
            return self.name
        start, end = self.stretch
        return f"{self.name} · {time_code(start)} – {'' if end is None else time_code(end)}".rstrip()


class AnalysisQueue:
    """Files in the order in which they were added; at most one of them runs."""

    def __init__(self) -> None:
        self.items: list[QueueItem] = []
        self._jobs = count(1)

    def add(self, paths: Iterable[Path], options: AnalysisOptions | None = None) -> list[QueueItem]:
        """Append files; a file that is in the queue with these options, in whatever state, is not added again."""
        known = {item.path for item in self.items if item.options == options}
        added = []
        for path in paths:
            if path not in known:
                known.add(path)
                added.append(QueueItem(next(self._jobs), path, options))
        self.items += added
        return added

    def fill(self, items: Iterable[QueueItem]) -> None:
        """Replace everything by what a case had; numbers go on after the highest."""
        self.items = list(items)
        self._jobs = count(max((item.job for item in self.items), default=0) + 1)

    def find(self, job: int) -> QueueItem | None:
        """The item of a job, or None when it was removed."""
        return next((item for item in self.items if item.job == job), None)

    @property
    def running(self) -> QueueItem | None:
        """The item that runs."""
        return next((item for item in self.items if item.state is State.RUNNING), None)

    @property
    def unfinished(self) -> int:
        """Number of files queued or running."""
        return sum(item.state in {State.QUEUED, State.RUNNING} for item in self.items)

    def start_next(self) -> QueueItem | None:
        """Mark the next queued file as running and return it; None while one runs or nothing waits."""
        if self.running is not None:
            return None
        item = next((item for item in self.items if item.state is State.QUEUED), None)
        if item is not None:
            item.state = State.RUNNING
        return item

    def progress(self, job: int, stage: str, done: int, total: int | None) -> QueueItem | None:
        """Take progress of the running file."""
        item = self._running(job)
        if item is not None:
            item.stage, item.done, item.total = stage, done, total
            start, share = STAGE_SHARE.get(stage, (item.fraction, 0.0))
            item.fraction = max(item.fraction, start + share * min(done / total, 1.0) if total else start)
        return item

    def finish(self, job: int, tone: str, probability: float | None) -> QueueItem | None:
        """The running file has a result."""
        item = self._running(job)
        if item is not None:
            item.state, item.fraction, item.tone, item.probability = State.DONE, 1.0, tone, probability
        return item

    def fail(self, job: int, error: str, advice: str, details: str = "") -> QueueItem | None:
        """The running file has no result; the queue goes on."""
        item = self._running(job)
        if item is not None:
            item.state, item.error, item.advice, item.details = State.FAILED, error, advice, details
        return item

    def cancel(self, job: int) -> QueueItem | None:
        """Take back a queued file, or confirm that the running one was stopped."""
        item = self.find(job)
        if item is None or item.state not in {State.QUEUED, State.RUNNING}:
            return None
        item.state, item.stopping = State.CANCELLED, False
        return item

    def skip(self, job: int) -> QueueItem | None:
        """Leave out a file that waits."""
        item = self.find(job)
        if item is None or item.state is not State.QUEUED:
            return None
        item.state = State.SKIPPED
        return item

    def move(self, job: int, place: int) -> bool:
        """Put an item at another place, from 0; whether it was there."""
        item = self.find(job)
        if item is None:
            return False
        self.items.remove(item)
        self.items.insert(max(place, 0), item)
        return True

    def retry(self, job: int) -> QueueItem | None:
        """Queue a file again that neither waits nor runs, in its old place under a new job number."""
        item = self.find(job)
        if item is None or item.state in {State.QUEUED, State.RUNNING}:
            return None
        fresh = QueueItem(next(self._jobs), item.path, item.options)
        self.items[self.items.index(item)] = fresh
        return fresh

    def remove(self, job: int) -> bool:
        """Take a file that does not run off the list; whether it was there."""
        item = self.find(job)
        if item is None or item.state is State.RUNNING:
            return False
        self.items.remove(item)
        return True

    def _running(self, job: int) -> QueueItem | None:
        item = self.find(job)
        return item if item is not None and item.state is State.RUNNING else None


def finding_words(tone: str, probability: float | None) -> str:
    """The finding for a narrow list: the band with its probability, or the outcome.

    Raises:
        ValueError: There is no such band or outcome.
    """
    if probability is None:
        return OUTCOME_TEXT[Outcome(tone)]
    return f"{begin(BAND_NAME[Band(tone)])}, {percent(probability)}"
