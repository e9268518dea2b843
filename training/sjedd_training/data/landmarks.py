"""68 landmarks (iBUG order) of a detected face: by a network of the user's insightface pack, or from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sjedd_training.data.npz import open_npz
from sjedd_video.errors import ModelError, OptionsError
from sjedd_video.types import Detection, FloatArray, ImageU8

Points = NDArray[np.float32]
COUNT = 68
WIDTHS = {3309: "3d68", 212: "2d106"}
"""Networks by the width of their output: 1,103 points of a mesh that end with the 68, or 106 points; x y (z)."""
OF_106 = np.array([
    1, 10, 12, 14, 16, 3, 5, 7, 0, 23, 21, 19, 32, 30, 28, 26, 17,  # jaw
    43, 48, 49, 51, 50, 102, 103, 104, 105, 101,  # brows
    72, 73, 74, 86, 78, 79, 80, 85, 84,  # nose
    35, 41, 42, 39, 37, 36, 89, 95, 96, 93, 91, 90,  # eyes
    52, 64, 63, 71, 67, 68, 61, 58, 59, 53, 56, 55, 65, 66, 62, 70, 69, 57, 60, 54,  # mouth
])  # fmt: skip
"""Which of insightface's 106 points stands for each of the 68."""


class Landmarker(Protocol):
    """Finds the 68 landmarks of a face."""

    name: str
    """Name and hash for the manifest."""

    def find(self, key: str, image: ImageU8, detection: Detection) -> Points:
        """Landmarks ``(68, 2) float32``, x y in pixels of ``image``; NaN where there are none.

        Args:
            key: Which picture it is: ``<path>@<pts>``.
            image: The whole RGB picture.
            detection: The face in it.
        """


def build_landmarker(source: Path | None) -> Landmarker | None:
    """The landmarker that ``source`` asks for: a pack's folder or network, an .npz file, or none.

    Raises:
        OptionsError: ``source`` is neither, or the file lacks something.
        ModelError: There is no fitting network, or it cannot be loaded.
    """
    if source is None:
        return None
    if source.suffix == ".npz":
        return LandmarkFile(source)
    if source.is_dir() or source.suffix == ".onnx":
        return PackLandmarks(source)
    raise OptionsError(f"{source}: not a folder, .onnx or .npz file.", "Name an insightface pack or a landmark file.")


class LandmarkFile:
    """Landmarks from an .npz file: ``key`` (n texts ``<path>@<pts>``) and ``landmarks68`` ``(n, 68, 2)`` in pixels."""

    def __init__(self, path: Path) -> None:
        advice = "Write it again, with the arrays key and landmarks68; see docs/training-data.md."
        with open_npz(path, "no landmark file", advice) as table:
            keys, points = table["key"], np.asarray(table["landmarks68"], np.float32)
        if points.shape != (keys.size, COUNT, 2):
            raise OptionsError(f"{path}: landmarks68 has the shape {points.shape}, not {(keys.size, COUNT, 2)}.")
        self._points = {str(key): points[i] for i, key in enumerate(keys.flat)}
        self.name = f"file {path.name}, {_sha256(path)}"

    def find(self, key: str, image: ImageU8, detection: Detection) -> Points:
        """See `Landmarker.find`."""
        found = self._points.get(key)
        return np.full((COUNT, 2), np.nan, np.float32) if found is None else found


class PackLandmarks:
    """The 3d68 network of an insightface pack, or its 2d106 network where it has no other."""

    def __init__(self, source: Path) -> None:
        path, kind = _network(source)
        self._network, self._many = _load(path), kind == "2d106"
        self.name = f"insightface {kind} {path.name}, {_sha256(path)}"

    def find(self, key: str, image: ImageU8, detection: Detection) -> Points:
        """See `Landmarker.find`."""
        from insightface.app.common import Face

        found = np.asarray(self._network.get(np.ascontiguousarray(image[..., ::-1]), Face(bbox=detection.box)))
        points: Points = found[OF_106 if self._many else slice(None), :2].astype(np.float32)
        return points


def to_crop(points: FloatArray, matrix: FloatArray) -> Points:
    """Map ``(n, 2)`` points by an affine ``(2, 3)`` matrix, source pixel -> crop pixel."""
    mapped: Points = (np.asarray(points, np.float64) @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
    return mapped


def _network(source: Path) -> tuple[Path, str]:
    """The best landmark network of a pack and its kind."""
    import onnx

    files = [source] if source.is_file() else sorted(source.glob("*.onnx"))
    kinds: dict[str, Path] = {}
    for file in files:
        try:
            outputs = onnx.load(str(file), load_external_data=False).graph.output
        except Exception as error:  # protobuf raises its own family
            raise ModelError(f"{file}: not a network ({error}).", "Copy the pack again.") from error
        sides = list(outputs[0].type.tensor_type.shape.dim) if len(outputs) == 1 else []
        if len(sides) == 2 and (kind := WIDTHS.get(sides[1].dim_value)):
            kinds.setdefault(kind, file)
    for kind in WIDTHS.values():
        if kind in kinds:
            return kinds[kind], kind
    raise ModelError(f"{source}: no landmark network.", "Name a pack with 1k3d68.onnx or 2d106det.onnx.")


def _load(path: Path) -> Any:
    import onnxruntime as ort

    from sjedd_video.faces.insightface_ import quiet

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    try:
        with quiet():
            from insightface.model_zoo.landmark import Landmark

            session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
            return Landmark(model_file=str(path), session=session)
    except Exception as error:  # the library raises whatever its parts raise, assertions included
        raise ModelError(f"{path}: cannot be loaded ({error}).", "Copy the pack again.") from error


def _sha256(path: Path) -> str:
    from sjedd_video.evidence import hash_file

    return hash_file(path)[0]
