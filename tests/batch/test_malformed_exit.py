"""The malformed-file table once more, through the command line: outcome, reason and exit code of each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from core.test_malformed import UNREADABLE, clips  # noqa: F401 - the fixture
from sjedd_batch.cli import main
from sjedd_video.errors import ExitCode
from sjedd_video.types import Outcome, ReasonCode
from synthetic import truncated


def _analyze(path: Path, *more: str) -> tuple[int, dict[str, object]]:
    found = CliRunner().invoke(main, ["analyze", str(path), "--json", "-", "--quiet", "--report", "none", *more])
    return found.exit_code, json.loads(found.stdout)


@pytest.mark.parametrize("name", UNREADABLE)
def test_outcome_and_exit_code_of_every_malformed_file(name: str, clips: dict[str, Path], tmp_path: Path):  # noqa: F811
    make, reason = UNREADABLE[name]
    more = ("--start", "50") if reason is ReasonCode.EMPTY_RANGE else ()
    code, result = _analyze(make(clips, tmp_path), *more)
    assert code == ExitCode.UNREADABLE
    assert result["outcome"] == Outcome.UNREADABLE
    assert reason in {entry["code"] for entry in result["reasons"]}
    assert result["verdict"] is None
    assert result["people"] == []


def test_a_cut_file_is_partial_or_without_a_face_never_judged(clips: dict[str, Path], tmp_path: Path):  # noqa: F811
    code, result = _analyze(truncated(clips["fast"], tmp_path / "cut.mp4", 0.6))
    assert code == ExitCode.NOT_JUDGED
    assert result["outcome"] == Outcome.PARTIAL
    assert ReasonCode.TRUNCATED in {entry["code"] for entry in result["reasons"]}
    assert result["verdict"] is None
