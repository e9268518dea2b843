"""Which boxes belong to which frame. Without Qt."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from sjedd_video.calibration import Calibration, logit
from sjedd_video.explain import is_single
from sjedd_video.spans import GAP_STEPS, sampling_step
from sjedd_video.types import AnalysisResult, Exhibit, FaceScore, FloatArray, FrameTime, PersonFinding
from sjedd_video.verdict import ROOT

Stamp = int | Fraction
"""A time in units of some time base; a fraction only where it comes from another one."""
Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in pixels of the upright full-resolution frame."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A face of a sampled frame.

    Attributes:
        score: The face and its score.
        value: Calibrated probability in [0, 1] of this face alone; None where the person was not judged.
        usable: Whether its quality sufficed.
    """

    score: FaceScore
    value: float | None
    usable: bool

    @property
    def track(self) -> int:
        """Number of the person."""
        return self.score.observation.track

    @property
    def time(self) -> FrameTime:
        """Time of the sampled frame."""
        return self.score.observation.time

    @property
    def box(self) -> Box:
        """Where the face is in that frame."""
        x0, y0, x1, y1 = (float(value) for value in self.score.observation.detection.box)
        return x0, y0, x1, y1


class Overlay:
    """The faces of a result by the exact time of their frame, and its flagged spans.

    Times are compared exactly, whatever their time base, so that a frame has boxes only if its own time stamp was
    sampled. Made where a result is read, not in the thread of the window, which a long result would stop.
    """

    def __init__(self, result: AnalysisResult) -> None:
        self._people = {person.track: person for person in result.people}
        self._exhibits = result.exhibits
        times = () if result.sampling is None else result.sampling.times
        cuts = () if result.sampling is None else result.sampling.shots
        scored = (person.scores[0].observation.time for person in result.people if person.scores)
        self._base = next((time.time_base for time in (*times[:1], *scored)), Fraction(1))
        self._places: dict[int, tuple[FloatArray, FloatArray]] = {}
        self._values = {person.track: _values(person, result) for person in result.people}
        self._indices = {
            person.track: {self._stamp(score.observation.time): i for i, score in enumerate(person.scores)}
            for person in result.people
        }
        self._sampled = sorted({self._stamp(time) for time in times}.union(*self._indices.values()))
        self._cuts = {self._stamp(time) for time in cuts}
        step = sampling_step(times)
        self._reach = step * GAP_STEPS / float(self._base) if np.isfinite(step) else 0.0
        self.tracks = tuple(self._people)
        self.sample_times = [float(stamp * self._base) for stamp in self._sampled]
        """Times of all sampled frames in seconds, rising."""
        self.span_starts = sorted({span.start.seconds for person in result.people for span in person.spans})
        """Beginnings of the flagged spans of all people in seconds, rising."""

    def at(self, time: FrameTime) -> list[Mark]:
        """The faces found in the frame of exactly this time; empty unless it was sampled."""
        return self._marks(self._stamp(time))

    def sampled(self, time: FrameTime) -> bool:
        """Whether the analysis looked at the frame of exactly this time."""
        place = bisect_right(self._sampled, self._stamp(time))
        return place > 0 and self._sampled[place - 1] == self._stamp(time)

    def before(self, time: FrameTime) -> list[Mark]:
        """The faces of the last sampled frame before an unsampled one, if the same shot surely goes on until then.

        Nothing is carried over a cut (which lies somewhere between two sampled frames) nor over a gap in the sample.
        """
        moment = self._stamp(time)
        place = bisect_right(self._sampled, moment)
        if place == 0 or moment - self._sampled[place - 1] > self._reach:
            return []
        if place < len(self._sampled) and self._sampled[place] in self._cuts:
            return []
        return self._marks(self._sampled[place - 1])

    def nearest(self, time: FrameTime, track: int) -> FrameTime | None:
        """The sampled frame nearest to ``time`` that shows a person (or anybody, for track 0)."""
        tracks = [track] if track else self.tracks
        near = [self._nearest_of(time, person) for person in tracks if person in self._people]
        return min(
            (found for found in near if found), key=lambda found: abs(found.seconds - time.seconds), default=None
        )

    def face_place(self, seconds: float, track: int) -> Box | None:
        """Where to point the view to follow a person: between sampled boxes in proportion to time. Never drawn."""
        times, boxes = self._track(track)
        if not len(times):
            return None
        x0, y0, x1, y1 = (float(np.interp(seconds, times, boxes[:, side])) for side in range(4))
        return x0, y0, x1, y1

    def exhibit(self, mark: Mark) -> Exhibit | None:
        """The kept picture of a face, with its heat map if there is one."""
        stamp = self._stamp(mark.time)
        seen = ((e, e.score.observation) for e in self._exhibits)
        return next((e for e, o in seen if o.track == mark.track and self._stamp(o.time) == stamp), None)

    def _marks(self, stamp: Stamp) -> list[Mark]:
        found = ((self._people[track], places[stamp]) for track, places in self._indices.items() if stamp in places)
        return [Mark(person.scores[i], self._value(person, i), person.usable[i]) for person, i in found]

    def _value(self, person: PersonFinding, index: int) -> float | None:
        values = self._values[person.track]
        return float(values[index]) if values is not None and person.usable[index] else None

    def _stamp(self, time: FrameTime) -> Stamp:
        """A time in units of the result's own time base."""
        if time.time_base is self._base or time.time_base == self._base:
            return time.pts
        return time.pts * time.time_base / self._base

    def _track(self, track: int) -> tuple[FloatArray, FloatArray]:
        """Seconds ``(n,)`` and boxes ``(n, 4)`` of a person."""
        if track not in self._places:
            scores = self._people[track].scores if track in self._people else ()
            seconds = np.array([score.observation.time.seconds for score in scores])
            self._places[track] = seconds, np.array([score.observation.detection.box for score in scores], np.float64)
        return self._places[track]

    def _nearest_of(self, time: FrameTime, track: int) -> FrameTime | None:
        seconds, _ = self._track(track)
        if not len(seconds):
            return None
        return self._people[track].scores[int(np.abs(seconds - time.seconds).argmin())].observation.time


def _values(person: PersonFinding, result: AnalysisResult) -> FloatArray | None:
    """Calibrated probabilities in [0, 1] ``(n,)`` of each face alone; None where the person was not judged."""
    if result.verdict is None or person.probability is None:
        return None
    calibration = Calibration.of(result.model)
    by_kind = calibration.image if is_single(result) else calibration.video
    return by_kind(logit(np.array([score.marginals[ROOT] for score in person.scores])))
