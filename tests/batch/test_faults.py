"""Faults on purpose: memory, decoders, disk, clock, database, files. Each has an outcome or an exit code."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from batch.scanning import QUICK, make_clips, outcomes, record, run_scan, summary
from sjedd_batch import case as case_module
from sjedd_batch import workers
from sjedd_video.errors import ExitCode, OutputError
from sjedd_video.place import LOCK, lock
from sjedd_video.store import CaseStore
from sjedd_video.types import ReasonCode

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs the limits of Linux")


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    return make_clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture
def folder(tmp_path, clips):
    """A good clip and one that sets off the faulty engines."""
    (tmp_path / "evidence").mkdir()
    for name, clip in zip(("good.mp4", "dark.mp4"), clips, strict=True):
        shutil.copy(clip, tmp_path / "evidence" / name)
    return tmp_path / "evidence"


@pytest.fixture
def case(tmp_path):
    return tmp_path / "case"


def no_report_has_a_verdict(case, name):
    row = summary(case)[name]
    assert (row["probability"], row["band"]) == ("", "")
    assert json.loads((case / row["report"]).read_text("utf-8"))["verdict"] is None


# Memory, processor, native code


@LINUX
@pytest.mark.parametrize(
    ("engines", "how", "code", "outcome", "reason", "words"),
    [
        ("Hungry", ("--max-memory", "512"), ExitCode.CRASHED, "crashed", "out_of_memory", "memory limit"),
        ("Busy", ("--max-cpu", "2"), ExitCode.TIMED_OUT, "timed_out", "worker_stalled", "SIGXCPU"),
        ("Segfaulting", (), ExitCode.CRASHED, "crashed", "worker_crashed", "SIGSEGV"),
    ],
)
def test_a_worker_that_goes_wrong_is_one_typed_outcome(folder, case, engines, how, code, outcome, reason, words):
    result = run_scan(folder, case, *how, engines=f"batch.faulty_engines:{engines}")
    assert result.exit_code == code, result.output
    assert outcomes(case) == {"good.mp4": "judged", "dark.mp4": outcome}
    row = summary(case)["dark.mp4"]
    assert row["reasons"] == reason
    assert words in row["details"]
    no_report_has_a_verdict(case, "dark.mp4")


def test_a_model_that_runs_out_of_memory_is_an_outcome(folder, case):
    assert run_scan(folder, case, engines="batch.faulty_engines:ModelTooLarge").exit_code == ExitCode.CRASHED
    assert outcomes(case) == {"good.mp4": "crashed", "dark.mp4": "crashed"}
    assert {row["reasons"] for row in summary(case).values()} == {ReasonCode.OUT_OF_MEMORY}


def test_no_memory_to_load_the_model_is_said(folder, case):
    result = run_scan(folder, case, engines="batch.faulty_engines:NoRoomToLoad")
    assert result.exit_code == ExitCode.MODEL
    assert "fewer --workers" in result.stderr
    assert record(case)["state"] == "failed"


def test_a_decoder_that_segfaults_is_an_outcome_with_its_signal(folder, case):
    """Both decoders die, each after a few frames, which are judged."""
    result = run_scan(folder, case, engines="batch.faulty_engines:SegfaultingDecoders")
    assert result.exit_code == ExitCode.NOT_JUDGED, result.output
    assert outcomes(case) == {"good.mp4": "partial", "dark.mp4": "partial"}
    for row in summary(case).values():
        assert ReasonCode.DECODER_CRASHED in row["reasons"].split()
        assert "SIGSEGV" in row["details"]


def test_a_clock_that_jumps_changes_nothing(folder, case, monkeypatch):
    ticks = iter(range(10_000_000))
    clock = time.time
    monkeypatch.setattr(time, "time", lambda: clock() + (-1) ** next(ticks) * 1e6)
    monkeypatch.setattr(case_module, "now", lambda: f"20{next(ticks) % 90 + 10}-01-01T00:00:00+00:00")
    assert run_scan(folder, case, engines="batch.faulty_engines:JumpingClock").exit_code == ExitCode.OK
    assert outcomes(case) == {"good.mp4": "judged", "dark.mp4": "judged"}
    assert all(0 <= float(row["seconds"]) < 600 for row in summary(case).values())


# Files and disks


def test_a_file_that_vanishes_is_an_outcome(folder, case, monkeypatch):
    hashed = workers.hash_source

    def then_gone(path, cancel=None):
        if path.name == "dark.mp4":
            path.unlink()
        return hashed(path, cancel)

    monkeypatch.setattr(workers, "hash_source", then_gone)
    assert run_scan(folder, case).exit_code == ExitCode.UNREADABLE
    assert outcomes(case) == {"good.mp4": "judged", "dark.mp4": "unreadable"}
    row = summary(case)["dark.mp4"]
    assert (row["reasons"], row["sha256"]) == (ReasonCode.NOT_FOUND, "")


FULL_DISK = """
import json, os, sys
from pathlib import Path
sys.path[:0] = json.loads(sys.argv[1])
from batch.scanning import run_scan, outcomes
from sjedd_video.store import CaseStore

