"""Watching a folder: files are judged once they are fully written."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from batch.killing import CODE
from batch.scanning import make_clips, record, summary
from sjedd_batch.watching import Arrivals
from sjedd_video.errors import ExitCode


def test_a_file_is_ready_when_it_has_not_changed_for_a_while(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(b"1")
    arrivals = Arrivals(settle=5.0)
    assert arrivals.ready([path], 100.0) == []
    assert arrivals.pending
    path.write_bytes(b"12")
    assert arrivals.ready([path], 104.0) == []
    assert arrivals.ready([path], 108.0) == []
    assert arrivals.ready([path], 109.0) == [path]
    assert not arrivals.pending
    assert arrivals.ready([path], 200.0) == []


def test_a_file_that_is_written_again_is_judged_again(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(b"1")
    arrivals = Arrivals(settle=1.0)
    arrivals.ready([path], 0.0)
    assert arrivals.ready([path], 1.0) == [path]
    path.write_bytes(b"other")
    assert arrivals.ready([path], 2.0) == []
    assert arrivals.ready([path], 3.0) == [path]
    assert arrivals.ready([tmp_path / "gone.mp4"], 4.0) == []


@pytest.mark.skipif(sys.platform == "win32", reason="stops the program with a signal")
def test_what_arrives_is_judged_until_the_program_is_stopped(tmp_path):
    folder, case = tmp_path / "inbox", tmp_path / "case"
    folder.mkdir()
    good, dark = make_clips(tmp_path)
    shutil.copy(good, folder / "first.mp4")
    command = [sys.executable, "-c", CODE, "fakes:FakeEngines", "watch", str(folder), "--out", str(case), "--settle",
               "0.5", "--report", "json", "--frames", "6", "--heatmaps", "0", "--json-lines"]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    guard = threading.Timer(120, process.kill)
    guard.start()
    try:
        assert process.stdout is not None
        assert Path(json.loads(process.stdout.readline())["path"]).name == "first.mp4"
        with (folder / "second.mp4").open("wb") as file:
            data = dark.read_bytes()
            for start in range(0, len(data), len(data) // 3 + 1):
                file.write(data[start : start + len(data) // 3 + 1])
                file.flush()
                time.sleep(0.1)
        line = json.loads(process.stdout.readline())
        assert (Path(line["path"]).name, line["outcome"]) == ("second.mp4", "judged")
        process.send_signal(signal.SIGTERM)
        process.communicate()
    finally:
        guard.cancel()
        process.kill()
    assert process.returncode == ExitCode.OK
    assert set(summary(case)) == {"first.mp4", "second.mp4"}
    assert record(case)["state"] == "stopped"
