"""The pictures of exhibits as bytes that are kept beside the document, and back. Nothing in them can run code."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sjedd_video.types import Exhibit, FaceScore, FloatArray, FrameTime, HeatKind, ImageU8, check_shape

QUALITY = 92
LARGEST = 4096
"""Longest side of a picture that is read back."""


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """An exhibit without its face: the reduced frame as JPEG, the crop as PNG, the heat map as numbers.

    Attributes:
        person: Track number.
        time: The frame.
        scale: Factor from full-resolution pixels to pixels of ``frame``.
        matrix: ``(2, 3)`` affine, source pixel -> crop pixel, row by row.
        frame: JPEG.
        crop: PNG.
        heat: ``(g, g) float32`` little endian, or None. Not rounded: its peak is in the
            document.
    """

    person: int
    time: FrameTime
    scale: float
    matrix: tuple[float, ...]
    frame: bytes
    crop: bytes
    heat: bytes | None


def store_picture(exhibit: Exhibit) -> StoredPicture:
    """An exhibit as bytes."""
    seen = exhibit.score.observation
    return StoredPicture(
        person=seen.track,
        time=seen.time,
        scale=exhibit.frame_scale,
        matrix=tuple(float(v) for v in np.asarray(exhibit.matrix, np.float64).ravel()),
        frame=_encoded(exhibit.frame, "JPEG", quality=QUALITY, subsampling=0),
        crop=_encoded(exhibit.crop, "PNG"),
        heat=None if exhibit.heat is None else np.asarray(exhibit.heat, "<f4").tobytes(),
    )


def exhibit_of(picture: StoredPicture, score: FaceScore, kind: HeatKind = HeatKind.OCCLUSION) -> Exhibit:
    """The exhibit again; ``kind`` is that of its heat map, which the document tells.

    Raises:
        ValueError: A picture is damaged, or is not what it should be.
    """
    crop = _decoded(picture.crop, "PNG")
    matrix = np.array(picture.matrix, np.float64).reshape(2, 3)
    check_shape(matrix, (2, 3), "matrix")
    return Exhibit(
        score=score,
        frame=_decoded(picture.frame, "JPEG"),
        frame_scale=picture.scale,
        crop=crop,
        matrix=matrix,
        heat=None if picture.heat is None else _heat(picture.heat, crop.shape[0]),
        heat_kind=kind,
    )


def frame_time(pts: int, time_base: str) -> FrameTime:
    """A time as the case stores it. Raises ``ValueError`` when it is none."""
    try:
        return FrameTime(pts, Fraction(time_base))
    except ZeroDivisionError as error:
        raise ValueError(f"{time_base} is no time base") from error


def _heat(data: bytes, most: int) -> FloatArray:
    values = np.frombuffer(data, "<f4").astype(np.float32)
    side = math.isqrt(values.size)
    if not 0 < side <= most:
        raise ValueError(f"a heat map of {values.size} cells does not fit a face of {most} pixels")
    heat = values.reshape(side, side)
    check_shape(heat, (side, side), "heat map")
    return heat


def _encoded(image: ImageU8, kind: str, **how: int) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(image).save(file, kind, **how)
    return file.getvalue()


def _decoded(data: bytes, kind: str) -> ImageU8:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as found:
            if max(found.size) > LARGEST:
                raise ValueError(f"a picture of {found.size} is larger than any that is kept")
            return np.array(found.convert("RGB"))
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"a picture is damaged: {error}") from error
