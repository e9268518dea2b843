"""The shipped model keeps what its card promises, measured again on a part of the validation people."""

from __future__ import annotations

from pathlib import Path

import pytest

from sjedd_training.data.pool import open_pool
from sjedd_training.validate import FORGED_VIDEO, REGIONS, WHOLE_FACE, measure, table
from sjedd_video.model.factory import load_scorer
from sjedd_video.options import AnalysisOptions

torch = pytest.importorskip("torch", reason="needs the [torch] extra")

FLOORS = {**dict.fromkeys(WHOLE_FACE, 0.82), **dict.fromkeys(REGIONS, 0.80), FORGED_VIDEO: 0.80}
"""Least AUC per kind of forgery; below it a model must not ship."""


@pytest.mark.data
@pytest.mark.torch
def test_the_shipped_model_separates_every_kind_of_forgery(data_dir: Path):
    scorer = load_scorer(AnalysisOptions())
    pool = open_pool(data_dir, "val")
    groups = measure(pool, lambda crops: scorer.score(crops)[1], scorer.crop, limit=200)
    found = {row.name: row for row in table(groups)}
    assert found.keys() == FLOORS.keys()
    for name, floor in FLOORS.items():
        row = found[name]
        assert row.auc >= floor, f"{name}: {row.auc:.3f}"
        assert row.auc > max(row.blur_auc, row.dark_auc) + 0.05, f"{name} is hardly better than measuring blur"


def test_the_shipped_card_says_how_good_and_how_wrong_the_model_is():
    scorer = load_scorer(AnalysisOptions())
    facts = scorer.facts("detector", "0" * 64)
    assert "Research use only" in facts.licence
    rates = {rate["threshold"]: rate for rate in facts.calibration["error_rates"]}
    assert facts.threshold in rates
    false_alarms = [rates[threshold]["fpr"] for threshold in sorted(rates)]
    assert false_alarms == sorted(false_alarms, reverse=True)
