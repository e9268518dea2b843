"""What trivial measurements of faces reach: a model that does no better has learned nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import cv2
import numpy as np
from numpy.typing import NDArray

from sjedd_training.metrics import auc
from sjedd_video.types import ImageU8

Values = NDArray[np.float64]
WHAT = {"sharpness": "blurrier", "brightness": "darker", "face_size": "smaller", "bit_rate": "lower bit rate"}
"""Which end of a measurement, the lower one of each, is called altered, in words; fixed before any result is seen."""
Trivial = dict[str, float | None]
"""AUC of each trivial measurement; None where it is not known."""


@dataclass(frozen=True, eq=False)
class FaceTraits:
    """Simple measurements of N faces.

    Attributes:
        sharpness: ``(N,)`` variance of the Laplacian of the luma of the crop.
        brightness: ``(N,)`` mean luma of the crop, 0 to 255.
        face_size: ``(N,)`` pixels between the eyes in the source picture; NaN where unknown.
    """

    sharpness: Values
    brightness: Values
    face_size: Values

    @classmethod
    def of(cls, crops: Sequence[ImageU8], eye_distances: Sequence[float]) -> FaceTraits:
        """Measure ``(S, S, 3) uint8`` RGB crops."""
        lumas = [cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY) for crop in crops]
        sharpness = [float(cv2.Laplacian(luma, cv2.CV_64F).var()) for luma in lumas]
        return cls(np.array(sharpness), np.array([luma.mean() for luma in lumas]), np.array(eye_distances, np.float64))

    @classmethod
    def joined(cls, parts: Sequence[FaceTraits]) -> FaceTraits:
        """Those of several lots, one after the other."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in TRAITS))

    def of_some(self, chosen: NDArray[np.bool_]) -> FaceTraits:
        """Those of the faces that ``chosen``, ``(N,)``, marks."""
        return FaceTraits(*(getattr(self, name)[chosen] for name in TRAITS))


TRAITS = tuple(field.name for field in fields(FaceTraits))


def trivial_aucs(real: FaceTraits, altered: FaceTraits) -> Trivial:
    """AUC of each measurement alone, in the direction of ``WHAT``; None where some of its values are unknown."""
    return {name: _auc(getattr(real, name), getattr(altered, name)) for name in TRAITS}


def _auc(real: Values, altered: Values) -> float | None:
    known = np.isfinite(np.concatenate([real, altered])).all()
    return auc(-real, -altered) if known else None


def told(aucs: Mapping[str, float | None]) -> str:
    """A note for a table: AUCs in [0, 1] as percent."""
    found = ", ".join(f"{WHAT[name]} {100 * value:.2f}" for name, value in aucs.items() if value is not None)
    return f"Trivial measurements alone, on the untouched faces: {found or 'none known'}."
