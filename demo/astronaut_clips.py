"""Makes the two clips of the demo from scikit-image's astronaut photograph: one untouched, one with an altered face.

Both show the same camera movement, light and sensor noise and are encoded alike; they differ in the face alone. The
altered face is made by the product's own expansion code on every rendered frame, with the same seed each time, so the
alteration stays what it is and follows the face.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.data import astronaut

from sjedd_training.data import masks
from sjedd_training.data.expansion import Face, Kind, forge
from sjedd_video.types import ImageU8

LANDMARKS = Path(__file__).with_name("astronaut_landmarks.json")

WIDTH, HEIGHT, RATE, SECONDS = 1280, 720, 25, 6
FRAMES = RATE * SECONDS

Alteration = tuple[Kind, int]
"""Kind of forgery and the seed of everything random in it."""

# Seeds chosen by eye: a change that a viewer can miss, and one that leaves all but the face as it was.
ALTERATIONS: tuple[Alteration, ...] = (("self_blend", 34), ("mouth_warp", 5))

TOUCHED: dict[Kind, slice] = {"self_blend": slice(0, 68), "mouth_warp": masks.MOUTH}
"""Landmarks around which an alteration happens: the rest of a frame need not be computed."""


@dataclass(frozen=True, eq=False)
class View:
    """One rendered frame: RGB ``(720, 1280, 3) uint8`` and its ``(68, 2)`` landmarks in its own pixels."""

    image: ImageU8
    landmarks: NDArray[np.float64]


def make_clips(untouched: Path, altered: Path) -> None:
    """Write both clips as H.264 in MP4."""
    with Writer(untouched) as plain, Writer(altered) as forged:
        for view in views():
            plain.write(view.image)
            forged.write(alter(view))


def views(seed: int = 7) -> Iterator[View]:
    """The frames as a camera gives them: pan, zoom, light shake, drifting light, sensor noise."""
    photograph = np.asarray(astronaut(), np.uint8)
    landmarks = np.array(json.loads(LANDMARKS.read_text("utf-8"))["landmarks"], np.float64)
    rng = np.random.default_rng(seed)
    shake = _shake(rng)
    grain = rng.normal(0.0, 2.2, (HEIGHT + 256, WIDTH + 256, 1)).astype(np.float32)
    for i in range(FRAMES):
        matrix = _camera(i / FRAMES, shake[i])
        image = cv2.warpAffine(
            photograph, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101
        )
        y, x = rng.integers(0, 256, 2)
        lit = image.astype(np.float32) * _light(i / FRAMES) + grain[y : y + HEIGHT, x : x + WIDTH]
        moved = landmarks @ matrix[:, :2].T + matrix[:, 2]
        yield View(np.clip(np.rint(lit), 0, 255).astype(np.uint8), moved)


def alter(view: View, alterations: tuple[Alteration, ...] = ALTERATIONS) -> ImageU8:
    """The frame with its face altered; only windows around the face are touched, the rest is returned as it was."""
    image, margin = view.image.copy(), masks.eye_distance(view.landmarks)
    for kind, seed in alterations:
        points = view.landmarks[TOUCHED[kind]]
        low = np.maximum(np.floor(points.min(axis=0) - margin), 0).astype(int)
        high = np.ceil(points.max(axis=0) + margin).astype(int)
        window = np.s_[low[1] : high[1], low[0] : high[0]]
        face = Face(np.ascontiguousarray(image[window]), view.landmarks - low)
        image[window], _ = forge(kind, face, None, np.random.default_rng(seed))
    return image


class Writer:
    """Encodes RGB frames as H.264; a context manager."""

    def __init__(self, path: Path) -> None:
        self._container = av.open(str(path), "w")
        self._stream = self._container.add_stream("libx264", rate=RATE, options={"crf": "20", "preset": "veryfast"})
        self._stream.width, self._stream.height, self._stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        self._stream.codec_context.time_base = Fraction(1, RATE)
        self._count = 0

    def __enter__(self) -> Writer:
        return self

    def write(self, image: ImageU8) -> None:
        """Add one frame."""
        frame = av.VideoFrame.from_ndarray(image, format="rgb24")
        frame.pts, frame.time_base = self._count, Fraction(1, RATE)
        self._count += 1
        self._container.mux(self._stream.encode(frame))

    def __exit__(self, *_: object) -> None:
        self._container.mux(self._stream.encode(None))
        self._container.close()


def _camera(phase: float, shake: NDArray[np.float64]) -> NDArray[np.float64]:
    """Affine matrix ``(2, 3)``, photograph -> frame, at ``phase`` in [0, 1] of the clip."""
    swing = np.sin(2 * np.pi * phase)
    zoom = 2.75 + 0.12 * np.sin(np.pi * phase) + 0.002 * shake[2]
    roll = np.deg2rad(0.8 * swing + 0.08 * shake[2])
    looks_at = np.array([232.0 + 9.0 * swing, 136.0 + 3.0 * np.cos(2 * np.pi * phase)]) + 0.6 * shake[:2]
    linear = zoom * np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    return np.column_stack([linear, np.array([WIDTH, HEIGHT]) / 2 - linear @ looks_at])


def _shake(rng: np.random.Generator) -> NDArray[np.float64]:
    """Smooth random movement ``(FRAMES, 3)`` of about unit size: x, y, roll."""
    kernel = np.hanning(11)
    raw = rng.normal(0.0, 1.0, (FRAMES + len(kernel) - 1, 3))
    return np.stack([np.convolve(axis, kernel / np.linalg.norm(kernel), "valid") for axis in raw.T], axis=1)


def _light(phase: float) -> NDArray[np.float32]:
    """Gain ``(720, 1280, 1)``: exposure that drifts by 3 % and a soft shade that wanders over the background."""
    y, x = np.mgrid[0:HEIGHT:16, 0:WIDTH:16].astype(np.float32)
    centre = WIDTH * (0.85 - 0.2 * phase)
    shade = 1.0 - 0.10 * np.exp(-(((x - centre) / 260.0) ** 2) - ((y - 200.0) / 320.0) ** 2)
    gain = shade * np.float32(1.0 + 0.03 * np.sin(2 * np.pi * phase))
    return np.asarray(cv2.resize(gain, (WIDTH, HEIGHT)), np.float32)[..., None]
