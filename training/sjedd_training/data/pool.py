"""Faces to train on, by split: the development pool, or a folder written by ``sjedd-train data extract``."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sjedd_training.data.expansion import Face
from sjedd_training.data.rows import REAL
from sjedd_video.errors import OptionsError
from sjedd_video.types import FloatArray, ImageU8

PNG = b"\x89PNG"
"""Start of a PNG file."""


@dataclass(frozen=True, eq=False)
class Record:
    """One face of a pool.

    Attributes:
        key: Name of the picture, unique in the pool.
        source: Collection or manipulation that the face comes from, e.g. ``dfdc`` or ``Deepfakes``.
        row: Row of the hierarchy's label table, ``real`` for untouched faces.
        person: Identity; unknown people each get one of their own. A forgery has that of its original.
        original: Key of the real record that a forgery was made from, or an empty string.
        five: ``(5, 2)`` landmarks for alignment, x y in pixels.
        landmarks: ``(68, 2)`` landmarks, x y in pixels; NaN where none are known.
        video: Whether the picture is a frame of a video.
        eye_distance: Pixels between the eyes in the source picture, before it was aligned or cropped; NaN if unknown.
        face_of: Identity whose face was swapped in, or an empty string.
    """

    key: str
    source: str
    row: str
    person: str
    original: str
    five: FloatArray
    landmarks: FloatArray
    video: bool
    eye_distance: float = math.nan
    face_of: str = ""

    @property
    def forged(self) -> bool:
        """Whether anything in the picture may be altered."""
        return self.row != REAL


class Pool:
    """All records of one split and a way to their pictures; made by `open_pool`.

    Args:
        records: The faces.
        read: The encoded picture (JPEG or PNG) of the record at an index.

    Attributes:
        records: The faces.
        by_key: Index of a record by its key.
        persons: ``(N,)`` identity of every record.
        shown: ``(N,)`` identity whose face it shows, which only in a swap is another.
        real: ``(R,) int64`` indices of the untouched faces; ``still`` and ``video_real`` are its two parts.
        beside_forged: ``(B,) int64`` indices of untouched faces that forged ones are compared with: those of videos,
            or all of a pool that has none.
        forged: ``(F,) int64`` indices of the forged faces.
        donors: ``(D,) int64`` indices of those forged faces that parts may be taken from; all, unless changed.
    """

    def __init__(self, records: Sequence[Record], read: Callable[[int], bytes]) -> None:
        self.records, self._read = list(records), read
        self.by_key = {record.key: i for i, record in enumerate(self.records)}
        self.persons = np.array([record.person for record in self.records])
        self.shown = np.array([record.face_of or record.person for record in self.records])
        self.real = _indices(i for i, record in enumerate(self.records) if not record.forged)
        self.still = _indices(i for i in self.real if not self.records[i].video)
        self.video_real = _indices(i for i in self.real if self.records[i].video)
        self.beside_forged = self.video_real if len(self.video_real) else self.real
        self.forged = self.donors = _indices(i for i, record in enumerate(self.records) if record.forged)

    def only(self, places: NDArray[np.int64]) -> Pool:
        """The pool of the records at ``places`` alone."""
        return Pool([self.records[place] for place in places], _Some(self._read, places))

    def image(self, index: int) -> ImageU8:
        """Decode a picture as RGB ``(H, W, 3) uint8``."""
        content = self._read(index)
        if content.startswith(PNG):
            # OpenCV's own zlib does not work beside that of every other library.
            return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
        data = np.frombuffer(content, np.uint8)
        return np.asarray(cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB), np.uint8)

    def face(self, index: int) -> Face:
        """A record as picture and 68 landmarks."""
        return Face(self.image(index), self.records[index].landmarks)

    @cached_property
    def _marked(self) -> NDArray[np.bool_]:
        """``(N,)`` whether all 68 landmarks of a record are known."""
        return np.fromiter((np.isfinite(record.landmarks).all() for record in self.records), np.bool_)

    def with_landmarks(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those of ``places`` whose faces have all 68 landmarks; nothing can be made of the others."""
        return places[self._marked[places]]

    def bases(self, part: NDArray[np.int64]) -> NDArray[np.int64]:
        """Those faces of ``part`` that forgeries can be made from; if it has none, those of all real faces.

        Raises:
            OptionsError: No real face has 68 landmarks.
        """
        usable = self.with_landmarks(part)
        usable = usable if len(usable) else self.with_landmarks(self.real)
        if not len(usable):
            message = "No real face has 68 landmarks, and forgeries are made by them."
            raise OptionsError(message, "Extract with --landmarks PACK or --landmarks FILE.npz.")
        return usable

    @cached_property
    def shapes(self) -> NDArray[np.float32]:
        """``(N, 136)`` landmarks of every record, centred and scaled by the eye distance, to find similar faces."""
        points = np.stack([record.landmarks for record in self.records]).astype(np.float32)
        points = points - points.mean(axis=1, keepdims=True)
        eyes = np.linalg.norm(points[:, 36:42].mean(axis=1) - points[:, 42:48].mean(axis=1), axis=1)
        scaled: NDArray[np.float32] = points / np.maximum(eyes, np.float32(1e-3))[:, None, None]
        return scaled.reshape(len(points), -1)

    def donor_for(
        self,
        index: int,
        rng: np.random.Generator,
        *,
        among: NDArray[np.int64] | None = None,
        candidates: int = 300,
        nearest: int = 5,
    ) -> int:
        """A face of another person with similar landmarks [SJEDD section III], real ones unless ``among`` says others.

        The nearest of all would always be the same few; one of the ``nearest`` among random ``candidates`` is taken.
        A swap is neither of the person who was there before nor of the one whose face was put in.

        Raises:
            OptionsError: No other person's face, or no 68 landmarks.
        """
        all_ = self.with_landmarks(self.real if among is None else among)
        drawn = rng.choice(all_, min(candidates, len(all_)), replace=False) if len(all_) else all_
        person = self.persons[index]
        drawn = drawn[(self.persons[drawn] != person) & (self.shown[drawn] != person)]
        if not len(drawn):
            message = f"{self.records[index].key}: no face of another person with 68 landmarks to take parts from."
            raise OptionsError(message, "Extract more people, and name a source of landmarks (--landmarks).")
        distance = np.linalg.norm(self.shapes[drawn] - self.shapes[index], axis=1)
        return int(drawn[np.argsort(distance)[rng.integers(min(nearest, len(drawn)))]])


def open_pool(root: Path, split: str) -> Pool:
    """Open the faces of ``split`` (``train``, ``val``, ``test``) at ``root``, whichever kind of folder it is.

    Raises:
        OptionsError: A file is missing, or the split has no faces.
    """
    from sjedd_training.data.development import open_development
    from sjedd_training.data.extracted import is_extracted, open_extracted

    pool = open_extracted(root, split) if is_extracted(root) else open_development(root, split)
    if not pool.records:
        raise OptionsError(f"{root}: no faces in the split {split!r}.", "Name another split, or extract this one.")
    return pool


@dataclass(frozen=True, eq=False)
class _Some:
    """Reads pictures by their place in a part of a pool."""

    read: Callable[[int], bytes]
    places: NDArray[np.int64]

    def __call__(self, index: int) -> bytes:
        return self.read(int(self.places[index]))


def _indices(found: Iterable[int]) -> NDArray[np.int64]:
    return np.fromiter(found, np.int64)
