"""The shipped model keeps what its card promises, measured again on a part of the validation people."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sjedd_training.data.pool import open_pool
from sjedd_training.validate import measure, table
from sjedd_video.model.bundle import load_bundle
from sjedd_video.model.factory import load_scorer
from sjedd_video.options import AnalysisOptions

torch = pytest.importorskip("torch", reason="needs the [torch] extra")

SLACK = 0.04
"""How much less than on all validation faces may be measured on 200 of each kind: over three standard deviations."""
ROOT = Path(__file__).resolve().parents[2]


def card_rows() -> dict[str, dict[str, float]]:
    """What was measured when the shipped model was made, by kind of forgery."""
    return {row["name"]: row for row in load_bundle("embedded").card.metrics["validation"]}


@pytest.mark.data
@pytest.mark.torch
def test_the_shipped_model_separates_every_kind_of_forgery(data_dir: Path):
    scorer = load_scorer(AnalysisOptions())
    pool = open_pool(data_dir, "val")
    groups = measure(pool, lambda crops: scorer.score(crops)[1], scorer.crop, limit=200)
    found, promised = {row.name: row for row in table(groups)}, card_rows()
    assert found.keys() == promised.keys()
    for name, row in found.items():
        assert row.auc >= promised[name]["auc"] - SLACK, f"{name}: {row.auc:.3f}"
        assert row.auc > max(row.blur_auc, row.dark_auc) + 0.05, f"{name} is hardly better than measuring blur"


def test_the_card_for_readers_has_the_numbers_of_the_bundle():
    text = (ROOT / "MODEL_CARD.md").read_text(encoding="utf-8")
    interval = r"(0\.\d{3}) \[(0\.\d{3}), (0\.\d{3})\]"
    told = [
        tuple(map(float, found)) for found in re.findall(rf"^\|[^|]+\| \d+ \| [\d,]+ \| {interval}", text, re.MULTILINE)
    ]
    measured = [(row["auc"], row["low"], row["high"]) for row in card_rows().values()]
    assert told == [pytest.approx(row, abs=6e-4) for row in measured]


def test_the_shipped_card_says_how_good_and_how_wrong_the_model_is():
    scorer = load_scorer(AnalysisOptions())
    facts = scorer.facts("detector", "0" * 64)
    assert "Research use only" in facts.licence
    rates = {rate["threshold"]: rate for rate in facts.calibration["error_rates"]}
    assert facts.threshold in rates
    false_alarms = [rates[threshold]["fpr"] for threshold in sorted(rates)]
    assert false_alarms == sorted(false_alarms, reverse=True)
