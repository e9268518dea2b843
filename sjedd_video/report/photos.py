"""Exhibits as flowables: the frame with the face's box, the crop, and the heat map on the crop and on the frame."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable

from sjedd_video.heatmap import FULL_PLACES, heat_on_crop, heat_on_frame
from sjedd_video.report.blocks import Picture
from sjedd_video.types import Exhibit, FloatArray, HeatKind, ImageU8

FRAME_SHAPE = 9 / 16
"""Height of the room for a frame over its width; taller frames are made narrower."""
GAP = 3.0
QUALITY = 88
RISES, FALLS = np.array([214, 88, 0]), np.array([0, 92, 196])
STRENGTH = 0.62
AROUND = 0.35
"""Room around the box in the cut-out of the frame, as a share of its size."""
BOX = HexColor("#ffb000")


class Card(Flowable):  # type: ignore[misc]
    """One exhibit, ``width`` points wide."""

    def __init__(self, picture: Picture, width: float) -> None:
        super().__init__()
        self._exhibit, self.width = picture.exhibit, width
        self._thumb = (width - 2 * GAP) / 3
        self.height = width * FRAME_SHAPE + self._thumb + 2 * GAP

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Size in points."""
        return self.width, self.height

    def draw(self) -> None:
        """Draw onto the canvas."""
        self._frame(self._thumb + 2 * GAP, self.width * FRAME_SHAPE)
        for i, image in enumerate(thumbnails(self._exhibit)):
            self._image(image, i * (self._thumb + GAP), GAP, self._thumb, self._thumb)

    def _frame(self, bottom: float, room: float) -> None:
        exhibit = self._exhibit
        height, width = exhibit.frame.shape[:2]
        scale = min(self.width / width, room / height)
        left, low = (self.width - width * scale) / 2, bottom + (room - height * scale) / 2
        self.canv.setFillColor(HexColor("#f2f2f2"))
        self.canv.rect(0, bottom, self.width, room, stroke=0, fill=1)
        self._image(exhibit.frame, left, low, width * scale, height * scale)
        x0, y0, x1, y1 = (float(v) * exhibit.frame_scale for v in exhibit.score.observation.detection.box)
        x0, x1, y0, y1 = max(x0, 0), min(x1, width), max(y0, 0), min(y1, height)
        for colour, line in ((HexColor("#000000"), 2.4), (BOX, 1.3)):
            self.canv.setStrokeColor(colour)
            self.canv.setLineWidth(line)
            self.canv.rect(left + x0 * scale, low + (height - y1) * scale, (x1 - x0) * scale, (y1 - y0) * scale)

    def _image(self, image: ImageU8, x: float, y: float, width: float, height: float) -> None:
        self.canv.drawImage(ImageReader(io.BytesIO(jpeg(image))), x, y, width, height)


def thumbnails(exhibit: Exhibit) -> list[ImageU8]:
    """The crop; with a heat map also the crop and the square of the frame around the face under it."""
    if exhibit.heat is None:
        return [exhibit.crop]
    on_crop, on_frame = heat_on_crop(exhibit), heat_on_frame(exhibit)
    assert on_crop is not None
    assert on_frame is not None
    rows, columns = _around(exhibit)
    # Places have a fixed scale, so that faces can be compared; the numbers of occlusion have none.
    peak = FULL_PLACES if exhibit.heat_kind is HeatKind.PLACES else float(np.abs(exhibit.heat).max())
    cut = heated(exhibit.frame[rows, columns], on_frame[rows, columns], peak)
    return [exhibit.crop, heated(exhibit.crop, on_crop, peak), cut]


def _around(exhibit: Exhibit) -> tuple[slice, slice]:
    """A square of the reduced frame around the box, as far as there is one."""
    height, width = exhibit.frame.shape[:2]
    x0, y0, x1, y1 = (float(v) * exhibit.frame_scale for v in exhibit.score.observation.detection.box)
    side = int(min(max(x1 - x0, y1 - y0, 8) * (1 + 2 * AROUND), width, height))
    left = int(np.clip((x0 + x1 - side) / 2, 0, width - side))
    top = int(np.clip((y0 + y1 - side) / 2, 0, height - side))
    return slice(top, top + side), slice(left, left + side)


def heated(image: ImageU8, heat: FloatArray, peak: float) -> ImageU8:
    """``image`` in grey under a heat map: orange where a place raises suspicion, blue where it lowers it.

    Args:
        image: RGB ``(h, w, 3) uint8``.
        heat: ``(h, w)``, see `Exhibit`.
        peak: The value that gets the full colour; 0 leaves the picture grey.
    """
    grey = image.astype(np.float64).mean(axis=2, keepdims=True).repeat(3, axis=2)
    share: NDArray[Any] = np.clip(np.asarray(heat, np.float64) / peak, -1, 1) if peak > 0 else np.zeros(heat.shape)
    colour = np.where(share[..., None] > 0, RISES, FALLS)
    alpha = STRENGTH * np.abs(share)[..., None]
    return np.asarray(np.clip(grey * (1 - alpha) + colour * alpha, 0, 255), dtype=np.uint8)


def jpeg(image: ImageU8) -> bytes:
    """An RGB picture as JPEG, which a PDF holds as it is."""
    import cv2

    good, data = cv2.imencode(".jpg", np.ascontiguousarray(image[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not good:
        raise ValueError(f"a picture of {image.shape} cannot be encoded")
    return data.tobytes()
