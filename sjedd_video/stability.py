"""Does the verdict survive what happens to every video on its way: recompression and rescaling?

A few crops of the decisive person, spread over time, are scored again after JPEG at quality 50 and after halving and
doubling their size. The mean shift of their log-odds is applied to the person's own. If the probability crosses the
threshold and moves by more than ``MARGIN``, the file is inconclusive: such a verdict hangs on the last re-encoding.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sjedd_video.calibration import Calibration, logit, sigmoid
from sjedd_video.types import FloatArray, ImageU8, PersonFinding, Reason, ReasonCode

JPEG_QUALITY = 50
RESCALE = 0.5
MARGIN = 0.15
"""A change of probability up to this is no instability, even where it crosses the threshold."""

Score = Callable[[Sequence[ImageU8]], FloatArray]
"""RGB crops ``(S, S, 3) uint8`` -> p(face) ``(B,)`` in [0, 1]."""


def recompress(crop: ImageU8) -> ImageU8:
    """The RGB crop after JPEG at ``JPEG_QUALITY``."""
    import cv2

    done, data = cv2.imencode(".jpg", crop[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    again = cv2.imdecode(data, cv2.IMREAD_COLOR) if done else None
    if again is None:
        raise ValueError(f"a crop of shape {crop.shape} cannot be encoded")
    return np.ascontiguousarray(again[..., ::-1], dtype=np.uint8)


def rescale(crop: ImageU8) -> ImageU8:
    """The RGB crop after reduction by ``RESCALE`` and enlargement to its size."""
    import cv2

    side = crop.shape[1], crop.shape[0]
    small = cv2.resize(crop, None, fx=RESCALE, fy=RESCALE, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, side, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


CHECKS: tuple[tuple[ReasonCode, Callable[[ImageU8], ImageU8], str], ...] = (
    (ReasonCode.UNSTABLE_RECOMPRESSED, recompress, f"JPEG quality {JPEG_QUALITY}"),
    (ReasonCode.UNSTABLE_RESCALED, rescale, f"rescaling by {RESCALE:g}"),
)


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
    found = []
    for code, change, how in CHECKS:
        shift = float(np.mean(logit(score([change(crop) for crop, _ in crops])) - base))
        after = float(sigmoid(logit(before) + slope * shift))
        crosses = (before >= calibration.threshold) != (after >= calibration.threshold)
        if crosses and abs(after - before) > MARGIN:
            found.append(Reason(code, f"person {person.track}: {before:.0%} becomes {after:.0%} after {how}"))
    return found
