"""Folders of extracted faces: numbered tar files of pictures, each with an index, read back as a `Pool`.

``shard-00000.tar`` holds the pictures, each followed by what it shows as JSON (a webdataset), ``shard-00000.npz`` where
each begins and what is known of the face, and ``shard-00000.json`` what became of every input file. The last one is
written last: a shard without it does not exist.
"""

from __future__ import annotations

import io
import json
import os
import tarfile
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from sjedd_training.data.layouts.base import Item
from sjedd_training.data.rows import REAL
from sjedd_video.errors import OptionsError
from sjedd_video.types import AlignedFace, FloatArray, FrameTime

FORMAT = 1
PLAN, MANIFEST, OUTCOMES = "plan.json", "manifest.json", "outcomes.csv"
QUALITY = ("eye_distance_px", "sharpness", "yaw", "exposure", "blockiness")
LABELLED = ("row", "group", "split", "person", "original", "face_of")
"""Facts of a file that stand beside each of its pictures."""
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
        self._held: list[tuple[dict[str, Any], bytes, str]] = []
        self._reports: list[FileReport] = []

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
        """Add a face of the file under way; it is kept when the file's report comes.

        Args:
            face: The observation with its crop.
            five: ``(5, 2)`` landmarks in the crop.
            landmarks: ``(68, 2)`` landmarks in the crop, or NaN.
            picture: The encoded crop.
            suffix: ``jpg`` or ``png``.
        """
        seen = face.observation
        row = {
            "input": np.int32(len(self._reports)), "start": np.int64(0), "size": np.int64(len(picture)),
            "pts": np.int64(seen.time.pts), "time_base": np.array(seen.time.time_base.as_integer_ratio(), np.int64),
            "track": np.int32(seen.track), "score": np.float32(seen.detection.score),
            "box": np.asarray(seen.detection.box, np.float32), "matrix": np.asarray(face.matrix, np.float64),
            "five": np.asarray(five, np.float32), "landmarks68": np.asarray(landmarks, np.float32),
            "quality": np.array([getattr(seen.quality, name) for name in QUALITY], np.float32),
        }  # fmt: skip
        self._held.append((row, picture, suffix))

    def end(self, report: FileReport) -> None:
        """Write the faces of the file under way, which ends with ``report``."""
        for row, picture, suffix in self._held:
            key = f"{len(self._reports):05d}-{len(self._rows):06d}"
            self._rows.append({**row, "start": np.int64(self._write(f"{key}.{suffix}", picture))})
            shown = {"pts": int(row["pts"]), "label": int(report.row != REAL)}
            told = {name: getattr(report, name) for name in ("name", *LABELLED)}
            self._write(f"{key}.json", json.dumps({**told, **shown}).encode())
        self._held.clear()
        self._reports.append(report)

    def forget(self) -> None:
        """Drop the faces of the file under way."""
        self._held.clear()

    def _write(self, name: str, content: bytes) -> int:
        """Add a member to the tar file; the offset of its content."""
        member = tarfile.TarInfo(name)
        member.size = len(content)
        self._tar.addfile(member, io.BytesIO(content))
        return self._tar.offset - -(-len(content) // BLOCK) * BLOCK

    def _commit(self) -> None:
        table: dict[str, Any] = {
            name: np.stack([row[name] for row in self._rows]) for name in (self._rows[0] if self._rows else ())
        }
        with self._part[".npz"].open("wb") as file:
            np.savez(file, **table)
        self._part[".json"].write_text(json.dumps([asdict(report) for report in self._reports]), encoding="utf-8")
        for suffix, part in self._part.items():
            part.replace(self._target[suffix])


def read_reports(folder: Path, number: int) -> list[FileReport] | None:
    """Reports of one shard, or None where it is not done."""
    path = shard_path(folder, number, ".json")
    try:
        return [FileReport(**values) for values in json.loads(path.read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise OptionsError(f"{path}: damaged ({error}).", "Delete it and extract again.") from error
