"""Scoring outside the worker: the same numbers as inside."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import numpy as np

from batch import killing
from fakes import ContrastScorer, FakeScorer, PlacesScorer, make_video
from sjedd_batch import scoring, worker, workers
from sjedd_batch.scoring import Batcher
from sjedd_video.options import AnalysisOptions
from sjedd_video.progress import CancelToken, no_progress
from sjedd_video.types import ReasonCode


def test_a_worker_may_ask_its_parent_for_scores(tmp_path):
    clip = make_video(tmp_path / "a.mp4", 10)
    options = AnalysisOptions(sampling="uniform:6", heatmaps=0)
    setup = worker.Setup(options, (), "", 60.0, "fakes:DetailEngines", "fakes:fake_detector")
    batcher = Batcher(ContrastScorer(0.05, 0.5))

    def ask(question, *values):
        return asyncio.run(getattr(batcher, question)(*values))

    found = []
    for asks in (False, True):
        with workers.Workers(1, replace(setup, asks=asks), CancelToken(), ask) as crew:
            (done,) = crew.run(iter([worker.Job(clip, tmp_path / "report")]), no_progress)
        found.append({name: value for name, value in done.answer.document.items() if name not in killing.VOLATILE})
    assert found[0] == found[1]
    assert found[1]["verdict"] is not None
    assert batcher.calls > 0


def test_a_worker_may_ask_its_parent_for_places(tmp_path):
    clip = make_video(tmp_path / "a.mp4", 10)
    setup = worker.Setup(
        AnalysisOptions(sampling="uniform:6"), (), "", 60.0, "fakes:DetailEngines", "fakes:fake_detector", asks=True
    )
    batcher = Batcher(PlacesScorer(0.9))

    def ask(question, *values):
        return asyncio.run(getattr(batcher, question)(*values))

    with workers.Workers(1, setup, CancelToken(), ask) as crew:
        (done,) = crew.run(iter([worker.Job(clip, tmp_path / "report")]), no_progress)
    shown = done.answer.document["exhibits"]
    assert shown
    assert {(entry["heat"], entry["heat_peak"]) for entry in shown} == {("places", 0.75)}


def test_what_a_shared_model_raises_reaches_the_worker(tmp_path):
    clip = make_video(tmp_path / "a.mp4", 10)
    options = AnalysisOptions(sampling="uniform:6", heatmaps=0)
    setup = worker.Setup(options, (), "", 60.0, "", "fakes:fake_detector", asks=True)
    batcher = Batcher(FakeScorer(errors=[MemoryError()] * 100))

    def ask(question, *values):
        try:
            return asyncio.run(getattr(batcher, question)(*values))
        except MemoryError as error:
            return error

    with workers.Workers(1, setup, CancelToken(), ask) as crew:
        (done,) = crew.run(iter([worker.Job(clip, tmp_path / "report")]), no_progress)
    assert done.answer.row.outcome == "crashed"
    assert done.answer.row.reasons == ReasonCode.OUT_OF_MEMORY


def test_faces_that_come_together_are_scored_together():
    scorer = ContrastScorer(0.05, 0.5)
    rng = np.random.default_rng(0)
    brought = [rng.integers(0, 255, (n, 64, 64, 3)).astype(np.uint8) for n in (3, 1, 5, 2)]
    alone = [ContrastScorer(0.05, 0.5).score(crops)[1] for crops in brought]
    batcher = Batcher(scorer)

    async def together():
        return await asyncio.gather(*(batcher.score(crops) for crops in brought))

    found = asyncio.run(together())
    assert scorer.batches == [11]
    for (_, marginals), expected in zip(found, alone, strict=True):
        np.testing.assert_array_equal(marginals, expected)


def test_more_faces_than_fit_are_scored_in_turn(monkeypatch):
    monkeypatch.setattr(scoring, "MOST", 4)
    scorer = FakeScorer()
    batcher = Batcher(scorer)

    async def together():
        crops = np.zeros((3, 64, 64, 3), np.uint8)
        return await asyncio.gather(*(batcher.score(crops) for _ in range(3)), batcher.score(crops[:1]))

    assert [len(raw) for raw, _ in asyncio.run(together())] == [3, 3, 3, 1]
    assert scorer.batches == [3, 3, 4]