if __name__ == "__main__":
    folder, disk = Path(sys.argv[2]), Path(sys.argv[3])
    filler = disk / "filler"
    free = os.statvfs(disk)
    filler.write_bytes(bytes(free.f_bavail * free.f_frsize - int(sys.argv[4])))
    full = run_scan(folder, disk / "case", "--workers", "1")
    reports = list((disk / "case" / "reports").rglob("*"))
    whole = all(json.loads(path.read_text("utf-8"))["evidence"] for path in reports if path.is_file())
    filler.unlink()
    again = run_scan(folder, disk / "case", "--workers", "1")
    print(json.dumps({"full": full.exit_code, "said": full.stderr, "whole": whole, "again": again.exit_code,
                      "outcomes": outcomes(disk / "case")}))
"""


@LINUX
@pytest.mark.parametrize("room", [30_000, 230_000])
def test_a_full_disk_ends_the_scan_which_goes_on_when_there_is_room(folder, tmp_path, room):
    """On a disk of a few MiB: first there is no room for the database, then none for a report or a result."""
    disk = tmp_path / "disk"
    disk.mkdir()
    (tmp_path / "full.py").write_text(FULL_DISK)
    mount = f'mount -t tmpfs -o size=6m none {disk} && exec "$@"'
    probe = subprocess.run(["unshare", "-rm", "sh", "-c", mount, "sh", "true"], check=False, capture_output=True)
    if probe.returncode != 0:
        pytest.skip(f"no disk of our own here: {probe.stderr.decode()}")
    script = [sys.executable, str(tmp_path / "full.py"), json.dumps(sys.path), str(folder), str(disk), str(room)]
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", mount, "sh", *script], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["full"] == ExitCode.OUTPUT, found
    assert "full" in found["said"] or "No space left" in found["said"]
    assert found["whole"]
    assert (found["again"], found["outcomes"]) == (ExitCode.OK, {"good.mp4": "judged", "dark.mp4": "judged"})


@LINUX
def test_a_folder_that_cannot_be_written_is_an_output_error(folder, tmp_path):
    case = tmp_path / "case"
    case.mkdir()
    run = "from sjedd_batch.cli import main; main(prog_name='sjedd-video')"
    mount = f'mount --bind {case} {case} && mount -o remount,ro,bind {case} && exec "$@"'
    command = ["unshare", "-rm", "sh", "-c", mount, "sh", sys.executable, "-c", run, "scan", folder, "--out", case]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(list(map(str, command)), check=False, capture_output=True, text=True, env=environment)
    if "mount:" in done.stderr or "unshare:" in done.stderr:
        pytest.skip(f"no mounts of our own here: {done.stderr}")
    assert done.returncode == ExitCode.OUTPUT
    assert "cannot be written" in done.stderr
    assert list(case.iterdir()) == []


# The database


def _reads_well(database):
    try:
        with CaseStore(database) as store:
            return len([store.result(entry.path) for entry in store.entries()]) == 2
    except OutputError:
        return False


def test_a_damaged_page_of_the_database_is_said_and_nothing_is_made_of_it(folder, case):
    assert run_scan(folder, case).exit_code == ExitCode.OK
    database = case / "case.db"
    good = database.read_bytes()
    for page in range(0, len(good) // 4096, 3):
        database.write_bytes(good[: page * 4096] + b"\xa5" * 4096 + good[(page + 1) * 4096 :])
        assert not _reads_well(database), f"page {page} is damaged, and nobody noticed"
    result = run_scan(folder, case)
    assert result.exit_code == ExitCode.OUTPUT
    assert "Keep the file aside" in result.stderr
    database.rename(case / "damaged.db")
    assert run_scan(folder, case).exit_code == ExitCode.OK
    assert record(case)["counts"]["judged_now"] == 2


def test_a_changed_result_is_noticed(tmp_path):
    with CaseStore(tmp_path / "case.db") as store:
        store.save("a.mp4", 1, "a" * 64, "key", "judged", {"probability": 0.25})
    data = (tmp_path / "case.db").read_bytes()
    assert data.count(b"0.25") == 1
    (tmp_path / "case.db").write_bytes(data.replace(b"0.25", b"0.95"))
    with (
        CaseStore(tmp_path / "case.db", readonly=True) as store,
        pytest.raises(OutputError, match="not as it was stored"),
    ):
        store.result("a.mp4")


def test_two_runs_do_not_write_to_one_case(folder, case):
    case.mkdir()
    held = lock(case / LOCK)
    try:
        result = run_scan(folder, case, quick=QUICK[1:])
    finally:
        held.close()
    assert result.exit_code == ExitCode.OUTPUT
    assert "Another run is writing" in result.stderr


def test_what_a_killed_run_left_half_written_is_removed(folder, case):
    (case / "reports").mkdir(parents=True)
    for part in (case / ".run.json.x.part", case / "reports" / ".a.json.x.part"):
        part.write_text("half")
    assert run_scan(folder, case).exit_code == ExitCode.OK
    assert not list(Path(case).rglob("*.part"))
