"""Pictures with known faces, a tiny SCRFD pack and streams of painted faces, to test detection and tracking."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from importlib import metadata
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from sjedd_video.types import Detection, Frame, FrameTime, ImageU8

MS = Fraction(1, 1000)
FACE = np.array([[-0.25, -0.2], [0.25, -0.2], [0.0, 0.05], [-0.18, 0.3], [0.18, 0.3]])
"""Landmarks of a painted face in units of its side, relative to its centre."""


@lru_cache
def group_photo() -> ImageU8:
    """Six faces, 1280 x 886 RGB, out of the insightface wheel (whose code is not imported)."""
    file = next(f for f in metadata.files("insightface") or [] if f.as_posix() == "insightface/data/images/t1.jpg")
    return cv2.imread(str(file.locate()), cv2.IMREAD_COLOR)[..., ::-1].copy()


@lru_cache
def portrait() -> ImageU8:
    """One face, 512 x 512 RGB."""
    from skimage import data

    return np.ascontiguousarray(data.astronaut())


def scaled(image: ImageU8, factor: float) -> ImageU8:
    return cv2.resize(
        image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    )


def jpeg(image: ImageU8, quality: int) -> ImageU8:
    return cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)


# --- a fake insightface pack: its "faces" are white squares of 32 pixels on the grid of its coarsest level


def scrfd_pack(folder: Path, outputs: int = 9) -> Path:
    """Write a pack whose detector sees white 32 x 32 squares on black, with SCRFD's nine outputs or others."""
    from onnx import TensorProto, helper, numpy_helper, save

    nodes, values, results = [], [], []

    def constant(name: str, array: NDArray[np.float32] | NDArray[np.int64]) -> str:
        values.append(numpy_helper.from_array(array, name))
        return name

    distances = np.full((1, 4), 0.5, np.float32)  # half a cell to every side of the anchor
    marks = (FACE.reshape(1, 10) * 1.0).astype(np.float32)
    shape = constant("column", np.array([-1, 1], np.int64))
    for group, (width, row) in enumerate([(1, None), (4, distances), (10, marks)]):
        for stride in (8, 16, 32):
            cells, result = f"cells{stride}", f"out{group}_{stride}"
            if group == 0:
                # Squares are sought at stride 32 only, around the anchor: a window that starts half a cell before it.
                half = stride // 2
                pads = [half, half, 0, 0]
                kernel = {"kernel_shape": [stride, stride], "strides": [stride, stride], "pads": pads}
                nodes.append(helper.make_node("AveragePool", ["luma"], [cells], count_include_pad=0, **kernel))
                gain = constant(f"gain{stride}", np.float32([0.95 if stride == 32 else 0.0]))
                nodes.append(helper.make_node("Mul", [cells, gain], [f"score{stride}"]))
                nodes.append(helper.make_node("Reshape", [f"score{stride}", shape], [f"flat{stride}"]))
                # Two anchors a cell: the second one never fires.
                nodes.append(
                    helper.make_node(
                        "Mul", [f"flat{stride}", constant(f"no{stride}", np.float32([0.0]))], [f"none{stride}"]
                    )
                )
                nodes.append(helper.make_node("Concat", [f"flat{stride}", f"none{stride}"], [f"pair{stride}"], axis=1))
                nodes.append(helper.make_node("Reshape", [f"pair{stride}", shape], [result]))
            else:
                assert row is not None
                nodes.append(
                    helper.make_node(
                        "Mul",
                        [f"out0_{stride}", constant(f"z{group}_{stride}", np.float32([0.0]))],
                        [f"zero{group}_{stride}"],
                    )
                )
                nodes.append(
                    helper.make_node("Add", [f"zero{group}_{stride}", constant(f"row{group}_{stride}", row)], [result])
                )
            results.append(helper.make_tensor_value_info(result, TensorProto.FLOAT, [None, width]))
    axes = constant("axes", np.array([1], np.int64))
    nodes.insert(0, helper.make_node("ReduceMean", ["input", axes], ["luma"], keepdims=1))
    for extra in range(outputs - 9):
        nodes.append(helper.make_node("Identity", ["luma"], [f"extra{extra}"]))
        results.append(helper.make_tensor_value_info(f"extra{extra}", TensorProto.FLOAT, [1, 1, None, None]))
    entry = helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, 640, 640])
    graph = helper.make_graph(nodes, "toy", [entry], results[:outputs], values)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    folder.mkdir(parents=True, exist_ok=True)
    save(model, str(folder / "det_toy.onnx"))
    return folder


def squares(*cells: tuple[int, int], level: int = 255) -> ImageU8:
    """A black 640 x 640 picture with white squares around the anchors at column, row of the 32-pixel grid."""
    image = np.zeros((640, 640, 3), np.uint8)
    for column, row in cells:
        image[row * 32 - 16 : row * 32 + 16, column * 32 - 16 : column * 32 + 16] = level
    return image


# --- painted people, for tracking: every person is a fixed pattern, so looks tell them apart


@lru_cache
def face_pattern(person: int, side: int = 96) -> ImageU8:
    """A square picture that stands for one person's face: coarse random blobs, the same for a number every time."""
    rng = np.random.default_rng(1000 + person)
    coarse = rng.integers(0, 256, (7, 7, 3), np.uint8)
    return cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)


def scene(background: int, people: Sequence[tuple[int, float, float]], size: tuple[int, int] = (640, 360)) -> ImageU8:
    """A picture with (person, x, y) painted around their centres over a set of its own colours."""
    width, height = size
    rng = np.random.default_rng(background)
    image = cv2.resize(rng.integers(0, 256, (5, 8, 3), np.uint8), (width, height), interpolation=cv2.INTER_LINEAR)
    for person, x, y in people:
        face = face_pattern(person)
        half = len(face) // 2
        left, top = round(x) - half, round(y) - half
        x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + 2 * half, width), min(top + 2 * half, height)
        image[y0:y1, x0:x1] = face[y0 - top : y1 - top, x0 - left : x1 - left]
    return image


def face_at(x: float, y: float, side: float = 96.0, score: float = 0.9) -> Detection:
    """The detection of a painted face with its centre at ``x``, ``y``."""
    box = np.array([x - side / 2, y - side / 2, x + side / 2, y + side / 2], np.float32)
    return Detection(box, (FACE * side + [x, y]).astype(np.float32), score)


def shown(t: float, background: int, people: Sequence[tuple[int, float, float]]) -> tuple[Frame, list[Detection]]:
    """A frame at ``t`` seconds with its detections in the given order."""
    frame = Frame(FrameTime(round(t * 1000), MS), scene(background, people))
    return frame, [face_at(x, y) for _, x, y in people]


class ScriptedDetector:
    """A detector that answers from a list of what is in each picture, by the identity of the picture."""

    name = "scripted"
    sha256 = "2" * 64

    def __init__(self, script: Sequence[tuple[Frame, list[Detection]]]) -> None:
        self._answers = {id(frame.image): detections for frame, detections in script}
        self.batches: list[int] = []

    def detect(self, images: Sequence[ImageU8]) -> list[list[Detection]]:
        self.batches.append(len(images))
        return [list(self._answers[id(image)]) for image in images]
