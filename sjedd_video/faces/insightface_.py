"""Detection, and recognition where there is any, with a model pack of the user through ``insightface``.

``insightface`` downloads what it does not find under a given name, takes any network of five or more outputs for a face
detector, and prints. So a pack is an absolute path of an existing directory, its detector must have the outputs of an
SCRFD network with landmarks, and standard output is caught while the library runs.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sjedd_video.errors import ModelError
from sjedd_video.faces.align import align_face
from sjedd_video.faces.detect import session_threads
from sjedd_video.faces.identity import FaceDescriptor, unit
from sjedd_video.types import Detection, FloatArray, ImageU8, check_image

ADVICE = "Name the directory of an unpacked insightface pack, for example /models/buffalo_l."
SIDE = 640
"""Side of the square that pictures are fitted into, unless the network has a fixed input."""
EMBEDDING_SIDE = 112
PARTS_OF_OUTPUTS = {9: 3, 15: 5}
"""Feature levels by number of outputs of an SCRFD network with landmarks."""
WIDTHS = (1, 4, 10)
"""Values per anchor of its three groups of outputs: score, box, landmarks."""


class InsightFaceDetector:
    """Detects faces with the SCRFD network of a local insightface pack on the CPU.

    Args:
        pack: Absolute path of the pack's directory.
        score: Least confidence of a face in (0, 1].

    Attributes:
        descriptor: ArcFace embeddings of the pack's recognition network, or None.

    Raises:
        ModelError: The directory does not exist or holds no network of that kind.
    """

    descriptor: FaceDescriptor | None

    def __init__(self, pack: Path, score: float = 0.5) -> None:
        files = pack_files(pack)
        self.sha256 = pack_hash(files)
        self.name = f"insightface {pack.name}"
        app = _load(pack, score)
        self._network = app.models["detection"]
        _check_detector(self._network, pack)
        recognition = app.models.get("recognition")
        fits = recognition is not None and tuple(recognition.input_size) == (EMBEDDING_SIDE, EMBEDDING_SIDE)
        self.descriptor = ArcFaceEmbedding(recognition) if fits else None

    def detect(self, images: Sequence[ImageU8]) -> list[list[Detection]]:
        """Find the faces of each picture; see ``FaceDetector.detect``."""
        for image in images:
            check_image(image, "image")
        with quiet():
            return [self._detect(image) for image in images]

    def _detect(self, image: ImageU8) -> list[Detection]:
        boxes, landmarks = self._network.detect(np.ascontiguousarray(image[..., ::-1]))
        found = [
            Detection(np.asarray(box[:4], np.float32), np.asarray(points, np.float32), float(np.clip(box[4], 0, 1)))
            for box, points in zip(boxes, landmarks if landmarks is not None else (), strict=True)
            if np.isfinite(box).all() and np.isfinite(points).all()
        ]
        return sorted(found, key=lambda face: -face.score)


class ArcFaceEmbedding:
    """A ``FaceDescriptor`` from a recognition network with 112 x 112 input.

    The thresholds are those usual for ArcFace embeddings, on the careful side; a pack is the user's and was not
    measured here.
    """

    name = "ArcFace"
    same = 0.5
    different = 0.2

    def __init__(self, network: Any) -> None:
        self._network = network

    def describe(self, image: ImageU8, landmarks: FloatArray) -> NDArray[np.float32]:
        """Describe one face; see ``FaceDescriptor.describe``."""
        crop, _ = align_face(image, landmarks, 1.0, EMBEDDING_SIDE)
        with quiet():
            embedding = self._network.get_feat(np.ascontiguousarray(crop[..., ::-1]))
        return unit(np.asarray(embedding, np.float32).ravel())


def pack_files(pack: Path) -> list[Path]:
    """The files of a pack in order of name.

    Raises:
        ModelError: ``pack`` is not the absolute path of a directory with ONNX files.
    """
    if not pack.is_absolute() or not pack.is_dir():
        raise ModelError(f"The detector pack {pack} is not the absolute path of an existing directory.", ADVICE)
    if not any(pack.glob("*.onnx")):
        raise ModelError(f"The detector pack {pack} holds no ONNX file.", ADVICE)
    return sorted([*pack.glob("*.onnx"), *pack.glob("manifest.json")])


def pack_hash(files: Sequence[Path]) -> str:
    """SHA-256 over the lines ``<SHA-256 of the file>  <name>`` of ``files``, as ``sha256sum`` prints them."""
    lines = []
    for file in files:
        with file.open("rb") as stream:
            lines.append(f"{hashlib.file_digest(stream, 'sha256').hexdigest()}  {file.name}\n")
    return hashlib.sha256("".join(lines).encode()).hexdigest()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep what the library prints off the standard output, which belongs to results."""
    with contextlib.redirect_stdout(io.StringIO()):
        yield


def _load(pack: Path, score: float) -> Any:
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = session_threads()
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        with quiet():
            from insightface.app import FaceAnalysis

            app = FaceAnalysis(
                name=str(pack),
                allowed_modules=["detection", "recognition"],
                providers=["CPUExecutionProvider"],
                sess_options=options,
            )
            app.prepare(ctx_id=-1, det_thresh=score, det_size=(SIDE, SIDE))
    except Exception as error:  # the library raises whatever its parts raise, assertions included
        reason = str(error) or type(error).__name__
        raise ModelError(f"The detector pack {pack} could not be loaded: {reason}.", ADVICE) from error
    return app


def _check_detector(network: Any, pack: Path) -> None:
    """Refuse a network that the library took for SCRFD only because it has many outputs (YuNet has twelve)."""
    outputs = network.session.get_outputs()
    parts = PARTS_OF_OUTPUTS.get(len(outputs), 0)
    widths = [output.shape[-1] for output in outputs]
    expected = [width for width in WIDTHS for _ in range(parts)]
    known = all(not isinstance(width, int) or width == right for width, right in zip(widths, expected, strict=False))
    if not parts or not known:
        found = f"{len(outputs)} outputs of widths {widths}"
        raise ModelError(f"The detector in {pack} is not an SCRFD network with landmarks: {found}.", ADVICE)
