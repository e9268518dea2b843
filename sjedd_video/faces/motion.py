"""OC-SORT of the ``trackers`` package, wrapped: it says which track a box continues by its motion.

Importing ``trackers`` takes longer than detecting the faces of a short clip, so it is done only when a motion model has
something to decide: dense samples with several faces in view.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sjedd_video.types import FloatArray

MEMORY_S = 1.0
"""Seconds after which a lost face is no longer continued by its motion."""
LEAST_OVERLAP = 0.1
BUFFER = 0.25
"""Boxes are enlarged by this share of their size on every side before their overlap is taken."""


class MotionModel:
    """Continues tracks by motion within one shot.

    Args:
        rate: Samples per second at the start; later steps go by their times.
    """

    def __init__(self, rate: float) -> None:
        from trackers import OCSORTTracker
        from trackers.utils.iou import BIoU

        self._tracker: Any = OCSORTTracker(
            lost_track_buffer=round(MEMORY_S * 30),
            frame_rate=rate,
            minimum_consecutive_frames=1,
            minimum_iou_threshold=LEAST_OVERLAP,
            high_conf_det_threshold=0.0,
            iou=BIoU(BUFFER),
        )
        self._numbers: dict[int, tuple[Any, int]] = {}
        self._current: list[Any] = []
        self._seconds: float | None = None

    def step(self, seconds: float, boxes: Sequence[FloatArray]) -> list[int | None]:
        """Take the boxes of the next sample.

        Args:
            seconds: Time of the sample. Time stamps that repeat or step back count as a millisecond later.
            boxes: ``(4,)`` x0, y0, x1, y1 each.

        Returns:
            For each box the number of the track it continues, or None.
        """
        import supervision as sv

        self._seconds = seconds if self._seconds is None else max(seconds, self._seconds + 0.001)
        xyxy = np.array(boxes, np.float64).reshape(-1, 4)
        self._tracker.update(sv.Detections(xyxy=xyxy, confidence=np.ones(len(xyxy))), timestamp=self._seconds)
        # The tracker names a face only from its second sample on; its tracklets are known at once.
        fresh = [t for t in self._tracker.tracks if t.time_since_update == 0]
        self._current = [next((t for t in fresh if np.array_equal(t.last_observation, box)), None) for box in xyxy]
        alive = {id(t) for t in self._tracker.tracks}
        self._numbers = {key: value for key, value in self._numbers.items() if key in alive}
        return [self._numbers.get(id(t), (None, None))[1] for t in self._current]

    def learn(self, numbers: Sequence[int]) -> None:
        """Tell which track each box of the last step was given in the end."""
        for tracklet, number in zip(self._current, numbers, strict=True):
            if tracklet is not None:
                self._numbers[id(tracklet)] = (tracklet, number)
