"""What a file costs, stage by stage."""

from __future__ import annotations

import pytest

from fakes import FakeDetector, FakeScorer, make_video
from sjedd_batch.bench_cost import core_seconds, cores_for
from sjedd_video.engines import Engines
from sjedd_video.options import AnalysisOptions


def test_costs_count_what_every_stage_worked_on(tmp_path):
    clip, scorer = make_video(tmp_path / "clip.mp4", 12), FakeScorer()
    options = AnalysisOptions(sampling="uniform:10", heatmaps=0)
    ticks = iter((3.0, 5.5))
    cost = core_seconds(clip, options, Engines(FakeDetector(), scorer), lambda: next(ticks))
    assert cost["decoding"] == {"core_s": 2.5, "items": 10}
    assert cost["finding"]["items"] == 10
    assert cost["scoring"]["items"] > 10, "those of the checks count, too"
    assert sum(scorer.batches) == 2 * cost["scoring"]["items"], "once in the analysis, once alone"
    assert min(numbers["core_s"] for numbers in cost.values()) >= 0


def test_where_the_system_does_not_tell_decoding_is_left_out(tmp_path):
    clip = make_video(tmp_path / "clip.mp4", 8)
    engines = Engines(FakeDetector(), FakeScorer())
    assert "decoding" not in core_seconds(clip, AnalysisOptions(sampling="uniform:6"), engines, lambda: None)


def test_the_cores_that_feed_a_gpu():
    cost = {"decoding": {"core_s": 2.0, "items": 32}, "finding": {"core_s": 1.5, "items": 32},
            "scoring": {"core_s": 9.0, "items": 100}, "rest": {"core_s": 0.5, "items": 1}}  # fmt: skip
    assert cores_for(cost, 1000.0) == pytest.approx(40.0)  # ten files a second, of four core-seconds each
