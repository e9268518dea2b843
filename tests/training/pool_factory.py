"""A tiny development pool with the real layout: coloured noise with the landmarks of a mean face."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import cv2
import numpy as np

from sjedd_video.faces.align import reference_points

_JAW = [(12 + 76 * i / 16, 52 + 46 * np.sin(np.pi * i / 16)) for i in range(17)]
_BROWS = [(18 + 6 * i, 38 - 3 * np.sin(np.pi * i / 4)) for i in range(5)] + [
    (58 + 6 * i, 38 - 3 * np.sin(np.pi * i / 4)) for i in range(5)
]
_NOSE = [(50, 46 + 6 * i) for i in range(4)] + [(42 + 4 * i, 68) for i in range(5)]


def _ring(x: float, y: float, rx: float, ry: float, count: int) -> list[tuple[float, float]]:
    angles = np.linspace(np.pi, -np.pi, count, endpoint=False)
    return [(x + rx * np.cos(a), y - ry * np.sin(a)) for a in angles]


MEAN_FACE = np.array(
    [*_JAW, *_BROWS, *_NOSE, *_ring(30, 46, 7, 3, 6), *_ring(70, 46, 7, 3, 6), *_ring(50, 82, 14, 6, 12),
     *_ring(50, 82, 9, 2, 8)], np.float32
)  # fmt: skip
"""``(68, 2)`` landmarks in a 100 x 100 picture."""


def face_picture(rng: np.random.Generator, size: int) -> np.ndarray:
    """Smooth coloured noise, so that blurs, warps and colour changes show."""
    coarse = rng.integers(40, 215, (size // 8, size // 8, 3), dtype=np.uint8)
    return cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC)


def make_pool(root: Path, faces: int = 8, videos: int = 8) -> Path:
    """Write ``faces/`` and ``dfdc/``; half of each split is validation, half of the videos are forged."""
    rng = np.random.default_rng(0)
    split = np.array(["train", "val"])
    names = [f"still/{i}.jpg" for i in range(faces)]
    _write_tar(root / "faces" / "faces-0.tar", names, rng, 240)
    np.savez(
        root / "faces" / "faces.npz",
        names=np.array(names),
        source=np.array(["still"] * faces),
        identity=np.array([f"p{i}" for i in range(faces)]),
        split=split[np.arange(faces) % 2],
        landmarks68=np.stack([MEAN_FACE * 2.4 + rng.normal(0, 1, (68, 2)) for _ in range(faces)]),
        iod_source_px=np.full(faces, 60.0, np.float32),
    )
    clips = [f"clip{i}" for i in range(videos)]
    _write_tar(root / "dfdc" / "dfdc-0.tar", [f"{name}.jpg" for name in clips], rng, 224)
    forged = np.arange(videos) % 4 >= 2
    np.savez(
        root / "dfdc" / "dfdc.npz",
        name=np.array(clips),
        label=np.where(forged, "FAKE", "REAL"),
        original=np.array([clips[i - 2] if forged[i] else "" for i in range(videos)]),
        person=np.arange(videos) % 2 + 2 * (np.arange(videos) // 4),
        split=split[np.arange(videos) % 2],
        five=np.stack([reference_points(1.0, 224)] * videos),
        landmarks68=np.stack([MEAN_FACE * 2.24] * videos),
        source_width_px=np.where(forged, 112, 224),
    )
    return root


def _write_tar(path: Path, names: list[str], rng: np.random.Generator, size: int) -> None:
    path.parent.mkdir(parents=True)
    with tarfile.open(path, "w") as archive:
        for name in names:
            _, data = cv2.imencode(".jpg", face_picture(rng, size))
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data.tobytes()))
