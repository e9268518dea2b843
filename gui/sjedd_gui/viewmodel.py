"""The queue of files, without Qt: states, progress, and which file comes next."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from pathlib import Path

from sjedd_video.report.files import visible

SUFFIXES = frozenset({
    ".mp4", ".m4v", ".mov", ".qt", ".3gp", ".3g2", ".mkv", ".webm", ".avi", ".ts", ".mts", ".m2ts", ".mpg", ".mpeg",
    ".vob", ".flv", ".f4v", ".wmv", ".asf", ".ogv", ".mxf", ".dv", ".gif", ".jpg", ".jpeg", ".png", ".webp", ".heic",
})  # fmt: skip
"""What is picked up from a dropped folder. A file that is named itself is taken whatever its name."""
STAGE_SHARE = {"evidence": (0.0, 0.0), "frames": (0.02, 0.78), "verdict": (0.8, 0.1), "explain": (0.9, 0.1)}
"""Where a stage starts on the progress bar, and how much of it is its own."""


class State(StrEnum):
    """What a file in the queue is doing."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(slots=True, eq=False)
class QueueItem:
    """A file in the queue.

    Attributes:
        job: Number of the item, never used twice in a session.
        path: The file.
        state: What it is doing.
        stage: Stage that runs, one of ``sjedd_video.progress.STAGES``, or empty before the first.
        done: Units done of the stage.
        total: Units of the stage, or None when unknown.
        fraction: Overall progress in [0, 1]; never goes back.
        headline: The finding in a few words, once done.
        tone: Band of the verdict, or the outcome, once done.
        error: What went wrong, when failed.
        advice: What to do about it.
        details: What a developer wants to know about it.
        stopping: A cancel was asked for and has not happened yet.
    """

    job: int
    path: Path
    state: State = State.QUEUED
    stage: str = ""
    done: int = 0
    total: int | None = None
    fraction: float = 0.0
    headline: str = ""
    tone: str = ""
    error: str = ""
    advice: str = ""
    details: str = ""
    stopping: bool = False

    @property
    def name(self) -> str:
        """The file's name, safe to show."""
        return visible(self.path.name)


class AnalysisQueue:
    """Files in the order in which they were added; at most one of them runs."""

    def __init__(self) -> None:
        self.items: list[QueueItem] = []
        self._jobs = count(1)

    def add(self, paths: Iterable[Path]) -> list[QueueItem]:
        """Append files; a file that is in the queue already, in whatever state, is not added again."""
        known = {item.path for item in self.items}
        added = []
        for path in paths:
            if path not in known:
                known.add(path)
                added.append(QueueItem(next(self._jobs), path))
        self.items += added
        return added

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

    def finish(self, job: int, headline: str, tone: str) -> QueueItem | None:
        """The running file has a result."""
        item = self._running(job)
        if item is not None:
            item.state, item.headline, item.tone, item.fraction = State.DONE, headline, tone, 1.0
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

    def retry(self, job: int) -> QueueItem | None:
        """Queue a finished, failed or cancelled file again, in its old place under a new job number."""
        item = self.find(job)
        if item is None or item.state in {State.QUEUED, State.RUNNING}:
            return None
        fresh = QueueItem(next(self._jobs), item.path)
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


def media_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Files as absolute paths; folders are replaced by the videos and pictures in them, in order of name."""
    for path in paths:
        if path.is_dir():
            for where, folders, names in os.walk(path):
                folders.sort()
                found = (Path(where, name) for name in sorted(names))
                yield from (file.absolute() for file in found if file.suffix.lower() in SUFFIXES)
        else:
            yield path.absolute()
