"""Semantics-oriented dataset expansion: forgeries of known meaning from real faces [SJEDD section III].

Needs numpy and OpenCV only. Every function takes RGB ``(H, W, 3) uint8`` pictures with 68 landmarks (iBUG order, x y
in pixels) and a generator, and returns the altered picture with the soft mask ``(H, W) float32`` of what was altered.
Colour matching: Reinhard et al., "Color transfer between images", 2001. Self-blending: Shiohara and Yamasaki,
"Detecting deepfakes with self-blended images", CVPR 2022. Whole-face blending: Li et al., "Face X-ray", CVPR 2020.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from sjedd_training.data import masks
from sjedd_training.data.masks import Mask, Points, Region
from sjedd_video.types import ImageU8

Kind = Literal["self_blend", "swap", "eye", "lip_mouth", "nose", "mouth_warp"]
KINDS: tuple[Kind, ...] = ("self_blend", "swap", "eye", "lip_mouth", "nose", "mouth_warp")

LABEL_ROW: dict[Kind, str] = {
    "self_blend": "identity_swap",
    "swap": "identity_swap",
    "eye": "eye",
    "lip_mouth": "lip_mouth",
    "nose": "nose",
    "mouth_warp": "reenactment",
}
"""Row of the hierarchy's label table that each kind of forgery gets."""

Expansion = Literal["varied", "sjedd"]
"""How parts of a donor are made to fit.

``varied``: gains of colour limited to ``GAINS``, then resampled, blurred or sharpened, four times out of five.
``sjedd``: as in that paper, with colours matched and nothing else.
"""

NEEDS_DONOR: frozenset[Kind] = frozenset({"swap", "eye", "lip_mouth", "nose"})

GAINS = (0.5, 2.0)
"""Limits of the gains of colour matching, unless they are as in the paper."""
FLAT = 1e-3
"""Below every deviation that 8-bit pixels can have, unless all are the same: then there is nothing to scale."""
GREY = 4.0
"""Mean difference between a pixel's channels up to which a picture is grey; not 0, for old prints and noise of JPEG."""


@dataclass(frozen=True, eq=False)
class Face:
    """A real face: RGB ``(H, W, 3) uint8`` picture and its ``(68, 2)`` landmarks."""

    image: ImageU8
    landmarks: Points


def forge(
    kind: Kind, target: Face, donor: Face | None, rng: np.random.Generator, expansion: Expansion = "varied"
) -> tuple[ImageU8, Mask]:
    """Make one forgery of ``kind`` from ``target``; ``expansion`` is how parts of ``donor`` are made to fit.

    Raises:
        ValueError: ``kind`` needs a donor (another person's face) and none was given.
    """
    if kind == "self_blend":
        return self_blend(target, rng)
    if kind == "mouth_warp":
        return mouth_warp(target, rng)
    if donor is None:
        raise ValueError(f"a forgery of kind {kind!r} needs a donor face")
    if kind == "swap":
        return swap(target, donor, rng, expansion)
    return replace_region(target, donor, kind, rng, expansion)


def replace_region(
    target: Face, donor: Face, region: Region, rng: np.random.Generator, expansion: Expansion = "varied"
) -> tuple[ImageU8, Mask]:
    """Blend one region of ``donor`` into ``target``: align, colour-match, blurred mask, linear blend."""
    shape = target.image.shape[:2]
    hard = masks.region_mask(shape, target.landmarks, region)
    points = {"eye": slice(17, 48), "nose": slice(27, 48), "lip_mouth": slice(31, 68)}[region]
    source = _warp(donor.image, _affine(donor.landmarks[points], target.landmarks[points]), shape)
    source = _fitted(source, target.image, masks.dilate(hard, 4) > 0, rng, expansion)
    soft = masks.soften(hard, rng.uniform(0.03, 0.09) * masks.eye_distance(target.landmarks))
    return _blend(source, target.image, soft)


