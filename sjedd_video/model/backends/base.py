"""What a runtime offers: an image tower that runs somewhere, and says where."""

from __future__ import annotations

import os
from typing import Protocol

from sjedd_video.types import FloatArray

FP32_TOLERANCE = 1e-3
"""Greatest difference from the golden probabilities that full precision may show."""
BF16_TOLERANCE = 3e-2
"""The same for bfloat16, whose numbers keep 8 significant bits."""


class Backend(Protocol):
    """An image tower ready to run."""

    name: str
    """Runtime and version, for reports."""
    provider: str
    """What really runs it, for reports."""
    tolerance: float
    """Greatest difference from the golden probabilities that its precision may show."""

    def encode(self, images: FloatArray) -> FloatArray:
        """Image features ``(B, d) float32`` of normalised ``(B, 3, S, S) float32`` RGB pictures, B > 0.

        A runtime opened on the graph of places gives their log-odds ``(B, g, g)`` instead.

        Raises:
            MemoryError: The batch does not fit into the memory of the device.
            ModelError: The runtime failed otherwise.
        """


def threads() -> int:
    """CPU threads for one model: the cores that this process may use, at most eight."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, 8))
