"""The decoding process can read and nothing else, where the kernel offers that."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fakes import make_video
from faulty_decoders import harm
from sjedd_video.decode import lockdown, process, sandbox
from sjedd_video.decode.sandbox import open_media
from sjedd_video.options import AnalysisOptions
from sjedd_video.progress import CancelToken
from sjedd_video.types import ReasonCode

ALL = ["write", "change", "rename", "run", "signal", "connect"]


def offered() -> int:
    """What this kernel offers: the version of Landlock, 0 without."""
    if sys.platform != "linux":
        return 0
    from landlockpy import abi_version

    return abi_version()


needs_landlock = pytest.mark.skipif(offered() < 6, reason=f"needs Landlock 6 or later, the kernel has {offered()}")


@pytest.fixture
def mark(tmp_path, monkeypatch):
    path = tmp_path / "mark"
    path.write_text("untouched")
    monkeypatch.setenv("SJEDD_TEST_MARK", str(path))
    return path


def test_without_it_all_of_this_could_be_done(mark):
    assert harm(mark) == ALL


@needs_landlock
def test_a_decoder_that_was_taken_over_can_do_no_harm(tmp_path, mark, monkeypatch):
    clip = make_video(tmp_path / "clip.mp4", 10)
    monkeypatch.setitem(sandbox.DECODERS, "decord", "faulty_decoders:Escaping")
    process.discard_spare()  # it was started with another environment
    with open_media(clip, AnalysisOptions(), CancelToken()) as session:
        frames = list(session.frames())
    (fallback,) = [reason for reason in session.reasons() if reason.code is ReasonCode.DECODER_FALLBACK]
    assert "managed: nothing" in fallback.detail
    assert len(frames) == 10
    assert mark.read_text() == "untouched"
    assert not (tmp_path / "new").exists()


@needs_landlock
def test_threads_and_children_are_locked_in_as_well(tmp_path, mark):
    code = (
        "import sys, threading; from pathlib import Path; from sjedd_video.decode.lockdown import lock_down\n"
        "assert lock_down(); from faulty_decoders import harm\n"
        "mark, found = Path(sys.argv[1]), []\n"
        "thread = threading.Thread(target=lambda: found.extend(harm(mark))); thread.start(); thread.join()\n"
        "print(found, mark.read_text())"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])}
    command = [sys.executable, "-c", code, str(mark)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    assert done.stdout.strip() == "[] untouched"


@pytest.mark.parametrize("without", ["system", "library", "kernel"])
def test_without_landlock_decoding_goes_on(monkeypatch, without):
    if without == "system":
        monkeypatch.setattr(sys, "platform", "darwin")
    elif without == "library":
        monkeypatch.setitem(sys.modules, "landlockpy", None)
    else:
        landlockpy = pytest.importorskip("landlockpy")

        def refuses(**_):
            raise landlockpy.UnsupportedError(95, "not supported")

        monkeypatch.setattr(landlockpy, "Ruleset", refuses)
    assert lockdown.lock_down() is False
