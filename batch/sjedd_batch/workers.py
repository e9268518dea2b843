"""The parent's side of worker processes: whatever a file does to one, the scan goes on.

When a worker dies or falls silent, it is replaced, and its file gets a result that says so.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sjedd_batch.engine import Crew, Done
from sjedd_batch.remote import Source, hash_source
from sjedd_batch.scratch import Scratch
from sjedd_batch.worker import Job, Setup, serve
from sjedd_video.errors import SjeddError
from sjedd_video.progress import CancelToken, Progress
from sjedd_video.types import ModelFacts, Outcome, Reason, ReasonCode

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

POLL_S = 0.2
SILENCE = 5.0
"""A worker that says nothing for this many idle timeouts of the decoder is given up."""
SLOWEST_DISK = 10e6
"""Bytes per second; hashing and indexing a large file say nothing, and may take as long as reading it this slowly."""
RECYCLE = 256
"""A worker is replaced by a fresh one after so many files: what libraries leak does not add up."""
STARTS = 3
"""So many workers in a row may die while they load, before the scan is given up."""
Ask = Callable[..., Any]
"""Answers what a worker asks: the name of a question and its values."""


class _Worker:
    """The parent's side of one worker process."""

    def __init__(self, setup: Setup) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(target=serve, args=(theirs, setup), daemon=True)
        self.process.start()
        theirs.close()
        self._scratch = setup.scratch
        self.job: Job | None = None
        self.model: ModelFacts | None = None
        self.heard = time.monotonic()
        self.patience = 0.0
        self.served = 0

    @property
    def silence(self) -> float:
        """Seconds since its last sign of life, or since its job was given; 0 without a job."""
        return 0.0 if self.job is None else time.monotonic() - self.heard

    @property
    def idle(self) -> bool:
        """Whether it can take a job."""
        return self.model is not None and self.job is None

    def start(self, job: Job) -> None:
        """Give it a job. A worker that just died is noticed when it is next listened to."""
        self.job, self.heard = job, time.monotonic()
        self.patience = job.size / SLOWEST_DISK
        with suppress(OSError):
            self.pipe.send(job)

    def answer(self, value: Any) -> None:
        """Answer its question."""
        self.heard = time.monotonic()
        with suppress(OSError):
            self.pipe.send(value)

    def receive(self) -> tuple[Any, ...] | None:
        """Its next message, or None when it is dead."""
        try:
            message = self.pipe.recv()
        except (EOFError, OSError):
            return None
        self.heard = time.monotonic()
        return tuple(message)

    def stop(self) -> None:
        """End the process and all of its group."""
        self.pipe.close()
        if sys.platform != "win32" and self.process.is_alive() and self.process.pid is not None:
            with suppress(ProcessLookupError):  # it has no group of its own yet
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.join()
        for left in Path(self._scratch).glob(f"{self.process.pid}-*"):
            shutil.rmtree(left, ignore_errors=True)


