"""A tiny tree in FF++ layout: real videos of four people of a group photograph, and of what was made of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from face_kit import group_photo
from sjedd_training.data.layouts.ffpp import PAPER_METHODS
from sjedd_video.faces.align import align_face, reference_points
from sjedd_video.types import ImageU8
from training.pool_factory import MEAN_FACE

FRAMES, SIDE = 2, 256
PAIRS = (("000", "001"), ("002", "003"))
FIVE = np.array(
    [[[761, 401], [805, 401], [772, 427], [765, 448], [802, 448]],
     [[1151, 326], [1194, 322], [1169, 349], [1157, 367], [1193, 364]],
     [[493, 321], [545, 336], [507, 359], [482, 370], [526, 382]],
     [[288, 205], [323, 195], [306, 225], [309, 246], [337, 237]]], np.float64,
)  # fmt: skip
"""Eyes, nose and mouth corners of four faces of the photograph."""


def make_ffpp(root: Path) -> Path:
    """Write two training pairs of two people, their four manipulations in both orders, and ``landmarks.npz``."""
    faces = [align_face(group_photo(), five, 2.2, SIDE)[0] for five in FIVE]
    for split in ("train", "val", "test"):
        root.mkdir(parents=True, exist_ok=True)
        (root / f"{split}.json").write_text(json.dumps(PAIRS if split == "train" else []))
    names = []
    for i, face in enumerate(faces):
        other = i ^ 1  # the other one of the pair
        names.append(_write(root, f"original_sequences/youtube/c23/videos/{i:03d}.mp4", face))
        for k, method in enumerate(PAPER_METHODS):
            altered = _altered(face, faces[other], k)
            names.append(_write(root, f"manipulated_sequences/{method}/c23/videos/{i:03d}_{other:03d}.mp4", altered))
    return _landmarks(root, names)


def _altered(face: ImageU8, other: ImageU8, kind: int) -> ImageU8:
    """Another face in an oval, more or less of it."""
    oval = cv2.ellipse(
        np.zeros((SIDE, SIDE), np.float32), (128, 128 + 8 * kind), (40, 52 - 6 * kind), 0, 0, 360, 0.8, -1
    )
    soft = cv2.GaussianBlur(oval, (0, 0), 4)[..., None]
    return (other * soft + face * (1 - soft)).astype(np.uint8)


def _write(root: Path, name: str, picture: ImageU8) -> str:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", 25)
        stream.width, stream.height, stream.pix_fmt = SIDE, SIDE, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 25)
        stream.options = {"crf": "12", "bf": "0"}
        for number in range(FRAMES):
            frame = av.VideoFrame.from_ndarray(np.roll(picture, number, axis=1), "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return name


def _landmarks(root: Path, names: Sequence[str]) -> Path:
    """68 landmarks of every frame, as a file for ``data extract --landmarks``."""
    keys, points = [], []
    face = SIDE / 2 + (MEAN_FACE - MEAN_FACE[36:48].mean(axis=0)) / 40 * _eye_distance() + (0, _eyes_up())
    for name in names:
        with av.open(root / name) as container:
            for number, packet in enumerate(p for p in container.demux(video=0) if p.pts is not None):
                keys.append(f"{name}@{packet.pts}")
                points.append(face + np.array([number, 0.0]))
    np.savez(root / "landmarks.npz", key=np.array(keys), landmarks68=np.array(points, np.float32))
    return root


def _eye_distance() -> float:
    five = reference_points(2.2, SIDE)
    return float(five[1, 0] - five[0, 0])


def _eyes_up() -> float:
    return float(reference_points(2.2, SIDE)[:2, 1].mean() - SIDE / 2)
