"""The development pool: real still faces, and real and forged video faces, read from two tar collections.

Layout: ``faces/faces.npz`` with ``faces-K.tar`` (real faces aligned at crop scale 1.3 in 240 x 240) and
``dfdc/dfdc.npz`` with ``dfdc-K.tar`` (real and forged faces of one frame per video, 224 x 224, not aligned).
"""

from __future__ import annotations

import tarfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from sjedd_training.data.expansion import Face
from sjedd_video.errors import OptionsError
from sjedd_video.faces.align import reference_points
from sjedd_video.types import FloatArray, ImageU8

FACES_SCALE, FACES_SIZE = 1.3, 240


@dataclass(frozen=True, eq=False)
class Record:
    """One face of the pool.

    Attributes:
        key: Name of the picture in its collection.
        source: ``dfdc``, or the name of a collection of still faces.
        forged: Whether the face comes from a forged video.
        person: Identity; unknown people each get one of their own.
        original: Key of the real record that a forgery was made from, or an empty string.
        five: ``(5, 2)`` landmarks for alignment, x y in pixels.
        landmarks: ``(68, 2)`` landmarks, x y in pixels.
    """

    key: str
    source: str
    forged: bool
    person: str
    original: str
    five: FloatArray
    landmarks: FloatArray


class Pool:
    """All records of one split, with their pictures kept in memory as JPEG.

    Args:
        root: Folder with ``faces`` and ``dfdc``.
        split: ``train`` or ``val``; the splits share no person.

    Raises:
        OptionsError: A file of the pool is missing.
    """

    def __init__(self, root: Path, split: str) -> None:
        try:
            self.records = [*_read_faces(root, split), *_read_dfdc(root, split)]
            self._bytes = _read_tars(root, {record.key for record in self.records})
        except FileNotFoundError as error:
            advice = "Point --data at a folder with faces/ and dfdc/."
            raise OptionsError(f"{error.filename}: not found.", advice) from error
        self.by_key = {record.key: i for i, record in enumerate(self.records)}
        self.persons = np.array([record.person for record in self.records])
        self.real = np.array([i for i, record in enumerate(self.records) if not record.forged])
        self.still = np.array([i for i in self.real if self.records[i].source != "dfdc"])
        self.video_real = np.array([i for i in self.real if self.records[i].source == "dfdc"])
        self.forged = np.array([i for i, record in enumerate(self.records) if record.forged])

    def image(self, index: int) -> ImageU8:
        """Decode a picture as RGB ``(H, W, 3) uint8``."""
        data = np.frombuffer(self._bytes[self.records[index].key], np.uint8)
        return np.asarray(cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB), np.uint8)

    def face(self, index: int) -> Face:
        """A record as picture and 68 landmarks."""
        return Face(self.image(index), self.records[index].landmarks)

    @cached_property
    def shapes(self) -> NDArray[np.float32]:
        """``(N, 136)`` landmarks of every record, centred and scaled by the eye distance, to find similar faces."""
        points = np.stack([record.landmarks for record in self.records]).astype(np.float32)
        points = points - points.mean(axis=1, keepdims=True)
        eyes = np.linalg.norm(points[:, 36:42].mean(axis=1) - points[:, 42:48].mean(axis=1), axis=1)
        scaled: NDArray[np.float32] = points / np.maximum(eyes, np.float32(1e-3))[:, None, None]
        return scaled.reshape(len(points), -1)

    def donor_for(self, index: int, rng: np.random.Generator, *, candidates: int = 300, nearest: int = 5) -> int:
        """A real face of another person with similar landmarks [SJEDD section III].

        The nearest of all would always be the same few; one of the ``nearest`` among random ``candidates`` is taken.
        """
        drawn = rng.choice(self.real, min(candidates, len(self.real)), replace=False)
        drawn = drawn[self.persons[drawn] != self.persons[index]]
        distance = np.linalg.norm(self.shapes[drawn] - self.shapes[index], axis=1)
        return int(drawn[np.argsort(distance)[rng.integers(min(nearest, len(drawn)))]])


def _read_faces(root: Path, split: str) -> list[Record]:
    table = np.load(root / "faces" / "faces.npz")
    five = reference_points(FACES_SCALE, FACES_SIZE)
    landmarks = table["landmarks68"].astype(np.float32)
    names, sources, identities = table["names"], table["source"], table["identity"]
    return [
        Record(str(names[i]), str(sources[i]), False, str(identities[i]) or f"face:{names[i]}", "", five, landmarks[i])
        for i in np.flatnonzero(table["split"] == split)
    ]


def _read_dfdc(root: Path, split: str) -> list[Record]:
    table = np.load(root / "dfdc" / "dfdc.npz")
    five, landmarks = table["five"].astype(np.float32), table["landmarks68"].astype(np.float32)
    names, labels, persons, originals = table["name"], table["label"], table["person"], table["original"]
    return [
        Record(
            f"{names[i]}.jpg",
            "dfdc",
            str(labels[i]) == "FAKE",
            f"dfdc:{persons[i]}",
            f"{originals[i]}.jpg" if originals[i] else "",
            five[i],
            landmarks[i],
        )
        for i in np.flatnonzero(table["split"] == split)
    ]


def _read_tars(root: Path, wanted: set[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in sorted([*root.glob("faces/faces-*.tar"), *root.glob("dfdc/dfdc-*.tar")]):
        with tarfile.open(path) as archive:
            for member in archive:
                if member.name in wanted and (stream := archive.extractfile(member)) is not None:
                    found[member.name] = stream.read()
    if missing := sorted(wanted - found.keys()):
        message = f"{root}: {len(missing)} pictures are missing, e.g. {missing[0]}."
        raise OptionsError(message, "Copy the tar files again.")
    return found