class Workers:
    """A few worker processes of this machine (``engine.Engine``).

    Args:
        count: How many.
        setup: Options and report formats.
        cancel: Stops ``run``.
        ask: Answers what workers ask whose setup has them ask for scores.

    Attributes:
        model: Facts of the model, known once a worker is ready.
        scratch: A folder that goes with these workers.
    """

    def __init__(self, count: int, setup: Setup, cancel: CancelToken, ask: Ask | None = None) -> None:
        self._scratch = Scratch()
        self.scratch = self._scratch.folder
        self._setup, self._cancel, self._ask = replace(setup, scratch=str(self.scratch)), cancel, ask
        self._silence = SILENCE * setup.options.idle_timeout_s
        self._workers = [_Worker(self._setup) for _ in range(count)]
        self._failed_starts = 0
        self.model: ModelFacts | None = None
        self.hashers = 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()
        self._scratch.close()

    def hash(self, source: Source, cancel: CancelToken) -> tuple[str, int]:
        """See ``engine.Engine``."""
        return hash_source(source, cancel)

    def wait_ready(self) -> ModelFacts:
        """See ``engine.Engine``; a worker that dies of loading is an error, too."""
        while self.model is None:
            self._cancel.raise_if_cancelled()
            for worker in self._listen(self._workers):
                self._take(worker, worker.receive(), None)
        return self.model

    def run(self, jobs: Iterator[Job | None], progress: Progress) -> Iterator[Done]:
        """See ``engine.Engine``."""
        upcoming, more = None, True
        while more or upcoming is not None or any(worker.job is not None for worker in self._workers):
            self._cancel.raise_if_cancelled()
            if more and upcoming is None:
                try:
                    upcoming = next(jobs)
                except StopIteration:
                    more = False
            for worker in self._workers:
                if worker.idle and upcoming is not None:
                    worker.start(upcoming)
                    upcoming = None
            for worker in self._listen(self._workers, 0.0 if more and upcoming is None else POLL_S):
                done = self._take(worker, worker.receive(), progress)
                if done is not None:
                    yield done
            yield from self._give_up_silent()

    def _listen(self, workers: Sequence[_Worker], timeout: float = POLL_S) -> list[_Worker]:
        by_pipe: dict[Any, _Worker] = {worker.pipe: worker for worker in workers}
        return [by_pipe[pipe] for pipe in wait(list(by_pipe), timeout)]

    def _take(self, worker: _Worker, message: tuple[Any, ...] | None, progress: Progress | None) -> Done | None:
        """Deal with one message, or with a worker's death (None)."""
        job = worker.job
        if message is None:
            return self._replace(worker, *_cause_of_death(worker))
        kind, *values = message
        if kind == "error":
            raise values[0]
        if kind == "ready":
            worker.model = self.model = values[0]
            self._failed_starts = 0
        elif kind == "progress" and progress is not None:
            progress(*values)
        elif kind == "ask" and self._ask is not None:
            worker.answer(self._ask(*values))
        elif kind in {"done", "failed"} and job is not None:
            worker.job, worker.served = None, worker.served + 1
            # What ran out of memory may have left libraries in any state.
            if worker.served >= RECYCLE or (kind == "failed" and values[1].code is ReasonCode.OUT_OF_MEMORY):
                self._renew(worker)
            return Done(job, values[0]) if kind == "done" else Done(job, failure=(values[0], values[1]))
        return None

    def _give_up_silent(self) -> Iterator[Done]:
        for worker in list(self._workers):
            limit = self._silence + worker.patience
            if worker.silence > limit:
                reason = Reason(ReasonCode.WORKER_STALLED, f"no sign of life for {limit:.0f} s")
                done = self._replace(worker, Outcome.TIMED_OUT, reason)
                if done is not None:
                    yield done

    def _replace(self, worker: _Worker, outcome: Outcome, reason: Reason) -> Done | None:
        """Start a new worker in place of a dead or silent one; the failure of its job, if it had one.

        Raises:
            SjeddError: Several died before they were ready: a new one would, too.
        """
        self._failed_starts += worker.model is None
        if self._failed_starts >= STARTS:
            worker.stop()
            message = f"Worker processes end while they load the model: {reason.detail}."
            raise SjeddError(message, "Try `sjedd-video analyze`, or fewer --workers.")
        self._renew(worker)
        return None if worker.job is None else Done(worker.job, failure=(outcome, reason))

    def _renew(self, worker: _Worker) -> None:
        worker.stop()
        self._workers[self._workers.index(worker)] = _Worker(self._setup)


def open_local(crew: Crew, setup: Setup, most: int, cancel: CancelToken) -> Workers:
    """Workers of this machine: as many as asked for, or one for every two cores, at most ``most``."""
    return Workers(min(crew.workers or max(1, cores() // 2), most), setup, cancel)


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _cause_of_death(worker: _Worker) -> tuple[Outcome, Reason]:
    worker.process.join(5)
    code = worker.process.exitcode
    if code is None or code >= 0:
        return Outcome.CRASHED, Reason(ReasonCode.WORKER_CRASHED, f"the process ended with code {code}")
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    words = f"the process was ended by {name}"
    if name == "SIGXCPU":
        return Outcome.TIMED_OUT, Reason(ReasonCode.WORKER_STALLED, f"{words}: its processor time was used up")
    hint = ", perhaps by the system for want of memory" if name == "SIGKILL" else ""
    return Outcome.CRASHED, Reason(ReasonCode.WORKER_CRASHED, words + hint)
