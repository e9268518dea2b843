"""The faces of an extracted folder as a `Pool`; see `sjedd_training.data.shards` for its files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from sjedd_training.data.npz import open_npz
from sjedd_training.data.pool import Pool, Record
from sjedd_training.data.rows import REAL
from sjedd_training.data.shards import MANIFEST, PLAN, QUALITY, FileReport, read_reports, shard_path
from sjedd_video.errors import OptionsError


def is_extracted(root: Path) -> bool:
    """Whether ``root`` was written by ``sjedd-train data extract``."""
    return (root / PLAN).is_file()


def open_extracted(root: Path, split: str) -> Pool:
    """Open the faces of one split of an extracted folder; pictures stay on disk.

    Raises:
        OptionsError: The extraction was not finished, or a file of it is missing or damaged.
    """
    shards = _shards(root)
    records: list[Record] = []
    reader = PictureFile(root)
    seconds: list[float] = []
    for number in range(shards):
        reports, table = _read_shard(root, number)
        for i in range(len(table.get("input", ()))):
            report = reports[int(table["input"][i])]
            if report.split != split:
                continue
            records.append(_record(report, table, i))
            seconds.append(float(table["pts"][i] * table["time_base"][i][0] / table["time_base"][i][1]))
            reader.add(number, int(table["start"][i]), int(table["size"][i]))
    return Pool(_with_twins(records, seconds), reader)


def _shards(root: Path) -> int:
    """How many shards the manifest counts."""
    path, advice = root / MANIFEST, "Run the same extract command again."
    if not path.is_file():
        raise OptionsError(f"{root}: the extraction was not finished.", advice)
    try:
        return int(json.loads(path.read_text(encoding="utf-8"))["shards"])
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise OptionsError(f"{path}: damaged ({error}).", advice) from error


def _read_shard(root: Path, number: int) -> tuple[list[FileReport], dict[str, NDArray[Any]]]:
    path, tar, done = (shard_path(root, number, suffix) for suffix in (".npz", ".tar", ".json"))
    # A shard counts as extracted as long as its .json is there.
    advice = f"Delete {done.name} and extract again."
    try:
        reports = read_reports(root, number)
    except (OSError, ValueError) as error:
        raise OptionsError(f"{done}: damaged ({error}).", advice) from error
    if reports is None:
        raise OptionsError(f"{done}: missing.", "Extract again; what is whole is kept.")
    with open_npz(path, "missing or damaged", advice) as file:
        table = dict(file)
        end = int((table["start"] + table["size"]).max()) if table else 0
    if not tar.is_file() or tar.stat().st_size < end:
        raise OptionsError(f"{tar}: missing or cut short.", advice)
    return reports, table


def _record(report: FileReport, table: dict[str, NDArray[Any]], i: int) -> Record:
    return Record(
        key=f"{report.name}@{table['pts'][i]}",
        source=report.group,
        row=report.row,
        # Where nobody is named, a forgery shows the person of its original.
        person=report.person or report.original or report.name,
        original=report.original,
        five=table["five"][i],
        landmarks=table["landmarks68"][i],
        video=report.video,
        eye_distance=float(table["quality"][i, QUALITY.index("eye_distance_px")]),
        face_of=report.face_of,
    )


def _with_twins(records: Sequence[Record], seconds: Sequence[float]) -> list[Record]:
    """Records whose ``original`` names the face of the original file that is nearest in time, or nothing."""
    reals: dict[str, list[tuple[float, str]]] = {}
    for record, time in zip(records, seconds, strict=True):
        if record.row == REAL:
            reals.setdefault(record.key.rpartition("@")[0], []).append((time, record.key))

    def twin(record: Record, time: float) -> Record:
        near = reals.get(record.original)
        return replace(record, original=min(near, key=lambda other: abs(other[0] - time))[1] if near else "")

    return [twin(r, t) if r.original else r for r, t in zip(records, seconds, strict=True)]


class PictureFile:
    """Reads the picture at an index out of the tar files; holds no open file, so it may go to any process."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._places: list[tuple[int, int, int]] = []

    def add(self, shard: int, start: int, size: int) -> None:
        """The next picture lies in ``shard`` at ``start``."""
        self._places.append((shard, start, size))

    def __call__(self, index: int) -> bytes:
        """The encoded picture."""
        shard, start, size = self._places[index]
        with shard_path(self._root, shard, ".tar").open("rb") as file:
            file.seek(start)
            return file.read(size)
