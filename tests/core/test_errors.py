"""The documented outcomes, reasons and exit codes are those of the program."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from sjedd_video import errors
from sjedd_video.errors import EXIT_OF_OUTCOME, ExitCode, MediaError, SjeddError
from sjedd_video.types import Outcome, ReasonCode

DOCUMENT = (Path(__file__).parents[2] / "docs" / "errors.md").read_text("utf-8")


@pytest.mark.parametrize("member", [*Outcome, *ReasonCode])
def test_every_outcome_and_reason_is_documented(member):
    assert f"| `{member.value}` |" in DOCUMENT


@pytest.mark.parametrize("code", ExitCode)
def test_every_exit_code_is_documented(code):
    assert re.search(rf"^\| {code.value} \| `{code.name}` \|", DOCUMENT, re.MULTILINE)


def test_nothing_is_documented_that_does_not_exist():
    known = {*Outcome, *ReasonCode}
    assert set(re.findall(r"^\| `([a-z_]+)` \|", DOCUMENT, re.MULTILINE)) <= known
    assert {int(n) for n in re.findall(r"^\| (\d+) \|", DOCUMENT, re.MULTILINE)} == {int(c) for c in ExitCode}


def test_every_outcome_has_an_exit_code():
    assert set(EXIT_OF_OUTCOME) == set(Outcome)
    assert [o for o, code in EXIT_OF_OUTCOME.items() if code is ExitCode.OK] == [Outcome.JUDGED]


def test_media_errors_survive_the_way_between_processes():
    for kind in (MediaError, errors.DecoderCrashed, errors.DecoderStalled):
        error = kind(ReasonCode.TRUNCATED, "cut off", "copy again")
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is kind
        assert (again.reason, again.advice, again.outcome) == (error.reason, error.advice, error.outcome)


@pytest.mark.parametrize("kind", [SjeddError, errors.ModelError, errors.OutputError, errors.OptionsError])
def test_errors_survive_the_way_between_processes(kind):
    again = pickle.loads(pickle.dumps(kind("message", "advice")))
    assert type(again) is kind
    assert again.code is kind.code
    assert again.message == "message"
    assert again.advice == "advice"
