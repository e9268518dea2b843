"""Labelled files and engines for tests of the evaluation: a face in every picture, the darker the more suspicious."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from fakes import FakeDetector, FakeScorer, make_video
from sjedd_training.scores import FileScore, FrameScore, Traits
from sjedd_video.engines import Engines

LEVELS = {"real": 190, "fake": 70}


class DarkScorer(FakeScorer):
    """P(face) falls with brightness: 0.9 at level 70, 0.1 at level 190 or so."""

    def probability(self, crops):
        means = np.array([np.asarray(crop, float).mean() for crop in crops])
        return np.clip(0.5 + (130 - means) / 150, 0.02, 0.98)


def dark_engines(options):
    """Engines with these; a function of a module, so that worker processes can be handed it."""
    return Engines(FakeDetector(), DarkScorer())


def picture(path: Path, level: int, seed: int = 0) -> Path:
    """A textured grey picture with a mean of about ``level``."""
    texture = np.random.default_rng(seed).integers(-20, 20, (240, 320, 3))
    cv2.imwrite(str(path), np.clip(level + texture, 0, 255).astype(np.uint8))
    return path


def write_manifest(folder: Path, rows: list[tuple[str, ...]], header: str = "path,label,group") -> Path:
    """A manifest beside its files."""
    path = folder / "manifest.csv"
    path.write_text("\n".join([header, *(",".join(row) for row in rows)]) + "\n", "utf-8")
    return path


def make_pictures(folder: Path, count: int = 2) -> Path:
    """``count`` real and altered pictures in group a, one real in group b, and a manifest."""
    rows = []
    for i in range(count):
        for label, level in LEVELS.items():
            name = f"{label}{i}.png"
            picture(folder / name, level + 6 * i, i)
            rows.append((name, label, "a"))
    picture(folder / "lone.png", 190, 9)
    return write_manifest(folder, [*rows, ("lone.png", "REAL", "b")])


def make_clips(folder: Path) -> Path:
    """A real and an altered clip, one that is no video, and one that is missing."""
    for label, level in LEVELS.items():
        make_video(folder / f"{label}.mp4", level=level)
    (folder / "broken.mp4").write_bytes(b"no video at all" * 50)
    rows = [("real.mp4", "0", "x"), ("fake.mp4", "1", "x"), ("broken.mp4", "1", "y"), ("gone.mp4", "0", "y")]
    return write_manifest(folder, rows)


def scored(
    probability: float | None, carried: float | None = None, frames=(), nodes=None, outcome: str | None = None, **traits
) -> FileScore:
    """A result with these numbers."""
    told = outcome or ("inconclusive" if probability is None else "judged")
    values = {"sharpness": 500.0, "brightness": 0.5, "face_size": 60.0, "bit_rate": 1e6, **traits}
    carried = probability if carried is None else carried
    return FileScore(
        told,
        () if probability is not None else ("wide_interval",),
        "",
        probability,
        carried,
        tuple(FrameScore(float(i), p, p) for i, p in enumerate(frames or ([] if carried is None else [carried]))),
        nodes,
        nodes,
        None if carried is None else Traits(**values),
    )
