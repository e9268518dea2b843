"""What lists, panels and dialogs say of a result in the same way, without Qt."""

from __future__ import annotations

from sjedd_video.calibration import BANDS
from sjedd_video.types import AnalysisResult

_EDGES = sorted((least, band) for least, band in BANDS)
BAND_EDGES = tuple(
    (low, high, band) for (low, band), high in zip(_EDGES, [*(least for least, _ in _EDGES[1:]), 1.0], strict=True)
)
"""Lower edge, upper edge and band, weakest first."""


def tone(result: AnalysisResult) -> str:
    """The band of the verdict, or the outcome: what chooses the colour."""
    return str(result.outcome if result.verdict is None else result.verdict.band)
