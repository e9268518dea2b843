"""Similarity alignment of a face to the ArcFace template: one function for training and inference.

The five reference points are those of the 112 x 112 ArcFace template, with x shifted by 8 as for 112-wide crops,
enlarged about the centre by a crop scale (1.3 in the paper's release, see [SJEDD]) and warped to a square crop.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sjedd_video.types import FloatArray, ImageU8, check_shape

TEMPLATE_SIZE = 112.0
TEMPLATE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]], np.float64
)
"""Left eye, right eye, nose tip, left and right corner of the mouth as the viewer sees them; x, y at 112 x 112."""


def reference_points(scale: float, size: int, down: float = 0.0) -> NDArray[np.float64]:
    """``(5, 2)`` destination points in a ``size`` x ``size`` crop that shows ``scale`` times the template's field.

    ``down`` moves the field towards the chin, in sides of the template: its centre lies between eyes and nose.
    """
    margin = TEMPLATE_SIZE * (scale - 1.0) / 2.0
    return (TEMPLATE + margin - (0.0, TEMPLATE_SIZE * down)) * (size / (TEMPLATE_SIZE * scale))


def similarity(source: FloatArray, target: FloatArray) -> NDArray[np.float64]:
    """Least-squares similarity transform (rotation, uniform scale, shift; no reflection) in closed form.

    Args:
        source: ``(k, 2)`` points x, y.
        target: ``(k, 2)`` points they shall meet.

    Returns:
        ``(2, 3) float64`` affine matrix, source -> target.

    Raises:
        ValueError: The points are not finite, or the source points coincide.
    """
    check_shape(source, target.shape, "source points")
    src, dst = np.asarray(source, np.float64), np.asarray(target, np.float64)
    centre_s, centre_d = src.mean(axis=0), dst.mean(axis=0)
    # As complex numbers a similarity is z -> a z + b, so the least squares solution is one division.
    z, w = (src - centre_s) @ (1, 1j), (dst - centre_d) @ (1, 1j)
    spread = float(np.vdot(z, z).real)
    if not spread > 1e-12:
        raise ValueError("the landmarks coincide: no similarity transform exists")
    a = np.vdot(z, w) / spread
    linear = np.array([[a.real, -a.imag], [a.imag, a.real]])
    return np.column_stack([linear, centre_d - linear @ centre_s])


def align_face(
    image: ImageU8, landmarks: FloatArray, scale: float, size: int, down: float = 0.0
) -> tuple[ImageU8, NDArray[np.float64]]:
    """Warp the face to a square crop.

    Where the crop reaches beyond the picture, it is filled by mirroring, in training and inference alike. A face
    larger than the crop is reduced in steps first, since a bilinear warp alone would alias.

    Args:
        image: RGB (or any channel order) ``(H, W, 3) uint8``.
        landmarks: ``(5, 2)`` x, y in pixels of ``image``, in the order of ``TEMPLATE``.
        scale: Field of view relative to the template; 1.3 in the paper's release.
        size: Side of the crop in pixels; 317 in the paper's release.
        down: How far the field is moved towards the chin, in sides of the template; 0 in the paper's release.

    Returns:
        The crop ``(size, size, 3) uint8`` and the ``(2, 3) float64`` matrix, image pixel -> crop pixel.

    Raises:
        ValueError: The landmarks are not finite or coincide.
    """
    import cv2

    matrix = similarity(landmarks, reference_points(scale, size, down))
    zoom = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    oversample = min(int(1.0 / zoom), 8) if zoom < 1.0 else 1
    side = size * oversample
    # Pixel centres are whole numbers, so enlarging by k maps x to k x + (k - 1) / 2.
    enlarged = matrix * oversample
    enlarged[:, 2] += (oversample - 1) / 2.0
    crop = cv2.warpAffine(image, enlarged, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    if oversample > 1:
        crop = cv2.resize(crop, (size, size), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(crop, dtype=np.uint8), matrix
