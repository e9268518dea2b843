"""What runs on the nodes of a Ray cluster: hosts of one worker process each, and the models that hosts may share."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import sjedd_video
from sjedd_batch.engine import Done
from sjedd_batch.scoring import Batcher, Description
from sjedd_batch.worker import Job, Setup, named
from sjedd_batch.workers import Workers
from sjedd_video.errors import SjeddError
from sjedd_video.progress import CancelToken, no_progress
from sjedd_video.types import ModelFacts


@dataclass(frozen=True, slots=True)
class Ready:
    """A host that has loaded the model: which program, which model."""

    version: str
    model: ModelFacts


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of a job, and the reports that were written: file name -> content."""

    done: Done
    reports: dict[str, bytes]


class Host:
    """One worker process with its limits and its watchdog.

    Args:
        setup: What the worker needs to know.
        scorer: Handle of a ``ScorerHost`` that scores the faces; None where the worker does.
    """

    def __init__(self, setup: Setup, scorer: Any | None) -> None:
        ask = None if scorer is None else partial(_asked, scorer)
        self._workers = Workers(1, setup, CancelToken(), ask)

    def ready(self) -> Ready:
        """Wait until the model is loaded.

        Raises:
            SjeddError: It cannot be.
        """
        return Ready(sjedd_video.__version__, self._workers.wait_ready())

    def judge(self, job: Job) -> Brought:
        """Judge one file; whatever it does to the worker is part of the answer.

        Raises:
            SjeddError: An error that is not the file's.
        """
        with tempfile.TemporaryDirectory(dir=self._workers.scratch) as folder:
            here = replace(job, base=Path(folder) / job.base.name)
            (done,) = self._workers.run(iter([here]), no_progress)
            names = () if done.answer is None else done.answer.reports
            return Brought(done, {Path(name).name: Path(name).read_bytes() for name in names})


class ScorerHost(Batcher):
    """A model that scores the faces of many hosts."""

    def __init__(self, setup: Setup) -> None:
        self._error: SjeddError | None = None
        try:
            super().__init__(named(setup.engines).load(setup.options).scorer)
        except SjeddError as error:  # an actor that fails to start cannot say why in as many words
            self._error = error

    async def describe(self) -> Description:
        """See ``Batcher``.

        Raises:
            SjeddError: The model cannot be loaded.
        """
        if self._error is not None:
            raise self._error
        return await super().describe()


def _asked(scorer: Any, question: str, *values: Any) -> Any:
    """The answer of a ``ScorerHost``; what it raises is an answer, too, for the worker to raise."""
    import ray

    try:
        return ray.get(getattr(scorer, question).remote(*values))
    except ray.exceptions.RayTaskError as error:
        return error.cause
