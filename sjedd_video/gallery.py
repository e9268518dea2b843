"""The few pictures kept of a long video: a bounded set per track, whatever the length of the file.

Two kinds are kept: the most suspicious faces with their (reduced) frames, for the report; and crops spread evenly over
time, for the check of stability, which must not look at the worst moments only.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from sjedd_video.calibration import logit
from sjedd_video.types import AlignedFace, Exhibit, FaceScore, Frame, FrameTime, ImageU8

FACES_PER_TRACK = 4
CROPS_PER_TRACK = 8
TRACKS = 16
"""Tracks with pictures; of a crowd the most suspicious are kept."""
ENOUGH = 4
"""Usable faces from which on a track is kept before those that have fewer; the default of ``min_faces``."""
APART_S = 0.5
"""Kept faces of a track lie at least this far apart."""
LONG_SIDE = 960


@dataclass(slots=True)
class _Shelf:
    """The pictures of one track. ``best`` holds (rank, exhibit) by descending rank."""

    best: list[tuple[tuple[bool, float], Exhibit]] = field(default_factory=list)
    crops: list[tuple[ImageU8, float]] = field(default_factory=list)
    stride: int = 1
    usable: int = 0

    def keep_crop(self, crop: ImageU8, p_face: float) -> None:
        """Keep every ``stride``-th crop with its score; when full, thin out and double the stride."""
        if self.usable % self.stride == 0 and len(self.crops) == CROPS_PER_TRACK:
            self.crops = self.crops[::2]
            self.stride *= 2
        if self.usable % self.stride == 0:
            self.crops.append((crop, p_face))
        self.usable += 1


@dataclass(slots=True)
class _Tally:
    """The usable faces of one track so far; kept for every track, also for those whose pictures are not."""

    usable: int = 0
    log_odds: float = 0.0

    @property
    def rank(self) -> tuple[bool, float]:
        """How likely the verdict is to speak of the track; faces that are not usable never make it decisive."""
        return self.usable >= ENOUGH, self.log_odds / self.usable if self.usable else -math.inf


class Gallery:
    """Collects pictures while faces are scored; see the module for what is kept."""

    def __init__(self) -> None:
        self._shelves: dict[int, _Shelf] = {}
        self._tallies: dict[int, _Tally] = {}
        self._reduced: tuple[FrameTime, ImageU8, float] | None = None

    def add(self, frame: Frame, face: AlignedFace, score: FaceScore, p_face: float, usable: bool) -> None:
        """Consider one scored face.

        Args:
            frame: The full-resolution frame it was found in.
            face: Its crop and matrix.
            score: Its score.
            p_face: The number by which faces are ranked, in [0, 1].
            usable: Whether it passed the quality rules; usable faces rank first.
        """
        track = score.observation.track
        shelf, tally = self._shelves.setdefault(track, _Shelf()), self._tallies.setdefault(track, _Tally())
        if usable:
            tally.usable += 1
            tally.log_odds += float(logit(p_face))
            shelf.keep_crop(face.crop, p_face)
        self._keep_if_telling(shelf, (usable, p_face), frame, face, score)
        if len(self._shelves) > TRACKS:
            del self._shelves[min(self._shelves, key=lambda t: self._tallies[t].rank)]

    def relabel(self, new_track: Callable[[FaceScore], FaceScore]) -> None:
        """Rename tracks after the same person's tracks were merged; ``new_track`` maps every kept score."""
        old, self._shelves = self._shelves, {}
        for shelf in old.values():
            best = [(rank, _renamed(exhibit, new_track)) for rank, exhibit in shelf.best]
            if not best:
                continue
            track = best[0][1].score.observation.track
            into = self._shelves.setdefault(track, _Shelf())
            into.best = sorted(into.best + best, key=lambda item: item[0], reverse=True)[:FACES_PER_TRACK]
            crops = into.crops + shelf.crops
            into.crops = [crops[i] for i in _spread(len(crops), CROPS_PER_TRACK)]

    def exhibits(self, track: int, count: int) -> list[Exhibit]:
        """At most ``count`` of the most suspicious faces of ``track``, most suspicious first."""
        shelf = self._shelves.get(track)
        return [] if shelf is None else [exhibit for _, exhibit in shelf.best[:count]]

    def crops(self, track: int) -> list[tuple[ImageU8, float]]:
        """At most ``CROPS_PER_TRACK`` usable crops of ``track`` with their p(face), spread over time."""
        shelf = self._shelves.get(track)
        return [] if shelf is None else list(shelf.crops)

    def _keep_if_telling(
        self, shelf: _Shelf, rank: tuple[bool, float], frame: Frame, face: AlignedFace, score: FaceScore
    ) -> None:
        near = [i for i, (_, other) in enumerate(shelf.best) if _apart(other.score, score) < APART_S]
        rivals = near or ([len(shelf.best) - 1] if len(shelf.best) == FACES_PER_TRACK else [])
        if any(shelf.best[i][0] >= rank for i in rivals):
            return
        for i in reversed(rivals):
            del shelf.best[i]
        picture, scale = self._reduce(frame)
        shelf.best.append((rank, Exhibit(score, picture, scale, face.crop, face.matrix)))
        shelf.best.sort(key=lambda item: item[0], reverse=True)

    def _reduce(self, frame: Frame) -> tuple[ImageU8, float]:
        """The frame at most ``LONG_SIDE`` long; faces of one frame share the picture."""
        if self._reduced is None or self._reduced[0] != frame.time:
            import cv2

            height, width = frame.image.shape[:2]
            scale = min(1.0, LONG_SIDE / max(height, width))
            size = (max(1, round(width * scale)), max(1, round(height * scale)))
            picture = cv2.resize(frame.image, size, interpolation=cv2.INTER_AREA) if scale < 1 else frame.image.copy()
            self._reduced = (frame.time, np.asarray(picture, dtype=np.uint8), scale)
        return self._reduced[1], self._reduced[2]


def _apart(a: FaceScore, b: FaceScore) -> float:
    return abs(a.observation.time.seconds - b.observation.time.seconds)


def _renamed(exhibit: Exhibit, new_track: Callable[[FaceScore], FaceScore]) -> Exhibit:
    return replace(exhibit, score=new_track(exhibit.score))


def _spread(count: int, limit: int) -> Sequence[int]:
    """At most ``limit`` positions spread evenly over ``count``."""
    return range(count) if count <= limit else [i * count // limit for i in range(limit)]
