"""The command line: help, exit codes, reports, and the summary."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from fakes import FakeEngines, MissingEngines, make_video, model_facts, sampling, scores
from sjedd_batch.cli import COMMANDS, main
from sjedd_batch.reports import Names
from sjedd_batch.summary import probability_words, write_summary
from sjedd_video import watch
from sjedd_video.decode import process
from sjedd_video.engines import Engines
from sjedd_video.errors import DecoderCrashed, DecoderStalled, ExitCode, OutputError
from sjedd_video.report.rows import Row
from sjedd_video.types import ReasonCode


@pytest.fixture(autouse=True)
def fake_engines(monkeypatch):
    monkeypatch.setattr(Engines, "load", FakeEngines.load)
    monkeypatch.setattr(process, "prestart", lambda: None)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return make_video(tmp_path_factory.mktemp("clips") / "clip.mp4")


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        return CliRunner().invoke(main, [str(a) for a in arguments])

    return call


def fail_to_open(monkeypatch, error):
    def open_media(path, options, cancel):
        raise error

    monkeypatch.setattr(watch, "open_media", open_media)


# Help


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_lists_every_command_and_examples(run, flag):
    result = run(flag)
    assert result.exit_code == 0
    for name, (_, text) in COMMANDS.items():
        assert re.search(rf"{name}\s+{re.escape(text)}", result.output)
    assert "Examples:" in result.output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_loads_and_explains_itself(run, name):
    result = run(name, "--help")
    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output


@pytest.mark.parametrize("name", [n for n in COMMANDS if n not in {"models", "hierarchy"}])
def test_commands_show_examples(run, name):
    assert f"sjedd-video {name}" in run(name, "--help").output.partition("Examples:")[2]


def test_version(run):
    from sjedd_video import __version__

    assert __version__ in run("--version").output


def test_help_loads_nothing_heavy():
    """Help must start at once: no numpy, no media library, no model."""
    code = (
        "import sys\nfrom sjedd_batch.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'numpy', 'av', 'cv2', 'onnxruntime', 'rich', 'pydantic', 'torch', 'sqlalchemy'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


# What analyze leaves


def test_a_file_gets_all_reports_and_a_summary(run, clip):
    result = run("analyze", clip, "--out", "out", "--heatmaps", "0")
    assert result.exit_code == ExitCode.OK, result.output
    assert {p.name for p in Path("out").iterdir()} == {"clip.json", "clip.csv", "clip.pdf"}
    assert Path("out/clip.pdf").read_bytes().startswith(b"%PDF")
    document = json.loads(Path("out/clip.json").read_text("utf-8"))
    assert document["outcome"] == "judged"
    assert document["verdict"]["probability"] == pytest.approx(0.9)
    assert "clip.mp4" in result.output
    assert "90 %" in result.output
    assert "strong support" in result.output
    assert "1 file: 1 judged." in result.output


def test_only_the_wanted_reports_are_written(run, clip):
    assert run("analyze", clip, "--report", "csv", "--heatmaps", "0").exit_code == 0
    assert [p.name for p in Path("sjedd-report").iterdir()] == ["clip.csv"]


def test_no_report_writes_nothing(run, clip):
    assert run("analyze", clip, "--report", "none", "--heatmaps", "0").exit_code == 0
    assert list(Path().iterdir()) == []


def test_json_on_the_output_is_one_document_a_line(run, clip):
    result = run("analyze", clip, "missing.mp4", "--json", "-", "--report", "none", "--heatmaps", "0")
    assert result.exit_code == ExitCode.UNREADABLE
    documents = [json.loads(line) for line in result.stdout.splitlines()]
    assert [d["outcome"] for d in documents] == ["judged", "unreadable"]
    assert documents[1]["verdict"] is None
    assert "missing.mp4" in result.stderr


def test_json_to_a_file(run, clip):
    assert run("analyze", clip, "--json", "all.jsonl", "--report", "none", "--heatmaps", "0").exit_code == 0
    assert json.loads(Path("all.jsonl").read_text("utf-8"))["outcome"] == "judged"


def test_quiet_says_nothing(run, clip):
    result = run("analyze", clip, "--quiet", "--heatmaps", "0")
    assert (result.exit_code, result.output) == (0, "")


def test_the_options_reach_the_result(run, clip):
    limits = ("--min-faces", "5", "--min-eye-distance-px", "30", "--end", "3")
    run("analyze", clip, "--frames", "8", *limits, "--heatmaps", "0", "--report", "json")
    options = json.loads(Path("sjedd-report/clip.json").read_text("utf-8"))["options"]
    assert (options["sampling"], options["min_faces"], options["end_s"]) == ("uniform:8", 5, 3.0)
    assert options["min_eye_distance_px"] == 30.0


def test_the_options_of_a_report_can_be_used_again(run, clip):
    run("analyze", clip, "--frames", "8", "--min-faces", "5", "--heatmaps", "0", "--report", "json")
    again = run(
        "analyze", clip, "--options", "sjedd-report/clip.json", "--min-faces", "6", "--report", "json", "--out", "two"
    )
    assert again.exit_code == 0
    options = json.loads(Path("two/clip.json").read_text("utf-8"))["options"]
    assert (options["sampling"], options["min_faces"], options["heatmaps"]) == ("uniform:8", 6, 0)


def test_no_input_overwrites_the_report_of_another(run, clip):
    Path("a").mkdir()
    Path("b").mkdir()
    inputs = [Path("a/clip.mp4"), Path("b/clip.mp4"), Path("b/clip.avi")]
    for path in inputs:
        path.write_bytes(clip.read_bytes())
    for _ in range(2):
        result = run("analyze", *inputs, "--report", "json", "--heatmaps", "0", "--frames", "4", "--quiet")
        assert result.exit_code == 0
        names = sorted(p.name for p in Path("sjedd-report").iterdir())
        assert names == ["clip.avi.json", "clip.json", "clip.mp4.json"]
    of = {p.name: json.loads(p.read_text("utf-8"))["evidence"]["path"] for p in Path("sjedd-report").iterdir()}
    assert {Path(path).parts[-2:] for path in of.values()} == {p.parts for p in inputs}


def test_a_later_run_keeps_the_report_of_another_file(tmp_path):
    (tmp_path / "clip.json").write_text(json.dumps({"evidence": {"path": "/elsewhere/clip.mp4"}}))
    names = Names(tmp_path)
    assert names.base(Path("clip.mp4")).name == "clip.mp4"
    assert names.base(Path("other/clip.mp4")).name == "clip.mp4-2"


def test_a_report_of_any_kind_is_kept(tmp_path):
    (tmp_path / "clip.pdf").write_bytes(b"%PDF: of another clip.mp4")
    assert Names(tmp_path).base(Path("clip.mp4")).name == "clip.mp4"


def test_the_same_relative_path_may_be_another_file(tmp_path):
    evidence = {"path": "clip.mp4", "sha256_before": "a" * 64}
    (tmp_path / "clip.json").write_text(json.dumps({"evidence": evidence}))
    assert Names(tmp_path).base(Path("clip.mp4"), "a" * 64).name == "clip"
    assert Names(tmp_path).base(Path("clip.mp4"), "b" * 64).name == "clip.mp4"


def test_a_name_leaves_room_for_the_ending_of_a_report(run, clip):
    inputs = [Path(f"{'x' * 250}{i}.mp4") for i in range(2)]
    for path in inputs:
        path.write_bytes(b"no video")
    assert run("analyze", *inputs, "--quiet").exit_code == ExitCode.UNREADABLE
    assert len(list(Path("sjedd-report").iterdir())) == 6


# Exit codes, one for each


def test_usage(run, clip):
    assert run("analyze").exit_code == ExitCode.USAGE
    assert run("analyze", clip, "--frames", "0").exit_code == ExitCode.USAGE
    assert run("analyze", clip, "--frames", "3", "--sampling", "fps:1").exit_code == ExitCode.USAGE
    assert run("analyze", clip, "--report", "docx").exit_code == ExitCode.USAGE
    assert run("nonsense").exit_code == ExitCode.USAGE
    result = run("analyze", clip, "--sampling", "often")
    assert result.exit_code == ExitCode.USAGE
    assert "uniform:N" in result.stderr


def test_not_judged(run, clip):
    result = run("analyze", clip, "--frames", "2", "--heatmaps", "0")
    assert result.exit_code == ExitCode.NOT_JUDGED
    assert "inconclusive" in result.output
    assert json.loads(Path("sjedd-report/clip.json").read_text("utf-8"))["verdict"] is None


@pytest.mark.parametrize("content", [None, b"", b"this is text"])
def test_unreadable(run, content):
    path = Path("file.mp4")
    if content is not None:
        path.write_bytes(content)
    result = run("analyze", path, "--out", "out")
    assert result.exit_code == ExitCode.UNREADABLE
    document = json.loads(Path("out/file.json").read_text("utf-8"))
    assert (document["outcome"], document["verdict"]) == ("unreadable", None)
    assert Path("out/file.pdf").exists()


def test_crashed(run, clip, monkeypatch):
    fail_to_open(monkeypatch, DecoderCrashed(ReasonCode.DECODER_CRASHED, "died"))
    assert run("analyze", clip).exit_code == ExitCode.CRASHED


def test_timed_out(run, clip, monkeypatch):
    fail_to_open(monkeypatch, DecoderStalled(ReasonCode.DECODER_STALLED, "hung"))
    assert run("analyze", clip).exit_code == ExitCode.TIMED_OUT


def test_model(run, clip, monkeypatch):
    monkeypatch.setattr(Engines, "load", MissingEngines.load)
    result = run("analyze", clip)
    assert result.exit_code == ExitCode.MODEL
    assert "There are no weights." in result.stderr
    assert "Import some." in result.stderr
    assert "Traceback" not in result.output


def test_output(run, clip):
    Path("taken").write_text("a file, not a folder")
    result = run("analyze", clip, "--out", "taken/inside")
    assert result.exit_code == ExitCode.OUTPUT
    assert "taken" in result.stderr


def test_internal(run, clip, monkeypatch):
    fail_to_open(monkeypatch, RuntimeError("a defect"))
    result = run("analyze", clip)
    assert result.exit_code == ExitCode.INTERNAL
    assert "RuntimeError: a defect" in result.stderr


def test_cancelled(run, clip, monkeypatch):
    import signal

    def open_media(path, options, cancel):
        os.kill(os.getpid(), signal.SIGINT)
        while not cancel.cancelled:
            pass
        cancel.raise_if_cancelled()

    monkeypatch.setattr(watch, "open_media", open_media)
    result = run("analyze", clip, clip)
    assert result.exit_code == ExitCode.CANCELLED
    assert "0 files" in result.output


def test_the_worst_outcome_decides(run, clip):
    assert run("analyze", clip, "missing.mp4", clip, "--heatmaps", "0", "--quiet").exit_code == ExitCode.UNREADABLE


def test_the_command_line_really_exits_with_these_codes(tmp_path):
    command = [sys.executable, "-m", "sjedd_batch", "analyze", "x.mp4", "--frames", "0"]
    assert subprocess.run(command, check=False, cwd=tmp_path, capture_output=True).returncode == ExitCode.USAGE


# Summary


def test_probabilities_are_shown_and_never_called_certain():
    for probability, low, high, words in (
        ("0.9600", "0.9100", "0.9800", "96 % (91-98)"),
        ("0.0000", "0.0000", "0.0300", "below 1 % (below 1-3)"),
        ("1.0000", "0.9990", "1.0000", "above 99 %"),
        ("0.5000", "", "", "50 %"),
    ):
        assert probability_words(Row("a", probability=probability, low=low, high=high)) == words
    assert probability_words(Row("a", outcome="no_face")) == ""


def test_names_cannot_steer_the_terminal(run):
    result = run("analyze", "bad\x1b[31m[red]name.mp4", "--report", "none")
    assert "\x1b[31m" not in result.output
    assert "[red]" in result.output


def test_the_summary_runs_no_formulas(tmp_path):
    write_summary([Row("=cmd()", probability="0.5000"), Row("-1.mp4"), Row("a.mp4")], tmp_path / "s.csv")
    with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["path"] for row in rows] == ["'=cmd()", "'-1.mp4", "a.mp4"]
    assert [row["probability"] for row in rows] == ["0.5000", "", ""]
    assert [bytes.fromhex(row["path_bytes"]) for row in rows] == [b"=cmd()", b"-1.mp4", b""]


def test_a_full_disk_is_an_output_error(run, clip, monkeypatch):
    from sjedd_batch import reports

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(reports, "_write", full)
    result = run("analyze", clip, "--heatmaps", "0")
    assert result.exit_code == ExitCode.OUTPUT
    assert "No space left" in result.stderr
    with pytest.raises(OutputError):
        reports.write_reports(None, Path("x"), ["json"], "")


def test_the_fakes_hold_together():
    assert len(scores([0.1, 0.2])) == 2
    assert sampling().decoded == 32
    assert model_facts().threshold == 0.5
    assert isinstance(main, click.Group)
