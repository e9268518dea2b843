"""Two looks: all files quickly, then those in doubt closely."""

from __future__ import annotations

import json
import shutil

import pytest
from pypdf import PdfReader

from batch import killing
from batch.scanning import call, fill, make_clips, outcomes, record, rows, run_scan, summary, timeless
from sjedd_batch.passes import in_doubt
from sjedd_video.errors import ExitCode
from sjedd_video.report.rows import Row
from sjedd_video.store import CaseStore

ENGINES = "batch.faulty_engines:DarkIsAltered"
HOW = ("--two-pass", "--frames", "12", "--report", "json", "--heatmaps", "0")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A weak clip, a dark one of strong support with a copy, and a damaged one: what was said, folder, case."""
    where = tmp_path_factory.mktemp("two")
    folder = fill(where / "evidence", make_clips(where))
    shutil.copy(folder / "inside" / "b", folder / "copy.mp4")
    result = run_scan(folder, where / "case", "--json-lines", quick=HOW, engines=ENGINES)
    return result, folder, where / "case"


def sampling_of(case):
    with CaseStore(case / "case.db", readonly=True) as store:
        return {path.rpartition("/")[2]: store.result(path)[0]["options"]["sampling"] for path in store.files()}


def test_only_what_is_in_doubt_gets_a_closer_look(finished):
    result, _, case = finished
    assert result.exit_code == ExitCode.UNREADABLE, result.output
    assert outcomes(case) == {"a.mp4": "judged", "b": "judged", "copy.mp4": "judged", "z.mov": "unreadable"}
    assert sampling_of(case) == {
        "a.mp4": "uniform:8",
        "b": "uniform:12",
        "copy.mp4": "uniform:12",
        "z.mov": "uniform:8",
    }
    assert [summary(case)[name]["band"] for name in ("a.mp4", "b", "copy.mp4")] == [
        "weak",
        "strong",
        "strong",
    ]


def test_both_looks_are_kept_and_the_report_says_so(finished):
    _, _, case = finished
    made = record(case)
    assert made["passes"] == [{"sampling": "uniform:8", "files": 4}, {"sampling": "uniform:12", "files": 2}]
    row = summary(case)["b"]
    with CaseStore(case / "case.db", readonly=True) as store:
        closer = store.find(row["sha256"], made["options_key"])
    assert closer["options"]["sampling"] == "uniform:12"
    assert made["options_key"].startswith(row["options"])
    assert not made["options_key"].startswith(summary(case)["a.mp4"]["options"])
    assert json.loads((case / row["report"]).read_text("utf-8"))["options"]["sampling"] == "uniform:12"
    text = " ".join(PdfReader(case / "summary.pdf").pages[0].extract_text().split())
    assert "uniform:8 over 4 files, then uniform:12 over 2 files" in text


def test_every_file_is_told_of_once(finished):
    told = [json.loads(line)["path"].rpartition("/")[2] for line in finished[0].stdout.splitlines()]
    assert sorted(told) == ["a.mp4", "b", "copy.mp4", "z.mov"]


def test_nothing_is_judged_again(finished, tmp_path):
    _, _, case = finished
    again = shutil.copytree(case, tmp_path / "case")
    before = timeless(again)
    assert call("resume", again, "--quiet", engines=ENGINES).exit_code == ExitCode.UNREADABLE
    assert record(again)["counts"]["judged_now"] == 0
    assert timeless(again) == before


def test_a_kill_in_the_middle_changes_nothing(finished, tmp_path):
    _, folder, case = finished
    how = ("--two-pass", "--frames", "12", "--workers", "1", "--report", "json")
    found = killing.interrupted(folder, tmp_path / "killed", ENGINES, [4], 7, *how)
    assert found["kills"] == 1
    assert timeless(tmp_path / "killed") == timeless(case)
    assert len(rows(tmp_path / "killed")) == 4


@pytest.mark.parametrize(
    ("row", "doubt"),
    [
        (Row("x", outcome="judged", band="weak", probability="0.1", low="0.05", high="0.3"), False),
        (Row("x", outcome="judged", band="weak", probability="0.4", low="0.2", high="0.6"), True),
        (Row("x", outcome="judged", band="moderate", probability="0.5"), True),
        (Row("x", outcome="partial", band="weak", probability="0.1", low="0.1", high="0.2"), True),
        (Row("x", outcome="inconclusive"), True),
        (Row("x", outcome="no_face"), True),
        (Row("x", outcome="unreadable"), False),
        (Row("x", outcome="crashed"), False),
        (Row("x", outcome="timed_out"), False),
    ],
)
def test_doubt(row, doubt):
    assert in_doubt(row) is doubt
