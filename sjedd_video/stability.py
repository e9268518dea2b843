"""Does the verdict survive what happens to every video on its way: recompression and rescaling?

A few crops of the decisive person, spread over time, are scored again after JPEG at quality 50, after a reduction to
half their size and back, and mirrored. The mean shift of their log-odds is applied to the person's own. If the
probability crosses the threshold and moves by more than ``MARGIN``, the file is inconclusive: such a verdict hangs on
the last re-encoding. One picture has no mean over frames to steady it, so it is tried on more qualities and sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from sjedd_video.calibration import Calibration, logit, sigmoid
from sjedd_video.types import FloatArray, ImageU8, PersonFinding, Reason, ReasonCode

JPEG_QUALITY = 50
RESCALE = 0.5
PICTURE_QUALITIES = (95, 90, 85, 75, 60)
PICTURE_SIZES = (0.85, 0.7)
MARGIN = 0.15
"""A change of probability up to this is no instability, even where it crosses the threshold."""

Score = Callable[[Sequence[ImageU8]], FloatArray]
"""RGB crops ``(S, S, 3) uint8`` -> p(face) ``(B,)`` in [0, 1]."""


def recompress(crop: ImageU8, quality: int = JPEG_QUALITY) -> ImageU8:
    """The RGB crop after JPEG at ``quality``."""
    import cv2

    done, data = cv2.imencode(".jpg", crop[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    again = cv2.imdecode(data, cv2.IMREAD_COLOR) if done else None
    if again is None:
        raise ValueError(f"a crop of shape {crop.shape} cannot be encoded")
    return np.ascontiguousarray(again[..., ::-1], dtype=np.uint8)


def rescale(crop: ImageU8, factor: float = RESCALE) -> ImageU8:
    """The RGB crop after reduction by ``factor`` and enlargement to its size."""
    import cv2

    side = crop.shape[1], crop.shape[0]
    small = cv2.resize(crop, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, side, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def mirror(crop: ImageU8) -> ImageU8:
    """The RGB crop with left and right exchanged: the model has no reason to answer otherwise."""
    return np.ascontiguousarray(crop[:, ::-1])


Check = tuple[ReasonCode, Callable[[ImageU8], ImageU8], str]
CHECKS: tuple[Check, ...] = (
    (ReasonCode.UNSTABLE_RECOMPRESSED, recompress, f"JPEG quality {JPEG_QUALITY}"),
    (ReasonCode.UNSTABLE_RESCALED, rescale, f"rescaling by {RESCALE:g}"),
    (ReasonCode.UNSTABLE_MIRRORED, mirror, "mirroring"),
)
PICTURE_CHECKS: tuple[Check, ...] = (
    *CHECKS,
    *(
        (ReasonCode.UNSTABLE_RECOMPRESSED, partial(recompress, quality=quality), f"JPEG quality {quality}")
        for quality in PICTURE_QUALITIES
    ),
    *(
        (ReasonCode.UNSTABLE_RESCALED, partial(rescale, factor=factor), f"rescaling by {factor:g}")
        for factor in PICTURE_SIZES
    ),
)
"""What a single picture must survive besides."""


def instabilities(
    person: PersonFinding,
    crops: Sequence[tuple[ImageU8, float]],
    score: Score,
    calibration: Calibration,
    *,
    single: bool,
) -> list[Reason]:
    """Why the verdict on ``person`` does not stand, or an empty list.

    Args:
        person: The decisive person, with a probability.
        crops: Usable crops of that person with the p(face) they got; none means nothing can be checked.
        score: Scores crops.
        calibration: The bundle's logistic.
        single: The input is one picture.

    Raises:
        ValueError: The person has no probability.
    """
    if person.probability is None:
        raise ValueError("only a person with a probability can be checked")
    if not crops:
        return []
    before, base = person.probability, logit([p for _, p in crops])
    slope = calibration.image_slope if single else calibration.slope
    found: dict[ReasonCode, Reason] = {}
    for code, change, how in PICTURE_CHECKS if single else CHECKS:
        shift = float(np.mean(logit(score([change(crop) for crop, _ in crops])) - base))
        after = float(sigmoid(logit(before) + slope * shift))
        crosses = (before >= calibration.threshold) != (after >= calibration.threshold)
        if crosses and abs(after - before) > MARGIN:
            detail = f"person {person.track}: {before:.0%} becomes {after:.0%} after {how}"
            found.setdefault(code, Reason(code, detail))
    return list(found.values())
