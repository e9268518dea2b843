"""Perturbations: the five of the papers with their levels, and what cameras and networks do to pictures.

Pictures are RGB ``(H, W, 3) uint8``. A perturbation takes a seed rather than a generator, so that a real face and its
forgery can be given exactly the same one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from sjedd_training.data.codec import Shot
from sjedd_video.types import ImageU8

Perturbation = Literal["patch", "noise", "blur", "pixelate", "jpeg"]
PERTURBATIONS: tuple[Perturbation, ...] = ("patch", "noise", "blur", "pixelate", "jpeg")
LEVELS = 4
PerturbationSet = Literal["graded", "sjedd", "je"]
HIGHEST: dict[PerturbationSet, dict[Perturbation, int]] = {
    "graded": dict.fromkeys(PERTURBATIONS, 2),
    "sjedd": {**dict.fromkeys(PERTURBATIONS, 2), "jpeg": 3},
    "je": {kind: 2 for kind in PERTURBATIONS if kind != "jpeg"},
}
"""Perturbations in training with their highest level.

``sjedd``: [SJEDD], JPEG at any of its three qualities. ``je``: [JE], without JPEG. ``graded``: two levels of all five.
"""

# The papers test at four levels, of which the first two are known here, of JPEG the first three. The values of the
# others were chosen here.
PATCHES = (16, 32, 48, 64)
"""Grey 8 x 8 blocks per 256 x 256 pixels."""
NOISE_VARIANCE = (0.001, 0.002, 0.005, 0.01)
BLUR_KERNEL = (7, 9, 13, 17)
PIXEL_FACTOR = (2, 3, 4, 5)
JPEG_QUALITY = (90, 80, 75, 50)


def perturb(image: ImageU8, kind: Perturbation, level: int, seed: int) -> ImageU8:
    """Apply one perturbation of the papers at ``level`` 1 to 4 (training uses 1 up to ``HIGHEST``)."""
    rng, at = np.random.default_rng(seed), level - 1
    if kind == "patch":
        return _patches(image, PATCHES[at], rng)
    if kind == "noise":
        return _noise(image, NOISE_VARIANCE[at], rng)
    if kind == "blur":
        size = BLUR_KERNEL[at]
        return np.asarray(cv2.GaussianBlur(image, (size, size), size / 6.0), np.uint8)
    if kind == "pixelate":
        h, w = image.shape[:2]
        small = cv2.resize(image, (w // PIXEL_FACTOR[at], h // PIXEL_FACTOR[at]), interpolation=cv2.INTER_LINEAR)
        return np.asarray(cv2.resize(small, (w, h), interpolation=cv2.INTER_NEAREST), np.uint8)
    return jpeg(image, JPEG_QUALITY[at])


def jpeg(image: ImageU8, quality: int) -> ImageU8:
    """Encode and decode as JPEG of ``quality`` (0 to 100)."""
    # OpenCV's own order of channels: JPEG treats red and blue differently.
    bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB), np.uint8)


def _patches(image: ImageU8, count: int, rng: np.random.Generator) -> ImageU8:
    h, w = image.shape[:2]
    out = image.copy()
    for _ in range(max(round(count * h * w / 256**2), 1)):
        y, x = rng.integers(0, h - 8), rng.integers(0, w - 8)
        out[y : y + 8, x : x + 8] = 127
    return out


def _noise(image: ImageU8, variance: float, rng: np.random.Generator) -> ImageU8:
    ycc = cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb).astype(np.float32)
    ycc += rng.normal(0.0, 255.0 * variance**0.5, ycc.shape).astype(np.float32)
    return np.asarray(cv2.cvtColor(np.clip(ycc, 0, 255).astype(np.uint8), cv2.COLOR_YCrCb2RGB), np.uint8)


def _perturbation(rng: np.random.Generator, name: PerturbationSet) -> tuple[Perturbation, int]:
    kinds = list(HIGHEST[name])
    kind = kinds[rng.integers(len(kinds))]
    return kind, int(rng.integers(1, HIGHEST[name][kind] + 1))


def _gains(rng: np.random.Generator) -> tuple[float, float, float]:
    exposure = rng.normal(0.0, 0.12)
    red, green, blue = np.exp(exposure + rng.normal(0.0, 0.04, 3))
    return float(red), float(green), float(blue)


@dataclass(frozen=True)
class Transmission:
    """What happens to a picture between the lens and the reader, the same for a real face and its forgery.

    Attributes:
        factor: Resolution that is kept, in (0, 1].
        shot: A video codec, or None.
        quality: JPEG quality, or None.
        gain: Factors on R, G and B, standing in for exposure and white balance.
        gamma: Exponent on the values in [0, 1].
        colour: Factor on the distance from grey; 0 is a grey picture.
        extra: A perturbation of the papers with its level, or None.
        seed: Seed of the perturbation.
    """

    factor: float
    shot: Shot | None
    quality: int | None
    gain: tuple[float, float, float]
    gamma: float
    colour: float
    extra: tuple[Perturbation, int] | None
    seed: int

    @classmethod
    def draw(
        cls,
        rng: np.random.Generator,
        probability: float = 0.3,
        *,
        camera: float = 1.0,
        least: float = 0.35,
        perturbations: PerturbationSet = "graded",
    ) -> Transmission:
        """Draw one at random.

        Args:
            rng: The generator.
            probability: That of a perturbation of the papers.
            camera: Probability of everything else; the papers have 0.
            least: Least part of the resolution that is kept.
            perturbations: Which ones, see ``HIGHEST``.
        """
        extra = _perturbation(rng, perturbations) if rng.random() < probability else None
        # Without a draw where it decides nothing: the streams of such recipes stay what they were.
        if camera == 0 or (camera < 1 and rng.random() >= camera):
            return cls(1.0, None, None, (1.0, 1.0, 1.0), 1.0, 1.0, extra, int(rng.integers(2**31)))
        return cls(
            factor=float(rng.uniform(least, 1.0)) if rng.random() < 0.5 else 1.0,
            shot=Shot.draw(rng) if rng.random() < 0.35 else None,
            quality=int(rng.integers(30, 96)) if rng.random() < 0.5 else None,
            gain=_gains(rng),
            gamma=float(np.exp(rng.normal(0.0, 0.1))),
            colour=0.0 if rng.random() < 0.03 else float(np.exp(rng.normal(0.0, 0.15))),
            extra=extra,
            seed=int(rng.integers(2**31)),
        )

    def send(self, image: ImageU8) -> ImageU8:
        """Apply resolution, tone, video codec and JPEG to a source picture, keeping its size."""
        h, w = image.shape[:2]
        if self.factor < 1.0:
            image = cv2.resize(image, (int(w * self.factor), int(h * self.factor)), interpolation=cv2.INTER_AREA)
        image = self._tone(image)
        if self.shot is not None:
            image = self.shot.send(image)
        if self.quality is not None:
            image = jpeg(image, self.quality)
        if self.factor < 1.0:
            image = cv2.resize(image, (w, h), interpolation=cv2.INTER_LINEAR)
        return np.asarray(image, np.uint8)

    def _tone(self, image: ImageU8) -> ImageU8:
        values = np.arange(256)[:, None] / 255.0
        curve = np.clip(values**self.gamma * np.array(self.gain), 0, 1) * 255.0
        toned = cv2.LUT(image, np.rint(curve).astype(np.uint8)[None])
        grey = cv2.cvtColor(cv2.cvtColor(toned, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        return np.asarray(cv2.addWeighted(toned, self.colour, grey, 1.0 - self.colour, 0), np.uint8)

    def finish(self, crop: ImageU8) -> ImageU8:
        """Apply the perturbation of the papers to the aligned crop, if there is one."""
        return crop if self.extra is None else perturb(crop, *self.extra, self.seed)
