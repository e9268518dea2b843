"""Folders of extracted faces: numbered tar files of pictures, each with an index, read back as a `Pool`.

``shard-00000.tar`` holds the pictures, ``shard-00000.npz`` where each begins and what is known of the face, and
``shard-00000.json`` what became of every input file. The last one is written last: a shard without it does not exist.
"""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from sjedd_training.data.layouts.base import Item
from sjedd_training.data.pool import Pool, Record
from sjedd_training.data.rows import REAL
from sjedd_video.errors import OptionsError
from sjedd_video.types import AlignedFace, FloatArray, FrameTime

FORMAT = 1
PLAN, MANIFEST, OUTCOMES = "plan.json", "manifest.json", "outcomes.csv"
QUALITY = ("eye_distance_px", "sharpness", "yaw", "exposure", "blockiness")
BLOCK = 512
"""Contents of a tar file begin at multiples of this."""


def shard_path(folder: Path, number: int, suffix: str) -> Path:
    """Path of one file of a shard."""
    return folder / f"shard-{number:05d}{suffix}"


def key_of(name: str, time: FrameTime) -> str:
    """Key of a face: the input's name and the time stamp of the frame."""
    return f"{name}@{time.pts}"


@dataclass(frozen=True)
class FileReport:
    """What became of one input file.

    Attributes:
        name: Path relative to the root of the data set.
        sha256: Of the file; empty where it cannot be read.
        outcome: See `sjedd_training.data.extract.FileOutcome`.
        detail: Why it is no better.
        frames: Frames asked for.
        faces: Faces written.
        face_of: See `Item`; shards written before this was known lack it.
    """

    name: str
    sha256: str
    outcome: str
    detail: str
    frames: int
    faces: int
    row: str
    group: str
    split: str
    person: str
    original: str
    video: bool
    face_of: str = ""

    @classmethod
    def of(cls, item: Item, sha256: str, outcome: str, detail: str, frames: int, faces: int) -> FileReport:
        """The report of ``item``."""
        known = item.row, item.group, item.split, item.person, item.original, item.video, item.face_of
        return cls(item.name, sha256, outcome, detail, frames, faces, *known)


class ShardWriter:
    """Writes one shard under temporary names; the files get their names when everything is in them."""

    def __init__(self, folder: Path, number: int) -> None:
        self._target = {suffix: shard_path(folder, number, suffix) for suffix in (".tar", ".npz", ".json")}
        self._part = {
            suffix: path.with_name(f"{path.name}.{os.getpid()}.part") for suffix, path in self._target.items()
        }
        self._tar = tarfile.open(self._part[".tar"], "w")  # noqa: SIM115 - closed in __exit__
        self._rows: list[dict[str, Any]] = []
        self.reports: list[FileReport] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tar.close()
        if kind is None:
            self._commit()
        for path in self._part.values():
            path.unlink(missing_ok=True)

    def add(self, face: AlignedFace, five: FloatArray, landmarks: FloatArray, picture: bytes, suffix: str) -> None:
        """Add a face of the file whose report comes next.

        Args:
            face: The observation with its crop.
            five: ``(5, 2)`` landmarks in the crop.
            landmarks: ``(68, 2)`` landmarks in the crop, or NaN.
            picture: The encoded crop.
            suffix: ``jpg`` or ``png``.
        """
        seen = face.observation
        name = tarfile.TarInfo(f"{len(self.reports):05d}-{len(self._rows):06d}.{suffix}")
        name.size = len(picture)
        self._tar.addfile(name, io.BytesIO(picture))
        start = self._tar.offset - -(-len(picture) // BLOCK) * BLOCK
        self._rows.append({
            "input": np.int32(len(self.reports)), "start": np.int64(start), "size": np.int64(len(picture)),
            "pts": np.int64(seen.time.pts), "time_base": np.array(seen.time.time_base.as_integer_ratio(), np.int64),
            "track": np.int32(seen.track), "score": np.float32(seen.detection.score),
            "box": np.asarray(seen.detection.box, np.float32), "matrix": np.asarray(face.matrix, np.float64),
            "five": np.asarray(five, np.float32), "landmarks68": np.asarray(landmarks, np.float32),
            "quality": np.array([getattr(seen.quality, name) for name in QUALITY], np.float32),
        })  # fmt: skip

    def forget(self) -> None:
        """Drop the faces of the file under way."""
        self._rows = [row for row in self._rows if row["input"] < len(self.reports)]

    def _commit(self) -> None:
        table: dict[str, Any] = {
            name: np.stack([row[name] for row in self._rows]) for name in (self._rows[0] if self._rows else ())
        }
        with self._part[".npz"].open("wb") as file:
            np.savez(file, **table)
        self._part[".json"].write_text(json.dumps([asdict(report) for report in self.reports]), encoding="utf-8")
        for suffix, part in self._part.items():
            part.replace(self._target[suffix])


def read_reports(folder: Path, number: int) -> list[FileReport] | None:
    """Reports of one shard, or None where it is not done."""
    try:
        text = shard_path(folder, number, ".json").read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        return [FileReport(**values) for values in json.loads(text)]
    except (ValueError, TypeError) as error:
        path = shard_path(folder, number, ".json")
        raise OptionsError(f"{path}: damaged ({error}).", "Delete it and extract again.") from error


def is_extracted(root: Path) -> bool:
    """Whether ``root`` was written by ``sjedd-train data extract``."""
    return (root / PLAN).is_file()


def open_extracted(root: Path, split: str) -> Pool:
    """Open the faces of one split of an extracted folder; pictures stay on disk.

    Raises:
        OptionsError: The extraction was not finished, or a file of it is missing or damaged.
    """
    if not (root / MANIFEST).is_file():
        raise OptionsError(f"{root}: the extraction was not finished.", "Run the same extract command again.")
    shards = json.loads((root / MANIFEST).read_text(encoding="utf-8"))["shards"]
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


def _read_shard(root: Path, number: int) -> tuple[list[FileReport], dict[str, NDArray[Any]]]:
    path = shard_path(root, number, ".npz")
    try:
        reports = read_reports(root, number)
        with np.load(path, allow_pickle=False) as file:
            table = dict(file)
    except (OSError, ValueError) as error:
        raise OptionsError(f"{path}: missing or damaged ({error}).", "Extract again; what is whole is kept.") from error
    if reports is None:
        raise OptionsError(f"{shard_path(root, number, '.json')}: missing.", "Extract again; what is whole is kept.")
    end = int((table["start"] + table["size"]).max()) if table else 0
    tar = shard_path(root, number, ".tar")
    if not tar.is_file() or tar.stat().st_size < end:
        advice = f"Delete {path.with_suffix('.json').name} and extract again."
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
