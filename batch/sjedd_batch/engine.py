"""Who judges: worker processes of this machine, or those of many machines through Ray. A scan does not know which."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, Self

from sjedd_batch.remote import Source
from sjedd_batch.worker import Answer, Job, Setup
from sjedd_video.progress import CancelToken, Progress
from sjedd_video.types import Outcome, Reason

if TYPE_CHECKING:
    from sjedd_video.types import ModelFacts


@dataclass(frozen=True, slots=True)
class Crew:
    """Who is asked to judge.

    Attributes:
        engine: A key of ``ENGINES``.
        workers: Files at a time; None for one for every two cores.
        address: The Ray cluster; None for one of this machine alone.
        scorers: Ray actors that score the faces of all files together; 0 where every worker scores its own.
    """

    engine: str = "local"
    workers: int | None = None
    address: str | None = None
    scorers: int = 0


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a job: its answer, or the failure of the worker."""

    job: Job
    answer: Answer | None = None
    failure: tuple[Outcome, Reason] | None = None


class Engine(Protocol):
    """Judges files, several at a time; a context manager that leaves no process behind.

    Attributes:
        hashers: How many files ``hash`` is asked for at a time.
    """

    hashers: int

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    def wait_ready(self) -> ModelFacts:
        """Wait until a worker has loaded the model.

        Raises:
            SjeddError: The model cannot be loaded, or no worker starts.
            Cancelled: On request.
        """

    def hash(self, source: Source, cancel: CancelToken) -> tuple[str, int]:
        """SHA-256 and size of a file, see ``remote.hash_source``; called in threads."""

    def run(self, jobs: Iterator[Job | None], progress: Progress) -> Iterator[Done]:
        """Do all jobs; yield each result as it comes. No more jobs are taken than are being done.

        Args:
            jobs: The jobs; None where the next one is not known yet.
            progress: Told of the progress of all.

        Raises:
            SjeddError: An error that is not the file's: the model, or the output.
            Cancelled: On request.
        """


ENGINES = {"local": "sjedd_batch.workers:open_local", "ray": "sjedd_batch.engine_ray:open_ray"}
"""Name -> function that opens an engine."""


def open_engine(crew: Crew, setup: Setup, most: int, cancel: CancelToken) -> Engine:
    """Start who is asked for.

    Args:
        crew: Who.
        setup: What every worker needs to know.
        most: More workers than this would have nothing to do.
        cancel: Stops the engine.

    Raises:
        SjeddError: It cannot be started.
    """
    module, _, name = ENGINES[crew.engine].partition(":")
    opener: Callable[[Crew, Setup, int, CancelToken], Engine] = getattr(import_module(module), name)
    return opener(crew, setup, most, cancel)
