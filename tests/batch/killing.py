"""Killing a scan with SIGKILL again and again: the case must end as if nothing had happened.

``make killtest`` (``python -P -m batch.killing --out FOLDER``) makes the files (re-encodes of clips and links to them),
scans them once in peace and once killed at random moments and resumed, compares the two cases, and prints a summary.
The model is replaced unless ``--engines`` names another one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from batch.scanning import rows, timeless
from fakes import make_video
from sjedd_video.store import CaseStore

SEED = 5
VOLATILE = {"seconds", "started"}
CODE = """
import sys
from sjedd_batch import worker
real, worker.ENGINES = worker.ENGINES, sys.argv.pop(1)
if worker.ENGINES != real:
    worker.DETECTOR = "fakes:fake_detector"
from sjedd_batch.cli import main
if __name__ == "__main__":
    main(prog_name="sjedd-video")
"""


def make_files(folder: Path, count: int, different: int) -> None:
    """``different`` clips of their own, and links to them up to ``count``; every 25th file is damaged."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        path = folder / f"{number:04}.mp4"
        if number >= different:
            os.link(folder / f"{number % different:04}.mp4", path)
        elif number % 25 == 24:
            path.write_bytes(b"damaged %d" % number)
        else:
            make_video(path, 10 + number % 3, level=60 + number)


class Scan:
    """A scan in a process of its own; ``how`` are further arguments of ``scan``."""

    def __init__(self, folder: Path, case: Path, engines: str, *how: str) -> None:
        command = [sys.executable, "-c", CODE, engines, "scan", str(folder), "--out", str(case), "--quiet",
                   "--heatmaps", "0", "--frames", "6", *how]  # fmt: skip
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])}
        self.process = subprocess.Popen(command, env=environment)
        self.largest = 0

    def kill(self) -> None:
        """End it at once; whatever it started ends by itself."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def wait(self, until: float = float("inf"), ready: Any = lambda: False) -> bool:
        """Wait for its end, a moment, or an event; whether it ended. Notes its memory on the way."""
        while self.process.poll() is None:
            self.largest = max(self.largest, resident(self.process.pid))
            if time.monotonic() > until or ready():
                return False
            time.sleep(0.02)
        return True


def resident(pid: int) -> int:
    """Resident memory of a process in KiB; 0 where the system does not tell."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
    except (OSError, ValueError, IndexError):
        return 0


def progress(case: Path) -> int:
    """Number of files that the case has a result of."""
    try:
        with closing(sqlite3.connect(f"file:{case / 'case.db'}?mode=ro", uri=True)) as database:
            return int(database.execute("SELECT count(*) FROM files").fetchone()[0])
    except sqlite3.Error:
        return 0


def contents(case: Path) -> dict[str, Any]:
    """What a case says, without times: rows, documents, and the names of all its files."""
    with CaseStore(case / "case.db", readonly=True) as store:
        documents = {path: _steady(store.result(path)[0]) for path in store.files()}
    reports = {
        path.relative_to(case).as_posix(): _steady(json.loads(path.read_text("utf-8")))
        for path in sorted((case / "reports").rglob("*.json"))
    }
    names = sorted(path.relative_to(case).as_posix() for path in case.rglob("*"))
    return {"rows": timeless(case), "documents": documents, "reports": reports, "names": names}


def _steady(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in VOLATILE}


def differences(one: Path, other: Path) -> list[str]:
    """What two cases say differently; empty when they are the same."""
    first, second = contents(one), contents(other)
    return [name for name in first if first[name] != second[name]]


def interrupted(folder: Path, case: Path, engines: str, moments: list[int], seed: int, *how: str) -> dict[str, Any]:
    """Scan, killed a random moment after each number of files in ``moments`` is done, and then to the end."""
    done, largest, rng = [], 0, random.Random(seed)
    for moment in sorted(moments):
        scan = Scan(folder, case, engines, *how)
        ended = scan.wait(ready=lambda moment=moment: progress(case) >= moment)
        ended = ended or scan.wait(until=time.monotonic() + rng.uniform(0, 0.6))
        largest = max(largest, scan.largest)
        if ended:
            break
        scan.kill()
        done.append(progress(case))
    scan = Scan(folder, case, engines, *how)
    scan.wait()
    return {
        "kills": len(done), "files_done_at_each": done, "exit_code": scan.process.returncode,
        "parent_mib": round(max(largest, scan.largest) / 1024),
    }  # fmt: skip


def main() -> None:
    """Make, scan in peace, scan and kill, compare, summarise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for files, cases and summary.json")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--different", type=int, default=40, help="files of their own; the rest are links to them")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--engines", default="fakes:FakeEngines", help="module:class of the engines")
    asked = parser.parse_args()
    for name in ("files", "peace", "killed"):
        shutil.rmtree(asked.out / name, ignore_errors=True)
    make_files(asked.out / "files", asked.count, asked.different)
    how = ("--workers", str(asked.workers), "--report", "json,csv")
    began = time.monotonic()
    peace = Scan(asked.out / "files", asked.out / "peace", asked.engines, *how)
    peace.wait()
    seconds = time.monotonic() - began
    rng = random.Random(SEED)
    late = asked.kills // 4  # while copies are given the result of their original
    moments = rng.choices(range(asked.different), k=asked.kills - late)
    moments += rng.choices(range(asked.different, asked.count), k=late)
    found = interrupted(asked.out / "files", asked.out / "killed", asked.engines, moments, SEED, *how)
    result = {
        "files": asked.count, "different": asked.different, **found,
        "differences": differences(asked.out / "peace", asked.out / "killed"),
        "rows": len(rows(asked.out / "killed")),
        "undisturbed": {"seconds": round(seconds, 1), "parent_mib": round(peace.largest / 1024),
                        "exit_code": peace.process.returncode},
    }  # fmt: skip
    (asked.out / "summary.json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))
    same = not result["differences"] and found["exit_code"] == peace.process.returncode
    sys.exit(not (same and found["kills"] == asked.kills and result["rows"] == asked.count))


if __name__ == "__main__":
    main()
