"""Faces of sampled frames, linked into tracks: one track never spans a scene cut and never two people knowingly.

Samples may lie a frame or minutes apart. A detection joins the track whose last face it resembles in place, size and
looks; the farther it is, the more alike it must look. Where samples are dense and several faces are in view, the motion
model of OC-SORT is asked first (``faces.motion``), and the looks only keep a veto.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sjedd_video.faces.identity import FaceDescriptor, ProjectedGradients, unit
from sjedd_video.faces.motion import MotionModel
from sjedd_video.faces.quality import eye_distance
from sjedd_video.faces.shots import ShotDetector
from sjedd_video.types import Detection, FloatArray, Frame, FrameTime

DENSE_GAP_S = 0.1
"""Samples at most this far apart, in seconds, are dense enough for a motion model."""
NEAR_GAP_S = 2.0
"""Within this time a face that stays in place is taken for the same person unless it looks different."""
REACH = 3.0
"""Distance, in face sizes, at which a face must look as alike as for merging tracks across shots."""
MOTION_REACH = 6.0
"""The same where the motion model expects the face to be there."""
LIVE_TRACKS = 64
"""Only this many tracks of a shot (or twice the faces in view), those seen last, are candidates for a face."""
CLEAR_EYES_PX = 16.0
"""Faces with closer eyes, in source pixels, are too coarse to join tracks across shots by their looks."""


@dataclass(eq=False)
class Track:
    """One track so far.

    Attributes:
        number: From 1 in order of appearance.
        shot: Number of its shot, from 0.
        box: ``(4,)`` last box in source pixels.
        time: Time of the last face.
        last: ``(d,)`` unit vector of its last face.
        looks: ``(d,)`` sum of the unit vectors of its faces.
        clear_looks: The same for its clear faces, or None when it has none.
        met: Numbers of the tracks seen in one frame with it.
    """

    number: int
    shot: int
    box: FloatArray
    time: FrameTime
    last: NDArray[np.float32]
    looks: NDArray[np.float32]
    clear_looks: NDArray[np.float32] | None = None
    met: set[int] = field(default_factory=set)

    def likeness(self, looks: NDArray[np.float32]) -> float:
        """Similarity of ``looks`` to the track's mean face or to its last, whichever is more, in [-1, 1]."""
        return max(float(unit(self.looks) @ looks), float(self.last @ looks))


class FaceTracker:
    """Links detections into tracks, frame by frame in order of time.

    Args:
        descriptor: How faces are compared; None for the built-in descriptor.
    """

    def __init__(self, descriptor: FaceDescriptor | None = None) -> None:
        self.descriptor: FaceDescriptor = descriptor or ProjectedGradients()
        self._shots = ShotDetector()
        self._tracks: list[Track] = []
        self._live: list[Track] = []
        self._motion: MotionModel | None = None
        self._time: FrameTime | None = None

    @property
    def shots(self) -> tuple[FrameTime, ...]:
        """Times of the first sampled frame of every shot after the first."""
        return self._shots.cuts

    @property
    def shot(self) -> int:
        """Number of the current shot, from 0."""
        return len(self._shots.cuts)

    @property
    def tracks(self) -> tuple[Track, ...]:
        """All tracks so far, ``tracks[i].number == i + 1``."""
        return tuple(self._tracks)

    def update(self, frame: Frame, detections: Sequence[Detection]) -> list[tuple[int, Detection]]:
        """Take the next frame.

        Args:
            frame: A frame later than those before it.
            detections: Its faces.

        Returns:
            The number of the track of each detection, in the given order; no track occurs twice.
        """
        if self._shots.update(frame):
            self._live, self._motion = [], None
        looks = [self.descriptor.describe(frame.image, detection.landmarks) for detection in detections]
        links = self._link(frame.time, detections, looks)
        tracks = [
            self._extend(link, frame.time, detection, look)
            for link, detection, look in zip(links, detections, looks, strict=True)
        ]
        kept = max(LIVE_TRACKS, 2 * len(detections))
        self._live = sorted(self._live, key=lambda track: track.time, reverse=True)[:kept]
        numbers = {track.number for track in tracks}
        for track in tracks:
            track.met |= numbers - {track.number}
        if self._motion is not None:
            self._motion.learn([track.number for track in tracks])
        self._time = frame.time
        return [(track.number, detection) for track, detection in zip(tracks, detections, strict=True)]

    def _link(
        self, time: FrameTime, detections: Sequence[Detection], looks: Sequence[NDArray[np.float32]]
    ) -> list[Track | None]:
        expected = self._expected(time, detections)
        scored = []
        for place, track in enumerate(self._live):
            for index, detection in enumerate(detections):
                reach = MOTION_REACH if expected[index] == track.number else REACH
                if (score := self._score(track, time, detection, looks[index], reach)) > 0:
                    scored.append((-score, index, place))
        links: list[Track | None] = [None] * len(detections)
        for _, index, place in sorted(scored):
            if links[index] is None and self._live[place] not in links:
                links[index] = self._live[place]
        return links

    def _expected(self, time: FrameTime, detections: Sequence[Detection]) -> list[int | None]:
        """What the motion model says, if there is a choice between faces and the samples are dense."""
        gap = None if self._time is None else time.seconds - self._time.seconds
        crowded = len(detections) > 1 or len(self._live) > 1
        if self._motion is None and gap is not None and 0 < gap <= DENSE_GAP_S and crowded:
            assert self._time is not None
            self._motion = MotionModel(1.0 / gap)
            current = [track for track in self._live if track.time == self._time]
            self._motion.step(self._time.seconds, [track.box for track in current])
            self._motion.learn([track.number for track in current])
        if self._motion is None:
            return [None] * len(detections)
        return self._motion.step(time.seconds, [detection.box for detection in detections])

    def _score(
        self, track: Track, time: FrameTime, detection: Detection, looks: NDArray[np.float32], reach: float
    ) -> float:
        """By how much the likeness exceeds what distance and time ask for; positive when the two may be linked."""
        same, different = self.descriptor.same, self.descriptor.different
        patience = min((time.seconds - track.time.seconds) / NEAR_GAP_S, 1.0)
        strictness = min(distance(track.box, detection.box) / reach + 0.5 * patience, 1.0)
        return track.likeness(looks) - different - (same - different) * strictness

    def _extend(self, track: Track | None, time: FrameTime, detection: Detection, looks: NDArray[np.float32]) -> Track:
        if track is None:
            track = Track(len(self._tracks) + 1, self.shot, detection.box, time, looks, np.zeros_like(looks))
            self._tracks.append(track)
            self._live.append(track)
        track.box, track.time, track.last = detection.box, time, looks
        track.looks = track.looks + looks
        if eye_distance(detection.landmarks) >= CLEAR_EYES_PX:
            track.clear_looks = looks if track.clear_looks is None else track.clear_looks + looks
        return track


def distance(a: FloatArray, b: FloatArray) -> float:
    """Distance of two boxes' centres in mean box sizes, plus the octaves between the sizes."""
    size_a, size_b = (float(np.sqrt(max((box[2] - box[0]) * (box[3] - box[1]), 1e-6))) for box in (a, b))
    apart = np.hypot(*((a[:2] + a[2:]) - (b[:2] + b[2:]))) / 2.0
    return float(apart / (0.5 * (size_a + size_b)) + abs(np.log2(size_a / size_b)))
