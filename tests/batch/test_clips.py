"""Real clips through the command line: each gets an outcome and all three reports."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from sjedd_batch.cli import main
from sjedd_video.types import Outcome

SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "analysis-1.json"


@pytest.mark.data
def test_every_clip_gets_an_outcome_and_reports(data_dir: Path, tmp_path: Path):
    clips = sorted((data_dir / "clips").glob("*.mp4"))
    assert len(clips) == 17
    arguments = ["analyze", *map(str, clips), "--out", str(tmp_path), "--frames", "8", "--quiet"]
    CliRunner().invoke(main, arguments)
    schema = json.loads(SCHEMA.read_text("utf-8"))
    judged = 0
    for clip in clips:
        result = json.loads((tmp_path / f"{clip.stem}.json").read_text("utf-8"))
        jsonschema.validate(result, schema)
        outcome = Outcome(result["outcome"])
        assert outcome in {Outcome.JUDGED, Outcome.INCONCLUSIVE}, clip.name
        assert (result["verdict"] is not None) == (outcome is Outcome.JUDGED)
        assert result["evidence"]["sha256_before"] == result["evidence"]["sha256_after"]
        judged += outcome is Outcome.JUDGED
        with (tmp_path / f"{clip.stem}.csv").open(encoding="utf-8-sig", newline="") as table:
            assert len(list(csv.DictReader(table))) >= 8
        assert clip.name in PdfReader(tmp_path / f"{clip.stem}.pdf").pages[0].extract_text()
    assert judged >= 11
