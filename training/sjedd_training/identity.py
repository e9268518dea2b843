"""Fit the built-in face descriptor (linear discriminant analysis on faces whose persons are known) and measure it.

The descriptor only links the tracks of one person within one file, see ``sjedd_video.faces.identity``. Run as
``python -m sjedd_training.identity DATA OUTPUT``; ``DATA`` holds ``dfdc`` and ``faces`` as described in the training
guide. The fit uses the persons of the ``train`` split of ``dfdc``; the measures use its ``val`` split and the frames of
the talking clips in ``faces``, of which the fit saw nothing.
"""

from __future__ import annotations

import io
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sjedd_video.faces.align import align_face, reference_points
from sjedd_video.faces.identity import SIDE, features, unit
from sjedd_video.types import FloatArray, ImageU8

COMPONENTS, DIMENSIONS, SHRINKAGE = 300, 64, 0.05
CLIP_SOURCES = ("talking", "liveportrait")
Labels = NDArray[np.str_]


@dataclass(frozen=True)
class Projection:
    """``(features - mean) @ matrix``; ``mean`` is ``(f,)`` and ``matrix`` ``(f, d)``."""

    mean: FloatArray
    matrix: FloatArray

    def __call__(self, rows: FloatArray) -> NDArray[np.float32]:
        """Unit vectors ``(n, d)`` of the features ``(n, f)``."""
        return unit((rows - self.mean) @ self.matrix)


def fit(rows: FloatArray, labels: Labels) -> Projection:
    """Fit discriminant directions: whiten by principal components, then by the spread within persons.

    Args:
        rows: ``(n, f)`` features.
        labels: ``(n,)`` person of each row; persons with one row shape only the principal components.
    """
    mean = rows.mean(axis=0)
    _, spread, axes = np.linalg.svd(rows - mean, full_matrices=False)
    whiten = axes[:COMPONENTS].T / (spread[:COMPONENTS] / np.sqrt(len(rows)))
    white = (rows - mean) @ whiten
    within, count = np.zeros((COMPONENTS, COMPONENTS)), 0.0
    for label in np.unique(labels):
        group = white[labels == label]
        if len(group) > 1:
            # A person with many pictures counts with the root of their number, or few persons would rule.
            weight = 1.0 / np.sqrt(len(group))
            centred = group - group.mean(axis=0)
            within += weight * centred.T @ centred
            count += weight * (len(group) - 1)
    within /= count
    within = (1 - SHRINKAGE) * within + SHRINKAGE * np.trace(within) / COMPONENTS * np.eye(COMPONENTS)
    values, vectors = np.linalg.eigh(within)
    return Projection(mean, whiten @ (vectors[:, :DIMENSIONS] / np.sqrt(values[:DIMENSIONS])))


def load_dfdc(folder: Path, split: str) -> tuple[NDArray[np.float32], Labels]:
    """Features and persons of the real faces of one split of ``dfdc``."""
    table = np.load(folder / "dfdc.npz", allow_pickle=False)
    wanted = np.nonzero((table["label"] == "REAL") & (table["split"] == split))[0]
    pictures = _pictures(folder, "dfdc", table["shard"][wanted])
    five = table["five"].astype(np.float64)
    rows = [_features(pictures[f"{table['name'][i]}.jpg"], five[i]) for i in wanted]
    return np.array(rows), table["person"][wanted].astype(str)


def load_clips(folder: Path) -> tuple[NDArray[np.float32], Labels]:
    """Features and clip names of the frames of talking clips in ``faces`` (already aligned at scale 1.3)."""
    table = np.load(folder / "faces.npz", allow_pickle=False)
    wanted = np.nonzero(np.isin(table["source"], CLIP_SOURCES) & (table["identity"] != ""))[0]
    pictures = _pictures(folder, "faces", table["shard"][wanted])
    points = reference_points(1.3, 240)
    rows = [_features(pictures[str(table["names"][i])], points) for i in wanted]
    return np.array(rows), table["identity"][wanted]


def _pictures(folder: Path, stem: str, shards: NDArray[np.int8]) -> dict[str, bytes]:
    """The undecoded picture files of ``shards`` by their name in the archive."""
    pictures: dict[str, bytes] = {}
    for shard in np.unique(shards):
        with tarfile.open(folder / f"{stem}-{shard}.tar") as archive:
            for member in archive:
                stream = archive.extractfile(member)
                if stream is not None:
                    pictures[member.name.removeprefix("./")] = stream.read()
    return pictures


def _features(content: bytes, landmarks: FloatArray) -> NDArray[np.float32]:
    from PIL import Image

    picture: ImageU8 = np.array(Image.open(io.BytesIO(content)).convert("RGB"))
    return features(align_face(picture, landmarks, 1.0, SIDE)[0])


def error_rates(vectors: FloatArray, labels: Labels, threshold: float) -> tuple[float, float]:
    """Share of pairs of different persons above ``threshold``, and of pairs of one person not above it."""
    first, second = np.triu_indices(len(labels), 1)
    alike = np.einsum("nd,nd->n", vectors[first], vectors[second]) > threshold
    same = labels[first] == labels[second]
    return float(alike[~same].mean()), float((~alike[same]).mean())


def track_means(vectors: FloatArray, labels: Labels, length: int) -> tuple[NDArray[np.float32], Labels]:
    """Mean vectors of runs of ``length`` rows of one label, as a track's descriptor is the mean of its faces."""
    means, names = [], []
    for label in np.unique(labels):
        group = vectors[labels == label]
        for start in range(0, len(group) - length + 1, length):
            means.append(group[start : start + length].mean(axis=0))
            names.append(label)
    return unit(np.array(means)), np.array(names)


def report(projection: Projection, data: Path, thresholds: tuple[float, ...]) -> list[str]:
    """Lines with the error rates on the held-out persons and clips."""
    sets = {
        "dfdc val, one face": load_dfdc(data / "dfdc", "val"),
        "clips, one face": load_clips(data / "faces"),
    }
    measured = {name: (projection(rows), labels) for name, (rows, labels) in sets.items()}
    for length in (4, 8):
        measured[f"clips, tracks of {length}"] = track_means(*measured["clips, one face"], length)
        measured[f"dfdc val, tracks of {length}"] = track_means(*measured["dfdc val, one face"], length)
    lines = []
    for name, (vectors, labels) in measured.items():
        for threshold in thresholds:
            false, missed = error_rates(vectors, labels, threshold)
            lines.append(f"{name:26} at {threshold:.2f}: false merges {false:.4%}, missed {missed:.2%}")
    return lines


def main() -> None:
    """Fit, write the projection as float16 and print the measured error rates."""
    data, output = Path(sys.argv[1]), Path(sys.argv[2])
    projection = fit(*load_dfdc(data / "dfdc", "train"))
    rounded = Projection(projection.mean.astype(np.float16), projection.matrix.astype(np.float16))
    np.savez(output, mean=rounded.mean, projection=rounded.matrix)
    sys.stdout.write("\n".join(report(rounded, data, (0.0, 0.1, 0.2, 0.3, 0.4, 0.45, 0.5, 0.6))) + "\n")


if __name__ == "__main__":
    main()
