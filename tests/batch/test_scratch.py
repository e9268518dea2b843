"""The folder for what must not outlive the program."""

import os
import subprocess
import sys
import tempfile
import time

import pytest

from sjedd_batch.scratch import PREFIX, Scratch

KILLED = """
import os, signal
from sjedd_batch.scratch import Scratch
scratch = Scratch()
(scratch.folder / "copy.mp4").write_bytes(b"evidence")
print(scratch.folder, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def age(folder):
    long_ago = time.time() - 3600
    os.utime(folder / "lock", (long_ago, long_ago))


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_what_a_killed_program_left_goes_at_the_next_start(place):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    done = subprocess.run([sys.executable, "-c", KILLED], env=environment, capture_output=True, text=True, check=False)
    (left,) = place.glob(f"{PREFIX}*")
    assert str(left) == done.stdout.strip()
    Scratch().close()
    assert (left / "copy.mp4").exists()  # too young to be told from one that is about to be locked
    age(left)
    Scratch().close()
    assert list(place.iterdir()) == []


def test_the_folder_of_a_running_program_stays(place):
    running = Scratch()
    age(running.folder)
    other = Scratch()
    assert running.folder.is_dir()
    assert other.folder != running.folder
    other.close()
    running.close()
    assert list(place.iterdir()) == []


def test_folders_of_others_are_left_alone(place):
    (place / f"{PREFIX}x").mkdir()
    (place / "sjedd-other").mkdir()
    Scratch().close()
    assert len(list(place.iterdir())) == 2
