"""Nothing leaves the machine: analyze and scan run with sockets forbidden in every process they start.

Two guards at once. An audit hook in every Python process reports and refuses each socket that is not a local pipe
between processes. On Linux a seccomp filter, inherited by all children, kills whatever process asks the kernel for such
a socket, so that native libraries cannot get around the hook.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from fakes import make_video

GUARD = """
import os, sys

LOCAL = 1  # AF_UNIX: pipes between processes of this machine


def refuse(event, arguments):
    network = event == "socket.__new__" and arguments[1] != LOCAL
    if network or event in {"socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"}:
        with open(os.environ["SJEDD_TEST_SOCKETS"], "a") as log:
            log.write(f"{event} {arguments!r} {sys.argv!r}\\n")
        raise PermissionError("sockets are forbidden here")


sys.addaudithook(refuse)

import _socket  # so that the hook sees the class that everybody uses
"""

SECCOMP = """
import ctypes, platform, struct, sys

NUMBER, ARCHITECTURE = {"x86_64": (41, 0xC000003E), "aarch64": (198, 0xC00000B7)}[platform.machine()]
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, KILL = 0x7FFF0000, 0x80000000
program = b"".join(struct.pack("HBBI", *line) for line in [
    (LOAD, 0, 0, 4), (EQUAL, 0, 4, ARCHITECTURE),  # another architecture: not judged here
    (LOAD, 0, 0, 0), (EQUAL, 0, 2, NUMBER),  # another call
    (LOAD, 0, 0, 16), (EQUAL, 0, 1, 1),  # socket(AF_UNIX, ...)
    (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, KILL)])


class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("lines", ctypes.c_char_p)]


libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(Filter(8, program)), 0, 0):
    sys.exit(99)
"""

CLI = "from sjedd_batch.cli import main; main()"
FAKE = (
    "import fakes\nfrom sjedd_video.engines import Engines\nfrom sjedd_batch import worker\n"
    "Engines.load = fakes.FakeEngines.load\nworker.ENGINES = 'fakes:FakeEngines'\n"
)
TESTS = Path(__file__).parents[1]


@pytest.fixture
def guarded(tmp_path):
    """Run Python code with arguments where sockets are forbidden; returns the process and the log of attempts."""
    guard, log = tmp_path / "guard", tmp_path / "sockets.log"
    guard.mkdir()
    (guard / "sitecustomize.py").write_text(GUARD)
    kernel = sys.platform == "linux" and platform.machine() in {"x86_64", "aarch64"}

    def run(code, *arguments):
        environment = {**os.environ, "SJEDD_TEST_SOCKETS": str(log)}
        environment["PYTHONPATH"] = os.pathsep.join([str(guard), str(TESTS), os.environ.get("PYTHONPATH", "")])
        command = [sys.executable, "-c", (SECCOMP if kernel else "") + code, *map(str, arguments)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=tmp_path, env=environment)
        if done.returncode == 99:
            pytest.skip("this kernel allows no seccomp filter")
        return done, log.read_text() if log.exists() else ""

    return run


@pytest.fixture
def clip(tmp_path):
    return make_video(tmp_path / "clip.mp4", 12)


def test_the_guard_sees_a_socket_in_a_child_of_a_child(guarded):
    inner = "import socket\ntry: socket.socket(socket.AF_INET)\nexcept PermissionError: pass"
    _, log = guarded(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])")
    assert "socket.__new__" in log


@pytest.mark.skipif(sys.platform != "linux", reason="needs seccomp")
def test_the_kernel_stops_a_native_socket(guarded):
    done, _ = guarded("import ctypes; ctypes.CDLL(None).socket(2, 1, 0)")
    assert done.returncode == -31  # SIGSYS


def test_analyze_opens_no_socket(guarded, clip):
    done, log = guarded(FAKE + CLI, "analyze", clip, "--frames", "6", "--json", "-", "--quiet")
    assert log == ""
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "judged"
    assert (clip.parent / "sjedd-report" / "clip.pdf").exists()


def test_scan_opens_no_socket(guarded, clip):
    folder = clip.parent / "evidence"
    folder.mkdir()
    clip.rename(folder / "clip.mp4")
    done, log = guarded(FAKE + CLI, "scan", folder, "--out", "case", "--frames", "6", "--report", "json", "--quiet")
    assert log == ""
    assert done.returncode == 0, done.stderr
    assert json.loads((clip.parent / "case" / "run.json").read_text())["counts"]["outcomes"] == {"judged": 1}