def swap(target: Face, donor: Face, rng: np.random.Generator, expansion: Expansion = "varied") -> tuple[ImageU8, Mask]:
    """Blend the whole inner face of ``donor`` into ``target`` (Face X-ray style)."""
    shape = target.image.shape[:2]
    hard = masks.face_mask(shape, target.landmarks, rng)
    source = _warp(donor.image, _affine(donor.landmarks, target.landmarks), shape)
    source = _fitted(source, target.image, hard > 0, rng, expansion)
    return _blend(source, target.image, _face_softness(hard, target, rng))


def self_blend(target: Face, rng: np.random.Generator) -> tuple[ImageU8, Mask]:
    """Blend a slightly changed copy of the face over itself: only statistics and the seam betray it."""
    shape = target.image.shape[:2]
    unit = masks.eye_distance(target.landmarks)
    base, source = target.image, _jitter(target.image, rng)
    if rng.random() < 0.5:
        base, source = source, base
    source = _degrade(source, rng)
    moved = _shift_and_zoom(target.landmarks, unit, rng)
    source = _warp(source, moved, shape)
    hard = masks.face_mask(shape, target.landmarks, rng)
    soft = _face_softness(hard, target, rng) * np.float32(rng.choice([0.5, 0.75, 1.0, 1.0, 1.0]))
    return _blend(source, base, soft)


def mouth_warp(target: Face, rng: np.random.Generator) -> tuple[ImageU8, Mask]:
    """Reenactment-like: move the lips by a smooth field, resample and re-blend the mouth."""
    h, w = target.image.shape[:2]
    unit = masks.eye_distance(target.landmarks)
    centre = target.landmarks[masks.MOUTH].mean(axis=0)
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    dx, dy = (x - centre[0]) / unit, (y - centre[1]) / unit
    bump = np.exp(-(dx**2 / 0.18 + dy**2 / 0.10))
    stretch = rng.uniform(0.15, 0.45, 2) * rng.choice([-1.0, 1.0], 2)
    drift = rng.normal(0.0, 0.04, 2)
    map_x = x + unit * bump * (stretch[0] * dx + drift[0])
    map_y = y + unit * bump * (stretch[1] * dy + drift[1])
    source = cv2.remap(
        target.image, map_x.astype(np.float32), map_y.astype(np.float32), cv2.INTER_LINEAR, None, cv2.BORDER_REFLECT_101
    )
    source = _degrade(_jitter(source, rng, 0.5), rng)
    hard = masks.dilate(masks.hull_mask((h, w), target.landmarks[masks.MOUTH]), rng.uniform(0.15, 0.35) * unit)
    return _blend(source, target.image, masks.soften(hard, rng.uniform(0.04, 0.1) * unit))


def _fitted(
    source: ImageU8, target: ImageU8, where: NDArray[np.bool_], rng: np.random.Generator, expansion: Expansion
) -> ImageU8:
    """The aligned donor with the colours of ``target``, and in another resolution where the expansion is varied."""
    if expansion == "sjedd":
        return match_colour(source, target, where, limited=False)
    return _degrade(match_colour(source, target, where), rng)


def match_colour(source: ImageU8, target: ImageU8, where: NDArray[np.bool_], *, limited: bool = True) -> ImageU8:
    """Give ``source`` the mean and standard deviation per Lab channel that ``target`` has inside ``where``.

    If ``limited``, gains stay within ``GAINS``, and on a grey target it gets the target's own colours, pixel by pixel:
    limited gains would leave some of its own, which alone would tell that something was made.
    """
    lab_s, lab_t = (cv2.cvtColor(p, cv2.COLOR_RGB2LAB).astype(np.float32) for p in (source, target))
    if not where.any():
        return source
    inside_s, inside_t = lab_s[where], lab_t[where]
    spread_s, spread_t = inside_s.std(axis=0), inside_t.std(axis=0)
    gain = np.clip(spread_t / np.maximum(spread_s, 1.0), *GAINS) if limited else spread_t / np.maximum(spread_s, FLAT)
    lab = (lab_s - inside_s.mean(axis=0)) * gain + inside_t.mean(axis=0)
    matched = cv2.cvtColor(_as_picture(lab), cv2.COLOR_LAB2RGB)
    return _with_colours_of(target, matched) if limited and is_grey(target) else np.asarray(matched, np.uint8)


