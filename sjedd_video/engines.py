"""The detector and the scorer: loaded once, in parallel, and used for many files."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from sjedd_video.errors import DecoderCrashed
from sjedd_video.faces.detect import FaceDetector, build_detector
from sjedd_video.hierarchy import Hierarchy
from sjedd_video.options import AnalysisOptions
from sjedd_video.types import Crop, FloatArray, ImageU8, ModelFacts, ReasonCode


class Scorer(Protocol):
    """What the pipeline needs of a model: see ``sjedd_video.model.factory.load_scorer``."""

    @property
    def hierarchy(self) -> Hierarchy:
        """The label hierarchy of the scores."""

    @property
    def crop(self) -> Crop:
        """Where it looks."""

    def facts(self, detector_name: str, detector_sha256: str) -> ModelFacts:
        """Identity and provenance of the model for a result."""

    def score(self, crops: Sequence[ImageU8]) -> tuple[FloatArray, FloatArray]:
        """Raw scores ``(B, n) float32`` and marginals ``(B, n) float64`` of RGB crops ``(S, S, 3) uint8``."""

    @property
    def tells_places(self) -> bool:
        """Whether it can tell altered places."""

    def places(self, crop: ImageU8) -> FloatArray:
        """``(g, g) float32`` probability in [0, 1] that a cell of an RGB crop ``(S, S, 3) uint8`` was altered."""


@dataclass(frozen=True, slots=True)
class Engines:
    """A face detector and a scorer. Holds no state of a file, so that one pair serves many."""

    detector: FaceDetector
    scorer: Scorer

    @classmethod
    def load(cls, options: AnalysisOptions) -> Engines:
        """Load both, side by side.

        Raises:
            ModelError: Weights are missing, damaged or do not reproduce their golden vectors.
        """
        from sjedd_video.model.factory import load_scorer

        with ThreadPoolExecutor(max_workers=1) as pool:
            detector = pool.submit(build_detector, options)
            scorer = load_scorer(options)
            return cls(detector.result(), scorer)

    def facts(self) -> ModelFacts:
        """Facts of the model as used with this detector."""
        return self.scorer.facts(self.detector.name, self.detector.sha256)


def score_crops(scorer: Scorer, crops: Sequence[ImageU8]) -> tuple[FloatArray, FloatArray]:
    """Score a batch; where memory does not suffice, one crop at a time.

    Raises:
        DecoderCrashed: Not even one crop fits; reason ``OUT_OF_MEMORY``.
    """
    import numpy as np

    try:
        return scorer.score(crops)
    except MemoryError:
        pass
    try:
        single = [scorer.score([crop]) for crop in crops]
    except MemoryError as error:
        message = "There is not enough memory to score a single face."
        raise DecoderCrashed(ReasonCode.OUT_OF_MEMORY, message, "Close other programs and try again.") from error
    return np.concatenate([raw for raw, _ in single]), np.concatenate([marginals for _, marginals in single])
