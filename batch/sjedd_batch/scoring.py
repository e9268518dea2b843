"""Scoring outside the worker: faces of several files are scored together, by one model for many workers.

``AskingScorer`` stands for the model in a worker and asks the worker's parent; ``Batcher`` is at the other end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sjedd_video.engines import Scorer
from sjedd_video.hierarchy import Hierarchy
from sjedd_video.types import Crop, FloatArray, ImageU8, ModelFacts

MOST = 256
"""Crops that are scored in one call; what waits beyond them is scored next."""


@dataclass(frozen=True, slots=True)
class Description:
    """What a worker needs to know of a model that it does not have; ``facts`` lack the detector."""

    hierarchy: Hierarchy
    crop: Crop
    facts: ModelFacts
    tells_places: bool


class AskingScorer:
    """A ``sjedd_video.engines.Scorer`` that asks the parent of its process.

    Args:
        pipe: To the parent; nobody else reads from it meanwhile.
    """

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        found: Description = self._ask("describe")
        self.hierarchy, self.crop, self._facts = found.hierarchy, found.crop, found.facts
        self.tells_places = found.tells_places

    def facts(self, detector_name: str, detector_sha256: str) -> ModelFacts:
        """See ``Scorer.facts``."""
        return replace(self._facts, detector=detector_name, detector_sha256=detector_sha256)

    def score(self, crops: Sequence[ImageU8]) -> tuple[FloatArray, FloatArray]:
        """See ``Scorer.score``."""
        raw, marginals = self._ask("score", np.asarray(crops))
        return raw, marginals

    def places(self, crop: ImageU8) -> FloatArray:
        """See ``Scorer.places``."""
        found: FloatArray = self._ask("places", crop)
        return found

    def _ask(self, question: str, *values: Any) -> Any:
        self._pipe.send(("ask", question, *values))
        answer = self._pipe.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer


class Batcher:
    """Scores what several callers bring at about the same time in one call. Lives in one event loop.

    Args:
        scorer: The model.

    Attributes:
        calls: How often the model was called.
    """

    def __init__(self, scorer: Scorer) -> None:
        self._scorer, self._waiting = scorer, list[tuple[NDArray[np.uint8], asyncio.Future[Any]]]()
        self._work: asyncio.Task[None] | None = None
        self._places = asyncio.Lock()
        self.calls = 0

    async def describe(self) -> Description:
        """The model's description."""
        return Description(
            self._scorer.hierarchy, self._scorer.crop, self._scorer.facts("", ""), self._scorer.tells_places
        )

    async def score(self, crops: NDArray[np.uint8]) -> tuple[FloatArray, FloatArray]:
        """Score crops ``(B, S, S, 3) uint8``; see ``Scorer.score``."""
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((crops, future))
        if self._work is None:
            self._work = asyncio.create_task(self._score_all())
        found: tuple[FloatArray, FloatArray] = await future
        return found

    async def places(self, crop: NDArray[np.uint8]) -> FloatArray:
        """Where the face of a crop ``(S, S, 3) uint8`` was altered; see ``Scorer.places``."""
        async with self._places:  # a few pictures a file: they need not take more than one runtime's cores
            return await asyncio.to_thread(self._scorer.places, crop)

    async def _score_all(self) -> None:
        """Score until nothing waits; what comes while the model works is the next batch."""
        while self._waiting:
            batch = self._next()
            self.calls += 1
            try:
                raw, marginals = await asyncio.to_thread(
                    self._scorer.score, [crop for crops, _ in batch for crop in crops]
                )
            except Exception as error:
                for _, future in batch:
                    future.set_exception(error)
                continue
            start = 0
            for crops, future in batch:
                end = start + len(crops)
                future.set_result((raw[start:end], marginals[start:end]))
                start = end
        self._work = None

    def _next(self) -> list[tuple[NDArray[np.uint8], asyncio.Future[Any]]]:
        batch = [self._waiting.pop(0)]
        while self._waiting and sum(len(crops) for crops, _ in batch) + len(self._waiting[0][0]) <= MOST:
            batch.append(self._waiting.pop(0))
        return batch
