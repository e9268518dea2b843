"""The development pool.

``faces/faces.npz`` with ``faces-K.tar``: real faces aligned at crop scale 1.3 in 240 x 240. ``dfdc/dfdc.npz`` with
``dfdc-K.tar``: real and forged faces of one frame per video, 224 x 224, not aligned.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sjedd_training.data.npz import open_npz
from sjedd_training.data.pool import Pool, Record
from sjedd_training.data.rows import REAL, UNKNOWN
from sjedd_video.errors import OptionsError
from sjedd_video.faces.align import reference_points

FACES_SCALE, FACES_SIZE, DFDC_SIZE = 1.3, 240, 224


def open_development(root: Path, split: str) -> Pool:
    """The faces of ``split`` at ``root``.

    Raises:
        OptionsError: A file or a picture is missing, or a file is damaged.
    """
    records = [*_read_faces(root, split), *_read_dfdc(root, split)]
    pictures = _read_tars(root, {record.key for record in records})
    return Pool(records, _InMemory([pictures[record.key] for record in records]))


class _InMemory(list[bytes]):
    """Pictures kept in memory, callable by index; unlike a lambda it can be sent to a loader process."""

    def __call__(self, index: int) -> bytes:
        return self[index]


def _table(path: Path) -> dict[str, NDArray[Any]]:
    if not path.is_file():
        advice = "Point --data at a folder with faces/ and dfdc/, or at one written by sjedd-train data extract."
        raise OptionsError(f"{path}: not found.", advice)
    with open_npz(path, "damaged", "Copy it again.") as file:
        return dict(file)


def _read_faces(root: Path, split: str) -> list[Record]:
    table = _table(root / "faces" / "faces.npz")
    five = reference_points(FACES_SCALE, FACES_SIZE)
    landmarks = table["landmarks68"].astype(np.float32)
    names, sources, identities = table["names"], table["source"], table["identity"]
    distances = table["iod_source_px"]
    return [
        Record(
            str(names[i]),
            str(sources[i]),
            REAL,
            str(identities[i]) or f"face:{names[i]}",
            "",
            five,
            landmarks[i],
            False,
            float(distances[i]),
        )
        for i in np.flatnonzero(table["split"] == split)
    ]


def _read_dfdc(root: Path, split: str) -> list[Record]:
    table = _table(root / "dfdc" / "dfdc.npz")
    five, landmarks = table["five"].astype(np.float32), table["landmarks68"].astype(np.float32)
    names, labels, persons, originals = table["name"], table["label"], table["person"], table["original"]
    # Crops are scaled to the same size; this is how wide they were.
    distances = np.linalg.norm(five[:, 0] - five[:, 1], axis=1) * table["source_width_px"] / DFDC_SIZE
    return [
        Record(
            f"{names[i]}.jpg",
            "dfdc",
            UNKNOWN if str(labels[i]) == "FAKE" else REAL,
            f"dfdc:{persons[i]}",
            f"{originals[i]}.jpg" if originals[i] else "",
            five[i],
            landmarks[i],
            True,
            float(distances[i]),
        )
        for i in np.flatnonzero(table["split"] == split)
    ]


def _read_tars(root: Path, wanted: set[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in sorted([*root.glob("faces/faces-*.tar"), *root.glob("dfdc/dfdc-*.tar")]):
        try:
            found.update(_members(path, wanted))
        except (tarfile.TarError, OSError) as error:
            raise OptionsError(f"{path}: damaged ({error}).", "Copy it again.") from error
    if missing := sorted(wanted - found.keys()):
        message = f"{root}: {len(missing)} pictures are missing, e.g. {missing[0]}."
        raise OptionsError(message, "Copy the tar files again.")
    return found


def _members(path: Path, wanted: set[str]) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as archive:
        for member in archive:
            if member.name in wanted and (stream := archive.extractfile(member)) is not None:
                yield member.name, stream.read()
