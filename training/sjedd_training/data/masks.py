"""Face and region masks from 68 landmarks (iBUG order, x y in pixels)."""

from __future__ import annotations

from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Region = Literal["eye", "lip_mouth", "nose"]
Mask = NDArray[np.float32]
Points = NDArray[np.floating[Any]]

JAW, BROWS, NOSE = slice(0, 17), slice(17, 27), slice(27, 36)
LEFT_EYE, RIGHT_EYE, MOUTH = slice(36, 42), slice(42, 48), slice(48, 68)


def eye_distance(landmarks: Points) -> float:
    """Distance of the two eye centres in pixels; the unit in which all sizes below are given."""
    return float(np.linalg.norm(landmarks[LEFT_EYE].mean(axis=0) - landmarks[RIGHT_EYE].mean(axis=0)))


def hull_mask(shape: tuple[int, int], *groups: Points) -> Mask:
    """``(H, W) float32`` mask, 1 inside the convex hull of each group of points."""
    mask = np.zeros(shape, np.float32)
    for points in groups:
        hull = cv2.convexHull(np.round(points).astype(np.int32))
        cv2.fillConvexPoly(mask, hull, 1.0)
    return mask


def region_mask(shape: tuple[int, int], landmarks: Points, region: Region) -> Mask:
    """Hard mask of one region, widened by a part of the eye distance so that its surroundings belong to it."""
    groups: dict[Region, tuple[tuple[Points, ...], float]] = {
        "eye": ((landmarks[LEFT_EYE], landmarks[RIGHT_EYE]), 0.14),
        "lip_mouth": ((landmarks[MOUTH],), 0.12),
        "nose": ((landmarks[NOSE],), 0.12),
    }
    points, widen = groups[region]
    return dilate(hull_mask(shape, *points), widen * eye_distance(landmarks))


def face_mask(shape: tuple[int, int], landmarks: Points, rng: np.random.Generator) -> Mask:
    """Hard mask of the inner face in one of four shapes: full hull, hull to the brows, eyes to mouth, hull widened."""
    kind = rng.integers(4)
    inner = np.concatenate([landmarks[BROWS], landmarks[NOSE], landmarks[36:68]])
    if kind == 0:
        return hull_mask(shape, landmarks)
    if kind == 1:
        return hull_mask(shape, np.concatenate([landmarks[2:15], landmarks[BROWS]]))
    if kind == 2:
        return dilate(hull_mask(shape, inner), 0.1 * eye_distance(landmarks))
    forehead = landmarks[BROWS] + (landmarks[BROWS] - landmarks[30]) * 0.25
    return hull_mask(shape, np.concatenate([landmarks, forehead]))


def dilate(mask: Mask, radius: float) -> Mask:
    """Widen a mask by ``radius`` pixels with a round brush."""
    size = 2 * max(round(radius), 1) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return np.asarray(cv2.dilate(mask, kernel), np.float32)


def soften(mask: Mask, sigma: float) -> Mask:
    """Gaussian-blurred mask in [0, 1], scaled back so that its inside reaches 1."""
    blurred = cv2.GaussianBlur(mask, (0, 0), max(sigma, 0.3))
    return np.asarray(blurred / max(float(blurred.max()), 1e-6), np.float32)


def deform(mask: Mask, rng: np.random.Generator, strength: float) -> Mask:
    """Bend a mask by a smooth random field of ``strength`` pixels standard deviation."""
    h, w = mask.shape
    coarse = rng.normal(0.0, strength, (4, 4, 2)).astype(np.float32)
    field = cv2.resize(coarse, (w, h), interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    return np.asarray(cv2.remap(mask, x + field[..., 0], y + field[..., 1], cv2.INTER_LINEAR), np.float32)
