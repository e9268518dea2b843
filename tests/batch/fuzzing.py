"""Fuzzing of the scanner: mutated files by the thousand, each of which must end in a typed outcome.

``make fuzz`` (``python -P -m batch.fuzzing --out FOLDER``) makes the files from a fixed seed, scans them with the real
decoders (the model is replaced: it never sees a damaged file, only decoded frames) and prints a summary. It fails if
the scanner dies, hangs, lets a defect of the program show, or leaves a file without an outcome.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import struct
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sjedd_video.types import Outcome, ReasonCode
from synthetic import Clip, make_clip

SEED, COUNT = 20_260_101, 2000
SMALL = {"frames": 12, "gop": 6, "width": 320, "height": 192}
SEEDS = (
    Clip("h264", suffix="mp4", **SMALL),
    Clip("h264-fast", suffix="mov", muxer={"movflags": "faststart"}, audio=True, **SMALL),
    Clip("hevc", codec="libx265", suffix="mp4", **SMALL),
    Clip("vp9", codec="libvpx-vp9", suffix="webm", **SMALL),
    Clip("av1", codec="libsvtav1", suffix="mkv", **SMALL),
    Clip("mpeg4", codec="mpeg4", suffix="avi", **SMALL),
    Clip("h264-ts", suffix="ts", **SMALL),
    Clip("mjpeg", codec="mjpeg", suffix="mkv", pix_fmt="yuvj420p", **SMALL),
)
ABSURD = (0xFFFFFFFF, 0xFFFFFFF0, 0x7FFFFFFF, 0x80000000, 5_000_000_000 & 0xFFFFFFFF, 0, 1)
TABLES = (b"stts", b"stsz", b"stsc", b"stco", b"stss", b"ctts", b"elst", b"mvhd", b"tkhd", b"mdhd", b"avc1", b"hvc1",
          b"avcC", b"hvcC", b"strh", b"strf", b"avih", b"idx1", b"indx", b"\x1c\x53\xbb\x6b", b"\x16\x54\xae\x6b",
          b"\x15\x49\xa9\x66")  # fmt: skip
"""Marks of headers and indexes: boxes of MP4, chunks of AVI, elements of Matroska (cues, tracks, info)."""

Mutation = Callable[[bytearray, random.Random], None]


def header(data: bytearray, rng: random.Random) -> None:
    """Change bytes near the start."""
    for _ in range(rng.randint(1, 12)):
        data[rng.randrange(min(len(data), 600))] = rng.randrange(256)


def index(data: bytearray, rng: random.Random) -> None:
    """Change bytes of a table of the container."""
    at = _table(data, rng)
    for _ in range(rng.randint(1, 8)):
        data[min(at + rng.randrange(80), len(data) - 1)] = rng.randrange(256)


def absurd_count(data: bytearray, rng: random.Random) -> None:
    """Let a field of a table claim an absurd number, the billions of frames among them."""
    at = min(_table(data, rng) + rng.choice((4, 8, 12, 16, 20, 24, 32, 36, 40)), len(data) - 4)
    struct.pack_into(rng.choice((">I", "<I")), data, at, rng.choice(ABSURD))


def payload(data: bytearray, rng: random.Random) -> None:
    """Change a stretch of the coded frames."""
    start = rng.randrange(len(data) // 4, len(data))
    for at in range(start, min(start + rng.choice((1, 16, 400, 4000)), len(data))):
        data[at] ^= rng.randrange(1, 256)


def zeros(data: bytearray, rng: random.Random) -> None:
    """Blank a stretch, as a bad sector does."""
    start, length = rng.randrange(len(data)), rng.choice((64, 512, 4096))
    data[start : start + length] = bytes(len(data[start : start + length]))


def cut(data: bytearray, rng: random.Random) -> None:
    """End early."""
    del data[rng.randrange(1, len(data)) :]


def remove(data: bytearray, rng: random.Random) -> None:
    """Leave a stretch out, so that everything after it stands at the wrong place."""
    start = rng.randrange(len(data))
    del data[start : start + rng.choice((1, 7, 188, 1000))]


def repeat(data: bytearray, rng: random.Random) -> None:
    """Say a stretch twice."""
    start = rng.randrange(len(data))
    data[start:start] = data[start : start + rng.choice((4, 64, 2000))]


def flip(data: bytearray, rng: random.Random) -> None:
    """Turn single bits anywhere."""
    for _ in range(rng.choice((1, 3, 30))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


MUTATIONS: tuple[Mutation, ...] = (header, index, absurd_count, payload, zeros, cut, remove, repeat, flip)


def _table(data: bytearray, rng: random.Random) -> int:
    found = [at for mark in TABLES if (at := data.find(mark)) >= 0]
    return rng.choice(found) if found else rng.randrange(len(data))


def mutate(source: bytes, rng: random.Random) -> tuple[str, bytes]:
    """One to three mutations of a file, and their names."""
    data, chosen = bytearray(source), rng.choices(MUTATIONS, k=rng.choice((1, 1, 1, 2, 3)))
    for mutation in chosen:
        if data:
            mutation(data, rng)
    return "+".join(mutation.__name__ for mutation in chosen), bytes(data)


def make_files(folder: Path, count: int, seed: int, seeds: tuple[Clip, ...] = SEEDS) -> list[Path]:
    """Write ``count`` mutated files; the same seed gives the same mutations."""
    sources = folder / "sources"
    sources.mkdir(parents=True, exist_ok=True)
    clips = [(clip, make_clip(clip, sources).read_bytes()) for clip in seeds]
    rng, paths = random.Random(seed), []
    for number in range(count):
        clip, source = clips[number % len(clips)]
        how, data = mutate(source, rng)
        paths.append(folder / "files" / f"{number:05}-{clip.name}-{how}.{clip.suffix}")
        paths[-1].parent.mkdir(exist_ok=True)
        paths[-1].write_bytes(data)
    return paths


def scan(folder: Path, case: Path, limit_s: float, workers: int = 1) -> tuple[int | None, str]:
    """Scan in a process of its own; its exit code (None after ``limit_s``) and what it said on standard error."""
    code = "from sjedd_batch import worker\nworker.ENGINES = 'fakes:FakeEngines'\n" \
           "from sjedd_batch.cli import main\nif __name__ == '__main__': main(prog_name='sjedd-video')"  # fmt: skip
    command = [sys.executable, "-c", code, "scan", str(folder), "--out", str(case), "--report", "json", "--quiet",
               "--frames", "6", "--heatmaps", "0", "--timeout-idle", "20", "--max-memory", "1024",
               "--workers", str(workers)]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])}
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=limit_s, env=environment)
    except subprocess.TimeoutExpired:
        return None, ""
    return done.returncode, done.stderr


def verify(paths: list[Path], case: Path, code: int | None, said: str) -> dict[str, object]:
    """What came of the files; ``problems`` must be empty."""
    problems = []
    if code is None:
        problems.append("the scan did not end")
    elif code not in {0, 3, 4, 5, 6}:
        problems.append(f"the scan ended with {code}: {said[-600:]}")
    found = {}
    if (case / "summary.csv").exists():
        with (case / "summary.csv").open(encoding="utf-8", newline="") as file:
            found = {row["path"]: row for row in csv.DictReader(file)}
    for path in paths:
        row = found.get(str(path.absolute()))
        if row is None:
            problems.append(f"{path.name}: no row")
        elif row["outcome"] not in set(Outcome) or set(row["reasons"].split()) - set(ReasonCode):
            problems.append(f"{path.name}: {row['outcome']} {row['reasons']} is no typed outcome")
        elif row["reasons"] == ReasonCode.WORKER_CRASHED and "Error" in row["details"]:
            problems.append(f"{path.name}: a defect of the program: {row['details']}")
        elif row["reasons"] == ReasonCode.WORKER_STALLED:
            problems.append(f"{path.name}: hung: {row['details']}")
        elif bool(row["probability"]) != (row["band"] != ""):
            problems.append(f"{path.name}: a number without a verdict, or the reverse")
    reasons = Counter(reason for row in found.values() for reason in row["reasons"].split())
    return {
        "files": len(paths),
        "exit_code": code,
        "outcomes": dict(Counter(row["outcome"] for row in found.values()).most_common()),
        "reasons": dict(reasons.most_common()),
        "problems": problems,
    }


def main() -> None:
    """Make, scan, verify, summarise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for files, case and summary.json")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--limit", type=float, default=6 * 3600.0, help="seconds after which the scan counts as hung")
    asked = parser.parse_args()
    began = time.monotonic()
    paths = make_files(asked.out, asked.count, asked.seed)
    code, said = scan(asked.out / "files", asked.out / "case", asked.limit, asked.workers)
    result = {"seed": asked.seed, **verify(paths, asked.out / "case", code, said)}
    result["seconds"] = round(time.monotonic() - began, 1)
    (asked.out / "summary.json").write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))
    sys.exit(bool(result["problems"]))


if __name__ == "__main__":
    main()
