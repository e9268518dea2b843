"""Judging on the machines of a Ray cluster.

Every actor runs one worker process with the limits and the watchdog of a local scan, so that a file ends there as it
would here. The driver hands one file at a time to each, writes reports and case itself, and gives the file of an actor
that is lost to another one; nothing has come back of such a file, so nothing is kept twice.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import sjedd_video
from sjedd_batch.engine import Crew, Done
from sjedd_batch.ray_actors import Brought, Host, Ready, ScorerHost
from sjedd_batch.remote import Source, hash_source
from sjedd_batch.worker import Job, Setup
from sjedd_batch.workers import cores
from sjedd_video.errors import OptionsError, SjeddError
from sjedd_video.progress import CancelToken, Progress
from sjedd_video.report.files import made_folder, written
from sjedd_video.types import ModelFacts, Outcome, Reason, ReasonCode

POLL_S = 0.2
PATIENCE_S = 600.0
"""A cluster without a single ready worker is given up after so long."""
TRIES = 3
"""A file whose actor is lost so often is no longer handed out; and so many more actors in a row than there are places
may die while they load."""
HASHERS = 32
"""Most files that are hashed at a time."""
CORES = 2
"""Cores of a node that a worker counts for: it decodes, finds and scores at the same time."""


def open_ray(crew: Crew, setup: Setup, most: int, cancel: CancelToken) -> RayEngine:
    """Connect to the cluster, or start one on this machine.

    Raises:
        OptionsError: Ray is not installed, there is no such cluster, or it has no GPU for the scorers.
    """
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_AUTO_CONNECT": "0"}
    try:
        import ray
    except ImportError as error:
        raise OptionsError("--engine ray needs Ray.", "pip install 'sjedd-video[ray]'") from error
    own = {"num_cpus": cores(), "include_dashboard": False} if crew.address is None else {}
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        ray.init(crew.address or "local", logging_level=logging.ERROR, log_to_driver=False, **own)
    except (ConnectionError, RuntimeError, ValueError) as error:
        advice = "Start a cluster with `ray start --head`, or leave --address out for one on this machine."
        raise OptionsError(f"There is no Ray cluster at {crew.address}: {error}".splitlines()[0], advice) from error
    with suppress(ValueError):  # not the main thread
        for number, handler in handlers.items():
            signal.signal(number, handler)
    try:
        return RayEngine(ray, crew, setup, most, cancel)
    except BaseException:
        ray.shutdown()
        raise


@dataclass(slots=True, eq=False)
class _Place:
    """An actor, the call it is busy with, and the job of that call; ``ready`` once it has loaded the model."""

    actor: Any
    call: Any
    job: Job | None = None
    ready: bool = False


class RayEngine:
    """Actors of a Ray cluster (``engine.Engine``).

    Args:
        ray: The module, connected.
        crew: How many workers and scorers.
        setup: What every worker needs to know.
        most: More workers than this would have nothing to do.
        cancel: Stops it.
    """

    def __init__(self, ray: Any, crew: Crew, setup: Setup, most: int, cancel: CancelToken) -> None:
        self._ray, self._cancel = ray, cancel
        found = ray.cluster_resources()
        taken = crew.scorers if setup.options.device == "cpu" else 0
        total = max(1, int(found.get("CPU", 0)) - taken)
        count = min(crew.workers or max(1, total // CORES), most)
        self._cores = max(1, min(CORES, total // count))
        self._setup = replace(setup, asks=crew.scorers > 0)
        self._scorers = [self._scorer(found) for _ in range(crew.scorers)]
        self._lost: Counter[str] = Counter()
        self._made = self._failed_starts = 0
        self._heard_at = time.monotonic()
        self._hash = ray.remote(hash_source).options(num_cpus=0, scheduling_strategy="SPREAD")
        self.hashers = min(count, HASHERS)
        self.model: ModelFacts | None = None
        self._places = [self._place() for _ in range(count)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for actor in (*(place.actor for place in self._places), *self._scorers):
            with suppress(self._ray.exceptions.RayError):
                self._ray.kill(actor)
        self._ray.shutdown()

    def hash(self, source: Source, cancel: CancelToken) -> tuple[str, int]:
        """See ``engine.Engine``; any node does it, and another one when that is lost."""
        cancel.raise_if_cancelled()
        call = self._hash.remote(source)
        while not self._ray.wait([call], timeout=POLL_S)[0]:
            cancel.raise_if_cancelled()
        try:
            sha256, size = self._ray.get(call)
        except self._ray.exceptions.RayError:  # node after node was lost
            return hash_source(source, cancel)
        return sha256, size

    def wait_ready(self) -> ModelFacts:
        """See ``engine.Engine``; nodes whose program or model differs are an error, too."""
        while self.model is None:
            self._cancel.raise_if_cancelled()
            for place, value in self._listen(POLL_S):
                self._take(place, value)
        return self.model

    def run(self, jobs: Iterator[Job | None], progress: Progress) -> Iterator[Done]:
        """See ``engine.Engine``; ``progress`` hears nothing from other machines."""
        waiting: deque[Job] = deque()
        more = True
        while more or waiting or any(place.job is not None for place in self._places):
            self._cancel.raise_if_cancelled()
            if more and not waiting:
                try:
                    job = next(jobs)
                except StopIteration:
                    more = False
                else:
                    waiting.extend([] if job is None else [job])
            self._hand_out(waiting)
            for place, value in self._listen(0.0 if more and not waiting else POLL_S):
                job, place.job = place.job, None
                brought = self._take(place, value)
                if job is not None and brought is not None:
                    yield _brought_home(job, brought)
                elif job is not None:
                    yield from self._again(job, waiting)

    def _hand_out(self, waiting: deque[Job]) -> None:
        for place in self._places:
            if waiting and place.ready and place.job is None:
                place.job = waiting.popleft()
                place.call = place.actor.judge.remote(place.job)

    def _listen(self, timeout: float) -> Iterator[tuple[_Place, Any]]:
        """The places whose call has ended, and with what; an actor that is lost with its ``RayError``."""
        calls = {place.call: place for place in self._places if place.call is not None}
        if not calls:
            time.sleep(timeout)
            return
        for call in self._ray.wait(list(calls), timeout=timeout)[0]:
            place, place.call = calls[call], None
            self._heard_at = time.monotonic()
            try:
                yield place, self._ray.get(call)
            except self._ray.exceptions.RayTaskError as error:
                if isinstance(error.cause, SjeddError):
                    raise error.cause from error
                raise
            except self._ray.exceptions.RayError as error:
                yield place, error
        if not any(place.ready for place in self._places) and time.monotonic() - self._heard_at > PATIENCE_S:
            message = f"No node of the Ray cluster has started a worker within {PATIENCE_S:.0f} s."
            raise SjeddError(message, "Look at `ray status`; every worker needs a free core.")

    def _take(self, place: _Place, value: Any) -> Brought | None:
        """Deal with the end of a call; what it brought of its job.

        Raises:
            SjeddError: The node has another program or model, or actors die again and again while they load.
        """
        if isinstance(value, Brought):
            return value
        if isinstance(value, Ready):
            self._compare(value)
            place.ready, self._failed_starts = True, 0
            return None
        self._failed_starts += not place.ready
        if self._failed_starts >= TRIES + len(self._places):  # a node that is lost takes all of its actors along
            lines = str(value).strip().splitlines()
            message = f"Ray actors end while they load the model: {lines[-1] if lines else type(value).__name__}"
            raise SjeddError(message, "Every node needs this version of sjedd-video; see docs/scale.md.")
        self._places[self._places.index(place)] = self._place()
        return None

    def _compare(self, ready: Ready) -> None:
        if ready.version != sjedd_video.__version__:
            message = f"A node of the Ray cluster has sjedd-video {ready.version}, this one {sjedd_video.__version__}."
            raise SjeddError(message, "Results of different versions do not belong together: install the same one.")
        first = self.model or ready.model
        if (ready.model.sha256, ready.model.detector_sha256) != (first.sha256, first.detector_sha256):
            raise SjeddError("The nodes of the Ray cluster have different models.", "Give all the same --model.")
        self.model = first

    def _again(self, job: Job, waiting: deque[Job]) -> Iterator[Done]:
        """Put a job back whose actor was lost, or give it up."""
        self._lost[str(job.path)] += 1
        if self._lost[str(job.path)] < TRIES:
            waiting.appendleft(job)
            return
        words = f"the machine, or Ray's process on it, was lost {TRIES} times while the file was judged"
        yield Done(job, failure=(Outcome.CRASHED, Reason(ReasonCode.WORKER_CRASHED, words)))

    def _place(self) -> _Place:
        scorer = self._scorers[self._made % len(self._scorers)] if self._scorers else None
        self._made += 1
        made = self._ray.remote(Host).options(num_cpus=self._cores, scheduling_strategy="SPREAD")
        actor = made.remote(self._setup, scorer)
        return _Place(actor, actor.ready.remote())

    def _scorer(self, found: dict[str, float]) -> Any:
        """An actor with a GPU, or, where that was asked for, on the processor.

        Raises:
            OptionsError: There is no GPU.
        """
        on_gpu = self._setup.options.device != "cpu"
        if on_gpu and not found.get("GPU"):
            raise OptionsError("The Ray cluster has no GPU.", "--device cpu lets --scorers use the processor.")
        made = self._ray.remote(ScorerHost).options(
            num_cpus=0 if on_gpu else 1, num_gpus=1 if on_gpu else 0, max_restarts=-1, max_task_retries=-1
        )
        return made.remote(self._setup)


def _brought_home(job: Job, brought: Brought) -> Done:
    """Write the reports of a job where they belong; its result with their paths.

    Raises:
        OutputError: One cannot be written.
    """
    done = replace(brought.done, job=job)
    if done.answer is None or not brought.reports:
        return done
    made_folder(job.base.parent)
    for name, content in brought.reports.items():
        with written(job.base.with_name(name)) as file:
            file.write(content)
    hashes = {str(job.base.with_name(Path(name).name)): sha256 for name, sha256 in done.answer.reports.items()}
    row = replace(done.answer.row, report=next(iter(hashes)))
    return replace(done, answer=replace(done.answer, row=row, reports=hashes))
