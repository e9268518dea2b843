"""How well a face can be judged: size, sharpness, pose, exposure and traces of compression."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sjedd_video.faces.align import align_face, reference_points, similarity
from sjedd_video.types import Detection, FaceQuality, FloatArray, ImageU8

SIDE = 112
"""Sharpness and exposure are taken at one size, whatever the model's crop is."""
BLOCK = 8
FACE, DOWN, GRID = 0.8, 0.12, 16
"""What counts as the face: a square of the template from brow to chin, looked at in a grid of so many points."""


def measure_quality(image: ImageU8, detection: Detection) -> FaceQuality:
    """Measure one face.

    Args:
        image: The upright RGB frame ``(H, W, 3) uint8`` in full resolution.
        detection: A face in it.

    Raises:
        ValueError: The landmarks coincide.
    """
    import cv2

    crop, _ = align_face(image, detection.landmarks, 1.0, SIDE)
    luma = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    inner = luma[SIDE // 4 : -SIDE // 8, SIDE // 4 : -SIDE // 4]
    return FaceQuality(
        eye_distance_px=eye_distance(detection.landmarks),
        sharpness=float(cv2.Laplacian(luma, cv2.CV_32F).var()),
        yaw=yaw(detection.landmarks),
        exposure=float(inner.mean()) / 255.0,
        blockiness=blockiness(image, detection.box),
        visible=visible(detection.landmarks, image.shape[1], image.shape[0]),
    )


def eye_distance(landmarks: FloatArray) -> float:
    """Distance of the eyes in pixels of the picture that ``landmarks`` ``(5, 2)`` refer to."""
    return float(np.hypot(*(landmarks[1] - landmarks[0])))


def yaw(landmarks: FloatArray) -> float:
    """Where the nose stands between the eyes: 0 in the middle, -1 at the left eye or beyond, 1 at the right one.

    Measured along the line through the eyes, so a tilted head changes nothing.
    """
    left, right, nose = np.asarray(landmarks[:3], np.float64)
    across = right - left
    length = float(across @ across)
    if length <= 0.0:
        return 1.0
    return float(np.clip(2.0 * float((nose - left) @ across) / length - 1.0, -1.0, 1.0))


def visible(landmarks: FloatArray, width: int, height: int) -> float:
    """Share of a face, from brow to chin, inside a picture of ``width`` x ``height`` pixels.

    Args:
        landmarks: ``(5, 2)`` x, y in pixels of the picture.
        width: Of the picture.
        height: Of the picture.

    Raises:
        ValueError: The landmarks coincide.
    """
    to_picture = similarity(reference_points(FACE, GRID, DOWN), landmarks)
    steps = np.arange(GRID) + 0.5
    points = np.stack([*np.meshgrid(steps, steps), np.ones((GRID, GRID))]).reshape(3, -1)
    x, y = to_picture @ points
    return float(((x >= 0) & (x <= width) & (y >= 0) & (y <= height)).mean())


def blockiness(image: ImageU8, box: FloatArray) -> float:
    """Mean luma step across the borders of 8 x 8 blocks over the mean step elsewhere, within ``box``.

    The grid starts at the picture's corner, as that of JPEG and of most video codecs does; a picture that was scaled
    after compression has no such grid and gets about 1. So does a face of less than two blocks.
    """
    height, width = image.shape[:2]
    x0, y0 = (int(max(0, np.floor(v))) // BLOCK * BLOCK for v in box[:2])
    x1, y1 = int(min(width, np.ceil(box[2]))), int(min(height, np.ceil(box[3])))
    if x1 - x0 < 2 * BLOCK or y1 - y0 < 2 * BLOCK:
        return 1.0
    luma = image[y0:y1, x0:x1].astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)
    across = _steps(luma.T) + _steps(luma)
    border, inside = across[0] + across[2], across[1] + across[3]
    # Half a grey level of slack: in a flat face rounding alone must not count as blocks.
    return float((border / 2.0 + 0.5) / (inside / 2.0 + 0.5))


def _steps(luma: NDArray[np.float32]) -> tuple[float, float]:
    """Mean absolute step between rows, at borders of blocks and elsewhere; the first row begins a block."""
    steps = np.abs(np.diff(luma, axis=0)).mean(axis=1)
    at_border = np.arange(1, len(luma)) % BLOCK == 0
    return float(steps[at_border].mean()), float(steps[~at_border].mean())
