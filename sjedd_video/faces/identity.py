"""What a person's face looks like, as a vector: only good enough to link the tracks of one person within one file.

With a recognition model in the user's pack the vector is its embedding. Without one it is a linear projection of
gradient histograms and a blurred luma picture of the aligned face, fitted so that different pictures of one person come
close (linear discriminant analysis; ``training/sjedd_training/identity.py``). Its error rates stand in
``docs/decisions/002-tracking-and-identity.md``. It must never be used to say who somebody is.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import resources
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sjedd_video.errors import ModelError
from sjedd_video.faces.align import align_face
from sjedd_video.types import FloatArray, ImageU8

PROJECTION_FILE = "identity.npz"
PROJECTION_SHA256 = "2b13024d9a057a105d6f68b32dc2bde8a0685a14229614bee6da97e44791d30e"
SIDE, CELL, BINS, LUMA_SIDE = 64, 8, 9, 16
FEATURES = (SIDE // CELL) ** 2 * BINS + LUMA_SIDE**2


class FaceDescriptor(Protocol):
    """Turns a face into a unit vector whose inner product with another tells how alike two faces are."""

    name: str
    same: float
    """Similarity above which two tracks are taken for one person."""
    different: float
    """Similarity below which two faces are taken for different people, however near in place and time."""

    def describe(self, image: ImageU8, landmarks: FloatArray) -> NDArray[np.float32]:
        """Return the ``(d,) float32`` unit vector of the face at ``landmarks`` ``(5, 2)`` in RGB ``image``."""


class ProjectedGradients:
    """The built-in descriptor.

    Raises:
        ModelError: The projection that ships with the program is damaged.
    """

    name = "projected gradients"
    same = 0.6
    different = 0.35

    def __init__(self) -> None:
        self._mean, self._projection = _load_projection()

    def describe(self, image: ImageU8, landmarks: FloatArray) -> NDArray[np.float32]:
        """Describe one face; see ``FaceDescriptor.describe``."""
        crop, _ = align_face(image, landmarks, 1.0, SIDE)
        return unit((features(crop) - self._mean) @ self._projection)


def build_descriptor(detector: object) -> FaceDescriptor:
    """The descriptor to use with ``detector``: that of the user's pack where it has one, else the built-in."""
    own: FaceDescriptor | None = getattr(detector, "descriptor", None)
    return own or ProjectedGradients()


def features(crop: ImageU8) -> NDArray[np.float32]:
    """``(832,) float32`` features of an aligned RGB crop ``(64, 64, 3) uint8`` at scale 1, before projection.

    The first part is a histogram of oriented gradients, normalised over neighbouring cells; the second a blurred luma
    picture without its mean and contrast, for the layout of hair, beard and glasses.
    """
    import cv2

    luma = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY).astype(np.float32)
    small = cv2.resize(cv2.GaussianBlur(luma, (0, 0), 2.0), (LUMA_SIDE, LUMA_SIDE), interpolation=cv2.INTER_AREA)
    return np.concatenate([unit(_gradients(luma)), unit((small - small.mean()).ravel())]).astype(np.float32)


def unit(vectors: FloatArray) -> NDArray[np.float32]:
    """``vectors`` divided by their length along the last axis; a zero vector stays zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9), np.float32).reshape(vectors.shape)


def _gradients(luma: FloatArray) -> NDArray[np.float32]:
    import cv2

    dx, dy = cv2.Sobel(luma, cv2.CV_32F, 1, 0, ksize=1), cv2.Sobel(luma, cv2.CV_32F, 0, 1, ksize=1)
    strength = np.hypot(dx, dy)
    angle = np.mod(np.arctan2(dy, dx), np.pi) / np.pi * BINS
    low = np.floor(angle)
    share = angle - low
    first = low.astype(np.intp) % BINS
    # Each pixel votes for the two nearest directions of its cell.
    rows, columns = np.indices(luma.shape) // CELL
    cell = (rows * (SIDE // CELL) + columns) * BINS
    votes = (
        np.bincount(
            np.concatenate([(cell + first).ravel(), (cell + (first + 1) % BINS).ravel()]),
            np.concatenate([(strength * (1 - share)).ravel(), (strength * share).ravel()]),
            minlength=(SIDE // CELL) ** 2 * BINS,
        ).reshape(SIDE // CELL, SIDE // CELL, BINS)
        / CELL**2
    )
    around = cv2.blur((votes**2).sum(axis=-1), (3, 3))
    return np.asarray(np.minimum(votes / np.sqrt(around + 0.01)[..., None], 0.4), np.float32).ravel()


@lru_cache(maxsize=1)
def _load_projection() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    source = resources.files("sjedd_video") / "data" / PROJECTION_FILE
    try:
        content = source.read_bytes()
    except OSError as error:
        raise ModelError(f"The face descriptor {PROJECTION_FILE} is missing.", "Reinstall sjedd-video.") from error
    if hashlib.sha256(content).hexdigest() != PROJECTION_SHA256:
        raise ModelError(f"The face descriptor {PROJECTION_FILE} is damaged: its SHA-256 differs.", "Reinstall it.")
    with source.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        return arrays["mean"].astype(np.float32), arrays["projection"].astype(np.float32)
