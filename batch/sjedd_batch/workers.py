"""The parent's side of worker processes: whatever a file does to one, the scan goes on.

When a worker dies or falls silent, it is replaced, and its file gets a result that says so.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any

from sjedd_batch.summary import Row
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


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a job: its row and document, or the failure of the worker."""

    job: Job
    row: Row | None = None
    document: dict[str, Any] | None = None
    failure: tuple[Outcome, Reason] | None = None


class _Worker:
    """The parent's side of one worker process."""

    def __init__(self, setup: Setup) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: SpawnProcess = context.Process(target=serve, args=(theirs, setup), daemon=True)
        self.process.start()
        theirs.close()
        self.job: Job | None = None
        self.model: ModelFacts | None = None
        self.heard = time.monotonic()
        self.patience = 0.0

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
        self.patience = _size(job) / SLOWEST_DISK
        with suppress(OSError):
            self.pipe.send(job)

    def receive(self) -> tuple[Any, ...] | None:
        """Its next message, or None when it is dead."""
        try:
            message = self.pipe.recv()
        except (EOFError, OSError):
            return None
        self.heard = time.monotonic()
        return tuple(message)

    def stop(self) -> None:
        """End the process."""
        self.pipe.close()
        self.process.terminate()
        self.process.join(5)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


class Workers:
    """A few worker processes; a context manager that leaves none behind.

    Args:
        count: How many.
        setup: Options and report formats.
        cancel: Stops ``run``.

    Attributes:
        model: Facts of the model, known once a worker is ready.
    """

    def __init__(self, count: int, setup: Setup, cancel: CancelToken) -> None:
        self._setup, self._cancel = setup, cancel
        self._silence = SILENCE * setup.options.idle_timeout_s
        self._workers = [_Worker(setup) for _ in range(count)]
        self.model: ModelFacts | None = None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()

    def wait_ready(self) -> ModelFacts:
        """Wait for the first worker to load the model.

        Raises:
            SjeddError: The model cannot be loaded, or a worker died of it.
            Cancelled: On request.
        """
        while self.model is None:
            self._cancel.raise_if_cancelled()
            for worker in self._listen(self._workers):
                self._take(worker, worker.receive(), None)
        return self.model

    def run(self, jobs: Iterator[Job], progress: Progress) -> Iterator[Done]:
        """Do all jobs; yield each result as it comes.

        Raises:
            SjeddError: An error that is not the file's: the model, or the output.
            Cancelled: On request.
        """
        upcoming = next(jobs, None)
        while upcoming is not None or any(worker.job is not None for worker in self._workers):
            self._cancel.raise_if_cancelled()
            for worker in self._workers:
                if worker.idle and upcoming is not None:
                    worker.start(upcoming)
                    upcoming = next(jobs, None)
            for worker in self._listen(self._workers):
                done = self._take(worker, worker.receive(), progress)
                if done is not None:
                    yield done
            yield from self._give_up_silent()

    def _listen(self, workers: Sequence[_Worker]) -> list[_Worker]:
        by_pipe: dict[Any, _Worker] = {worker.pipe: worker for worker in workers}
        return [by_pipe[pipe] for pipe in wait(list(by_pipe), POLL_S)]

    def _take(self, worker: _Worker, message: tuple[Any, ...] | None, progress: Progress | None) -> Done | None:
        """Deal with one message, or with a worker's death (None)."""
        job = worker.job
        if message is None:
            return self._replace(worker, Outcome.CRASHED, ReasonCode.WORKER_CRASHED, _cause_of_death(worker))
        kind, *values = message
        if kind == "error":
            raise values[0]
        if kind == "ready":
            worker.model = self.model = values[0]
        elif kind == "progress" and progress is not None:
            progress(*values)
        elif kind == "done" and job is not None:
            worker.job = None
            return Done(job, values[0], values[1])
        elif kind == "failed" and job is not None:
            worker.job = None
            return Done(job, failure=(Outcome.CRASHED, Reason(ReasonCode.WORKER_CRASHED, values[0])))
        return None

    def _give_up_silent(self) -> Iterator[Done]:
        for worker in list(self._workers):
            limit = self._silence + worker.patience
            if worker.silence > limit:
                words = f"no sign of life for {limit:.0f} s"
                done = self._replace(worker, Outcome.TIMED_OUT, ReasonCode.WORKER_STALLED, words)
                if done is not None:
                    yield done

    def _replace(self, worker: _Worker, outcome: Outcome, code: ReasonCode, words: str) -> Done | None:
        """Start a new worker in place of a dead or silent one; the failure of its job, if it had one.

        Raises:
            SjeddError: It died before it was ready: a new one would, too.
        """
        worker.stop()
        if worker.model is None:
            raise SjeddError(f"A worker process ended while loading the model: {words}.", "Try `sjedd-video analyze`.")
        self._workers[self._workers.index(worker)] = _Worker(self._setup)
        return None if worker.job is None else Done(worker.job, failure=(outcome, Reason(code, words)))


def _size(job: Job) -> int:
    try:
        return job.path.stat().st_size
    except OSError:
        return 0


def _cause_of_death(worker: _Worker) -> str:
    worker.process.join(5)
    code = worker.process.exitcode
    if code is not None and code < 0:
        try:
            return f"the process was ended by {signal.Signals(-code).name}"
        except ValueError:
            return f"the process was ended by signal {-code}"
    return f"the process ended with code {code}"
