"""The interface of face detectors, and the choice between them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Protocol

from sjedd_video.options import AnalysisOptions
from sjedd_video.types import Detection, ImageU8


class FaceDetector(Protocol):
    """Finds faces with five landmarks in upright RGB pictures of any size."""

    name: str
    """Name for reports, with its version or pack."""
    sha256: str
    """Hash of the weights, lower-case hexadecimal."""

    def detect(self, images: Sequence[ImageU8]) -> list[list[Detection]]:
        """Find the faces of each picture.

        The same pictures always give the same faces, whatever else is in the batch.

        Args:
            images: RGB pictures, each ``(H, W, 3) uint8``; their sizes may differ.

        Returns:
            For each picture its faces by descending score, boxes and landmarks in pixels of that picture.

        Raises:
            ValueError: A picture is not ``(H, W, 3) uint8`` or is empty.
        """


def build_detector(options: AnalysisOptions) -> FaceDetector:
    """Build the detector that ``options`` ask for: the user's insightface pack if one is named, else CenterFace.

    Raises:
        ModelError: The weights are missing, damaged or of an unknown kind.
    """
    pack = options.pack_path()
    if pack is not None:
        from sjedd_video.faces.insightface_ import InsightFaceDetector

        return InsightFaceDetector(pack, options.detector_score)
    from sjedd_video.faces.centerface_ import CenterFaceDetector

    return CenterFaceDetector(options.detector_score)


def session_threads() -> int:
    """Threads for a detector's session: the cores this process may use, at most four."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, 4))
