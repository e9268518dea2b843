"""Extraction of a whole data set: shard by shard in worker processes, resumable after any interruption."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from sjedd_training.data.faces import ExtractOptions, FaceReader, FileOutcome
from sjedd_training.data.layouts import Item, Listing
from sjedd_training.data.shards import FORMAT, MANIFEST, OUTCOMES, PLAN, FileReport, read_reports, shard_path
from sjedd_training.data.workers import Job, run_jobs, write_shard
from sjedd_video.errors import ExitCode, OptionsError
from sjedd_video.report.files import made_folder, write_text

FACES_PER_SHARD, FEWEST_SHARDS = 1000, 16
FAILURES = {FileOutcome.UNREADABLE, FileOutcome.CRASHED, FileOutcome.TIMED_OUT}
CODES = {
    FileOutcome.EXTRACTED: ExitCode.OK,
    FileOutcome.PARTIAL: ExitCode.NOT_JUDGED,
    FileOutcome.NO_FACE: ExitCode.NOT_JUDGED,
    FileOutcome.UNREADABLE: ExitCode.UNREADABLE,
    FileOutcome.CRASHED: ExitCode.CRASHED,
    FileOutcome.TIMED_OUT: ExitCode.TIMED_OUT,
}
Progress = Callable[[int, int], None]
"""Told of input files that are done, and of how many there are."""


@dataclass(frozen=True)
class Extracted:
    """What came of an extraction.

    Attributes:
        folder: Where it lies.
        outcomes: Input files by outcome.
        faces: Faces in all.
    """

    folder: Path
    outcomes: dict[str, int]
    faces: int

    @property
    def code(self) -> ExitCode:
        """The gravest exit code of the outcomes."""
        return max((CODES[FileOutcome(outcome)] for outcome in self.outcomes), default=ExitCode.OK)


def extract(
    listing: Listing,
    out: Path,
    options: ExtractOptions,
    *,
    workers: int = 1,
    retry: bool = False,
    progress: Progress | None = None,
) -> Extracted:
    """Extract the faces of every item of ``listing`` into ``out``; what is there already is kept.

    Args:
        listing: The data set.
        out: Folder to write; empty, new, or left by the same extraction.
        options: How.
        workers: Worker processes; 0 works in this one.
        retry: Whether shards with files that could not be read are written again.
        progress: Told how far it is.

    Raises:
        OptionsError: ``out`` holds something else, or an option makes no sense.
        ModelError: A network is missing or damaged.
        OutputError: A shard cannot be written.
    """
    reader = FaceReader(options)
    facts = reader.facts()
    shards = plan_shards(listing.items, options.frames)
    _begin(out, listing, options, facts, len(shards))
    if retry:
        _drop_failed(out, len(shards))
    jobs = [Job(out, i, items) for i, items in enumerate(shards) if read_reports(out, i) is None]
    tell = _Teller(out, shards, progress)
    if workers and jobs:
        run_jobs(jobs, options, workers, tell)
    else:
        for job in jobs:
            write_shard(job, reader)
            tell()
    return _finish(out, listing, options, facts, len(shards))


def plan_shards(items: Sequence[Item], frames: int) -> list[tuple[Item, ...]]:
    """Divide the items, in order, into shards of at most about ``FACES_PER_SHARD`` faces, a few in any case.

    It depends on the items only, so that any number of workers can take an extraction up again.
    """
    sizes = [frames if item.video else 1 for item in items]
    most = min(FACES_PER_SHARD, -(-sum(sizes) // FEWEST_SHARDS))
    shards: list[list[Item]] = []
    room = 0
    for item, size in zip(items, sizes, strict=True):
        if room <= 0:
            shards.append([])
            room = most
        shards[-1].append(item)
        room -= size
    return [tuple(shard) for shard in shards]


def _portable(options: ExtractOptions) -> dict[str, Any]:
    """The options without paths: what these lead to is named with its hash."""
    return {key: value for key, value in asdict(options).items() if key not in {"landmarks", "detector_pack"}}


def _begin(out: Path, listing: Listing, options: ExtractOptions, facts: dict[str, str], shards: int) -> None:
    """Write the plan, or compare it with the one that is there."""
    names = "\n".join(f"{i.name}\t{i.row}\t{i.group}\t{i.split}\t{i.person}\t{i.original}" for i in listing.items)
    plan = {
        "format": FORMAT,
        "layout": listing.layout,
        "options": _portable(options),
        "items": hashlib.sha256(names.encode("utf-8", "surrogateescape")).hexdigest(),
        "shards": shards,
        **facts,
    }
    path = out / PLAN
    if path.is_file():
        before = _plan(path)
        if different := [key for key, value in plan.items() if before.get(key) != value]:
            message = f"{out} was written with other {', '.join(different)}."
            raise OptionsError(message, "Choose another --out, or repeat the command that began it.")
    elif out.exists() and any(out.iterdir()):
        raise OptionsError(f"{out} is not empty and was not written by this command.", "Choose another --out.")
    else:
        made_folder(out)
        write_text(path, json.dumps(plan, indent=1))
    for left in [*out.glob("*.part"), *out.glob("*.at")]:
        left.unlink(missing_ok=True)


def _plan(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise OptionsError(f"{path}: damaged ({error}).", "Choose another --out, and extract again.") from error


def _drop_failed(out: Path, shards: int) -> None:
    for number in range(shards):
        if any(report.outcome in FAILURES for report in read_reports(out, number) or ()):
            (out / MANIFEST).unlink(missing_ok=True)
            shard_path(out, number, ".json").unlink()


def _finish(out: Path, listing: Listing, options: ExtractOptions, facts: dict[str, str], shards: int) -> Extracted:
    """Write the list of outcomes and the manifest, which makes the extraction whole."""
    from sjedd_video.evidence import environment

    reports = [report for i in range(shards) for report in read_reports(out, i) or []]
    counts = dict(Counter(report.outcome for report in reports))
    faces = sum(report.faces for report in reports)
    outcomes = StringIO(newline="")
    table = csv.DictWriter(outcomes, list(FileReport.__dataclass_fields__))
    table.writeheader()
    table.writerows(asdict(report) for report in reports)
    write_text(out / OUTCOMES, outcomes.getvalue())
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "layout": listing.layout,
        "options": _portable(options),
        **facts,
        "files": len(reports),
        "faces": faces,
        "outcomes": counts,
        "problems": list(listing.problems),
        "notes": list(listing.notes),
        "shards": shards,
        "environment": environment(),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_text(out / MANIFEST, json.dumps(manifest, indent=1))
    return Extracted(out, counts, faces)


class _Teller:
    """Counts the input files that are done, by the shards that are there and the marks of those under way."""

    def __init__(self, out: Path, shards: Sequence[Sequence[Item]], progress: Progress | None) -> None:
        self._out, self._sizes, self._progress = out, [len(shard) for shard in shards], progress
        self._done = 0
        self._open = set(range(len(shards)))

    def __call__(self) -> None:
        if self._progress is None:
            return
        for number in [n for n in self._open if shard_path(self._out, n, ".json").exists()]:
            self._open.discard(number)
            self._done += self._sizes[number]
        under_way = sum(_mark(path) for path in self._out.glob("*.at"))
        self._progress(min(self._done + under_way, sum(self._sizes)), sum(self._sizes))


def _mark(path: Path) -> int:
    try:
        return int(path.read_text(encoding="ascii") or 0)
    except (OSError, ValueError):
        return 0
