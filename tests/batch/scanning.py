"""Help for the tests of scans: small clips, a folder of evidence, and the command line with fake engines."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from fakes import make_video
from sjedd_batch import worker
from sjedd_batch.cli import main

QUICK = ("--quiet", "--report", "json", "--heatmaps", "0", "--frames", "8")
TIMES = ("started", "seconds")


def make_clips(folder):
    """A good clip, and a dark one that the faulty engines stumble over."""
    return make_video(folder / "good.mp4", 20), make_video(folder / "dark.mp4", 20, level=25)


def printed(report):
    """Words of all pages of a PDF, with one space between them.

    A long path is wrapped within a name, too; where depends on the folder of the tests, so names are looked for in the
    text without its spaces.
    """
    return " ".join("".join(page.extract_text() for page in PdfReader(report).pages).split())


def fill(folder, clips):
    """Two clips, one of them in a folder inside, a text file, and a damaged video."""
    (folder / "inside").mkdir(parents=True)
    shutil.copy(clips[0], folder / "a.mp4")
    shutil.copy(clips[1], folder / "inside" / "b")
    (folder / "notes.txt").write_text("notes")
    (folder / "z.mov").write_bytes(b"no longer a video")
    return folder


def call(*arguments, engines="fakes:FakeEngines"):
    """``sjedd-video`` with fake engines."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "ENGINES", engines)
        return CliRunner().invoke(main, [str(a) for a in arguments])


def run_scan(folder, case, *arguments, engines="fakes:FakeEngines", quick=QUICK):
    return call("scan", folder, "--out", case, *quick, *arguments, engines=engines)


def rows(case):
    """The rows of ``summary.csv`` in order."""
    with (case / "summary.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def summary(case):
    return {Path(row["path"]).name: row for row in rows(case)}


def outcomes(case):
    return {name: row["outcome"] for name, row in summary(case).items()}


def timeless(case):
    """The rows without what differs from run to run."""
    return [{name: value for name, value in row.items() if name not in TIMES} for row in rows(case)]


def record(case):
    return json.loads((case / "run.json").read_text("utf-8"))
