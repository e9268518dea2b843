"""From aligned crops to raw scores and probabilities: one path of numbers for every runtime."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sjedd_video.errors import ModelError
from sjedd_video.hierarchy import Hierarchy, marginals
from sjedd_video.model.backends.base import FP32_TOLERANCE, Backend
from sjedd_video.model.bundle import Bundle, Golden
from sjedd_video.model.card import Preprocess
from sjedd_video.types import Crop, FloatArray, ImageU8, ModelFacts

BATCH = 16
"""Most crops encoded at once, so that memory does not grow with the number of faces."""


def views(crops: NDArray[np.uint8], preprocess: Preprocess) -> list[NDArray[np.uint8]]:
    """Pictures ``(B, S, S, 3) uint8`` whose raw scores are averaged for ``crops``: these, and their mirror images."""
    return [crops, crops[:, :, ::-1]] if preprocess.mirror else [crops]


def prepare(crops: NDArray[np.uint8], preprocess: Preprocess) -> NDArray[np.float32]:
    """Resize and normalise.

    Args:
        crops: RGB ``(B, S, S, 3) uint8``.
        preprocess: The card's section.

    Returns:
        ``(B, 3, input_size, input_size) float32``, contiguous.
    """
    side = preprocess.input_size
    if crops.shape[1] != side:
        from PIL import Image

        bicubic = Image.Resampling.BICUBIC
        crops = np.stack([np.asarray(Image.fromarray(crop).resize((side, side), bicubic)) for crop in crops])
    scale = 1.0 / (255.0 * np.array(preprocess.std))
    shift = -np.array(preprocess.mean) / np.array(preprocess.std)
    images = np.empty((len(crops), 3, side, side), np.float32)
    for channel in range(3):
        np.multiply(crops[..., channel], np.float32(scale[channel]), out=images[:, channel])
        images[:, channel] += np.float32(shift[channel])
    return images


def odds_of_places(
    tell: Callable[[NDArray[np.float32]], FloatArray], crop: ImageU8, preprocess: Preprocess
) -> NDArray[np.float32]:
    """``(g, g) float32`` log-odds that a cell was altered: the mean of those of a crop and of its mirror image.

    Args:
        tell: Normalised pictures ``(1, 3, S, S)`` to ``(1, g, g)``.
        crop: RGB ``(S, S, 3) uint8``.
        preprocess: The card's section.
    """
    seen = [np.asarray(tell(prepare(view, preprocess)))[0] for view in views(crop[None], preprocess)]
    return np.asarray(np.mean([seen[0], *(mirrored[:, ::-1] for mirrored in seen[1:])], axis=0), np.float32)


def probabilities(raw: NDArray[np.float32], scoring: str, hierarchy: Hierarchy) -> NDArray[np.float64]:
    """``(B, n) float64`` of raw scores: marginals over legal states, or the independent sigmoids of ``pair`` [JE]."""
    if scoring == "pair":
        return np.asarray(np.exp(-np.logaddexp(0.0, -raw.astype(np.float64))), np.float64)
    return marginals(raw, hierarchy.states)


class BundleScorer:
    """A bundle on a runtime. Holds no state of a file.

    Args:
        bundle: The opened bundle.
        text_matrix: ``(n, d) float32``, temperature included.
        backend: The image tower on a runtime.
        places: The graph that tells where a face was altered, on a runtime; None if the bundle has none.
    """

    def __init__(
        self,
        bundle: Bundle,
        text_matrix: FloatArray,
        backend: Backend,
        places: Backend | None = None,
    ) -> None:
        self._card, self._sha256 = bundle.card, bundle.sha256
        self._text, self._backend = np.asarray(text_matrix, np.float32), backend
        self.hierarchy: Hierarchy = bundle.card.label_hierarchy
        self.crop: Crop = bundle.card.preprocess.crop
        self._places = places

    @property
    def backend(self) -> Backend:
        """The runtime in use."""
        return self._backend

    def facts(self, detector_name: str, detector_sha256: str) -> ModelFacts:
        """Identity and provenance for a result.

        Raises:
            ModelError: The bundle has no calibration, so no result can rest on it.
        """
        calibration = self._card.calibration
        if calibration is None:
            raise ModelError(f"The model {self._card.name} has no calibration.", "It can be scored, but not judge.")
        hierarchy = self.hierarchy
        return ModelFacts(
            name=self._card.name,
            sha256=self._sha256,
            hierarchy=hierarchy.name if hierarchy.rule == "strict" else f"{hierarchy.name} ({hierarchy.rule})",
            nodes=hierarchy.nodes,
            prior=tuple(float(p) for p in self._probabilities(np.zeros(len(hierarchy.nodes), np.float32))),
            backend=self._backend.name,
            provider=self._backend.provider,
            detector=detector_name,
            detector_sha256=detector_sha256,
            crop_scale=self.crop.scale,
            crop_down=self.crop.down,
            crop_size=self.crop.size,
            threshold=calibration.threshold,
            calibration=calibration.model_dump(mode="json", exclude_none=True),
            licence=self._card.licence,
            training_data=self._card.training_data,
        )

    def score(self, crops: Sequence[ImageU8] | NDArray[np.uint8]) -> tuple[FloatArray, FloatArray]:
        """Score aligned crops, at most ``BATCH`` at a time.

        Args:
            crops: RGB pictures ``(S, S, 3) uint8`` with S = ``crop.size``, any number.

        Returns:
            Raw scores ``(B, n) float32`` and uncalibrated probabilities ``(B, n) float64`` in [0, 1].

        Raises:
            ValueError: A crop has another shape or type.
            MemoryError: A batch does not fit into memory.
            ModelError: The runtime failed, or a score is not a finite number.
        """
        self._check(crops)
        parts = [self._raw(np.asarray(crops[i : i + BATCH])) for i in range(0, len(crops), BATCH)]
        raw = np.concatenate(parts) if parts else np.empty((0, len(self.hierarchy.nodes)), np.float32)
        return self._finite(raw), self._probabilities(raw)

    @property
    def tells_places(self) -> bool:
        """Whether the bundle has a graph for ``places``."""
        return self._places is not None

    def places(self, crop: ImageU8) -> NDArray[np.float32]:
        """Where a face was altered, as far as the model can tell.

        It is taught beside the label, by pixels of forgeries whose original is known (docs/decisions/010), and is no
        part of the score.

        Args:
            crop: RGB ``(S, S, 3) uint8`` with S = ``crop.size``.

        Returns:
            ``(g, g) float32`` probability in [0, 1], uncalibrated, that a cell of S / g pixels was altered.

        Raises:
            ValueError: The crop has another shape or type.
            MemoryError: The picture does not fit into memory.
            ModelError: The bundle cannot tell, the runtime failed, or a value is not a finite number.
        """
        self._check([crop])
        return np.asarray(1.0 / (1.0 + np.exp(-self._odds_of_places(crop))), np.float32)

    def _odds_of_places(self, crop: ImageU8) -> NDArray[np.float32]:
        if self._places is None:
            advice = "Train it with model.where_weight above 0."
            raise ModelError(f"The model {self._card.name} cannot tell where a face was altered.", advice)
        return self._finite(odds_of_places(self._places.encode, crop, self._card.preprocess))

    def _check(self, crops: Sequence[ImageU8] | NDArray[np.uint8]) -> None:
        shape = (self.crop.size, self.crop.size, 3)
        for crop in crops:
            if crop.shape != shape or crop.dtype != np.uint8:
                raise ValueError(f"a crop must be {shape} uint8, got {crop.shape} {crop.dtype}")

    def _finite(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        if not np.isfinite(values).all():
            advice = "Use another --device, and report it with the model's name."
            raise ModelError(f"The model {self._card.name} gave a score that is not a number.", advice)
        return values

    def _raw(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        seen = [self._raw_of(view) for view in views(crops, self._card.preprocess)]
        return np.asarray(np.mean(seen, axis=0), np.float32)

    def _raw_of(self, crops: NDArray[np.uint8]) -> NDArray[np.float32]:
        features = self._backend.encode(prepare(crops, self._card.preprocess))
        if self._card.scoring in {"cosine", "pair"}:
            features = features / np.maximum(np.linalg.norm(features, axis=-1, keepdims=True), 1e-12)
        return np.asarray(features @ self._text.T, np.float32)

    def _probabilities(self, raw: NDArray[np.float32]) -> NDArray[np.float64]:
        return probabilities(raw, self._card.scoring, self.hierarchy)

    def golden_difference(self, golden: Golden) -> float:
        """Greatest absolute difference from the golden probabilities."""
        return float(np.abs(self.score(golden.crops)[1] - golden.probabilities).max())

    def check_golden(self, golden: Golden) -> None:
        """Score the golden crops and compare.

        Raises:
            ModelError: The runtime does not reproduce the known answers; nothing it says can be trusted.
        """
        raw, found = self.score(golden.crops)
        off, limit = float(np.abs(found - golden.probabilities).max()), self._backend.tolerance
        # Probabilities near 0 and 1 hide differences that raw scores show.
        if not off <= limit or not np.allclose(raw, golden.raw, rtol=10 * limit, atol=10 * limit):
            message = f"{self._backend.name} ({self._backend.provider}) does not reproduce the model {self._card.name}"
            advice = "Use another --device or --backend; if the CPU fails too, install the model again."
            raise ModelError(f"{message}: golden probabilities differ by up to {off:.2g}.", advice)
        if golden.places is not None:
            odds = np.stack([self._odds_of_places(crop) for crop in golden.crops])
            if not np.allclose(odds, golden.places, rtol=10 * FP32_TOLERANCE, atol=10 * FP32_TOLERANCE):
                message = f"ONNX Runtime does not reproduce the altered places of the model {self._card.name}."
                raise ModelError(message, "Install the model again.")