def _with_colours_of(target: ImageU8, source: ImageU8) -> ImageU8:
    """The brightness of ``source`` with what sets the channels of ``target`` apart."""
    bright, own = (cv2.cvtColor(p, cv2.COLOR_RGB2GRAY).astype(np.int16)[..., None] for p in (source, target))
    return np.asarray(np.clip(bright + (target - own), 0, 255), np.uint8)


def is_grey(image: ImageU8) -> bool:
    """Whether a picture has no colours, judged by every fourth row and column."""
    return float(np.ptp(image[::4, ::4], axis=2).mean()) <= GREY


def _blend(source: ImageU8, base: ImageU8, soft: Mask) -> tuple[ImageU8, Mask]:
    alpha = soft[..., None]
    return _as_picture(source.astype(np.float32) * alpha + base.astype(np.float32) * (1.0 - alpha)), soft


def _as_picture(values: NDArray[np.float32]) -> ImageU8:
    """Rounded, not cut off: else every made part were darker by half a level than what surrounds it."""
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def _face_softness(hard: Mask, target: Face, rng: np.random.Generator) -> Mask:
    unit = masks.eye_distance(target.landmarks)
    return masks.soften(masks.deform(hard, rng, 0.06 * unit), rng.uniform(0.03, 0.18) * unit)


def _affine(source: Points, target: Points) -> NDArray[np.float64]:
    """Least-squares affine matrix ``(2, 3)``, source -> target."""
    homogeneous = np.column_stack([np.asarray(source, np.float64), np.ones(len(source))])
    solution, *_ = np.linalg.lstsq(homogeneous, np.asarray(target, np.float64), rcond=None)
    return np.asarray(solution.T, np.float64)


def _warp(image: ImageU8, matrix: NDArray[np.float64], shape: tuple[int, ...]) -> ImageU8:
    size = (shape[1], shape[0])
    return np.asarray(cv2.warpAffine(image, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT_101))


def _shift_and_zoom(landmarks: Points, unit: float, rng: np.random.Generator) -> NDArray[np.float64]:
    zoom, angle = 1.0 + rng.uniform(-0.04, 0.04, 2), rng.normal(0.0, 0.02)
    centre = landmarks.mean(axis=0).astype(np.float64)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = np.diag(zoom) @ turn
    shift = centre - linear @ centre + rng.uniform(-0.04, 0.04, 2) * unit
    return np.column_stack([linear, shift]).astype(np.float64)


def _jitter(image: ImageU8, rng: np.random.Generator, strength: float = 1.0) -> ImageU8:
    """Small changes of colour, contrast and gamma, as between two cameras or a generator and its surroundings.

    A grey picture is not tinted.
    """
    x = image.astype(np.float32) / 255.0
    x = x ** np.float32(np.exp(rng.normal(0.0, 0.12 * strength)))
    x = (x - 0.5) * np.float32(1.0 + rng.normal(0.0, 0.08 * strength)) + 0.5
    tint = rng.normal(0.0, 0.025 * strength, 3)
    if is_grey(image):
        tint[:] = 0.0
    x += (tint + rng.normal(0.0, 0.02 * strength)).astype(np.float32)
    grey = x.mean(axis=2, keepdims=True)
    x = grey + (x - grey) * np.float32(1.0 + rng.normal(0.0, 0.15 * strength))
    return _as_picture(x * 255.0)


def _degrade(image: ImageU8, rng: np.random.Generator) -> ImageU8:
    """Resolution differences between a generated face and its frame: resampling, blur or sharpening."""
    choice = rng.random()
    h, w = image.shape[:2]
    if choice < 0.45:
        factor = rng.uniform(0.35, 0.9)
        small = cv2.resize(image, (max(int(w * factor), 8), max(int(h * factor), 8)), interpolation=cv2.INTER_AREA)
        interpolation = int(rng.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC]))
        return np.asarray(cv2.resize(small, (w, h), interpolation=interpolation), np.uint8)
    if choice < 0.65:
        return np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.4)), np.uint8)
    if choice < 0.8:
        smooth = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.8, 1.6))
        amount = rng.uniform(0.3, 1.0)
        return np.asarray(cv2.addWeighted(image, 1 + amount, smooth, -amount, 0), np.uint8)
    return image
