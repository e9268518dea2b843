"""A result over time, one lane per person, without Qt: scores, gaps told apart, flagged spans."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from sjedd_video.calibration import Calibration, logit
from sjedd_video.spans import GAP_STEPS, runs
from sjedd_video.types import AnalysisResult, Band, FrameTime, Interval, PersonFinding, ReasonCode, Span
from sjedd_video.usability import face_faults
from sjedd_video.verdict import ROOT

Floats = NDArray[np.float64]
HOME_SHARE = 0.1
"""A sample of less than this share of the file fills the first view by itself."""


class GapKind(StrEnum):
    """Why a lane has no used score somewhere."""

    NOT_SAMPLED = "not_sampled"
    NO_FACE = "no_face"
    NOT_USABLE = "not_usable"


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without a used score, in seconds."""

    start: float
    end: float
    kind: GapKind


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """What all lanes share. Times in seconds.

    Attributes:
        start: Where the file begins; the axis reaches from here ...
        end: ... to here.
        home: The stretch shown first: the file, or the sample where that is a small part of the file.
        times: ``(m,)`` times of all examined frames, ascending.
        cells: ``(m, 2)`` first and last second that each examined frame stands for.
        cuts: Scene cuts.
        gaps: Where no frame was examined.
        step: Usual distance of examined frames; infinite for one frame.
        threshold: Decision threshold in (0, 1).
        judged: Whether a verdict was given.
        tracks: Everyone found, by number.
    """

    start: float
    end: float
    home: tuple[float, float]
    times: Floats
    cells: Floats
    cuts: tuple[float, ...]
    gaps: tuple[Gap, ...]
    step: float
    threshold: float
    judged: bool
    tracks: tuple[int, ...]

    def closest(self, seconds: float) -> int | None:
        """The examined frame closest to this time, or None where none was examined at all."""
        if not len(self.times):
            return None
        right = int(np.clip(np.searchsorted(self.times, seconds), 1, max(len(self.times) - 1, 1)))
        return min((i for i in (right - 1, right) if i < len(self.times)), key=lambda i: abs(self.times[i] - seconds))

    def nearest(self, seconds: float) -> int | None:
        """The examined frame that stands for this time, or None where none was examined."""
        near = self.closest(seconds)
        return near if near is not None and self.cells[near, 0] <= seconds <= self.cells[near, 1] else None

    def only(self, track: int) -> Timeline:
        """The same for one person."""
        return replace(self, tracks=(track,))


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    """One person over time.

    Attributes:
        track: The person's number.
        seconds: ``(n,)`` time of every scored face, ascending.
        values: ``(n,)`` calibrated probability of each face by itself, in [0, 1].
        usable: ``(n,)`` whether its quality sufficed.
        segments: Indices of used faces that follow each other without a gap or a cut.
        gaps: Where the person was not found or not usable.
        spans: Flagged stretches: start, end, peak.
        probability: That of the person; None without a verdict.
        interval: Its 95 % interval, or None.
        band: The same in words, or None.
    """

    track: int
    seconds: Floats
    values: Floats
    usable: NDArray[np.bool_]
    segments: tuple[NDArray[np.intp], ...]
    gaps: tuple[Gap, ...]
    spans: tuple[tuple[float, float, float], ...]
    probability: float | None
    interval: Interval | None
    band: Band | None

    def at(self, seconds: float) -> int | None:
        """Index of the face in the examined frame of exactly this time, or None."""
        i = int(np.searchsorted(self.seconds, seconds))
        return i if i < len(self.seconds) and self.seconds[i] == seconds else None


def timeline_of(result: AnalysisResult) -> Timeline:
    """What the lanes of a result share; quick, since no face is looked at."""
    sampling = result.sampling
    times = seconds_of(() if sampling is None else sampling.times)
    if not len(times):
        times = np.unique(np.concatenate([seconds_of(_times(person)) for person in result.people] or [np.zeros(0)]))
    step = float(np.median(np.diff(times))) if len(times) > 1 else float("inf")  # as spans.sampling_step, but quick
    start, end = _extent(result, times)
    cells = _cells(times, step, start, end)
    seen = (float(cells[0, 0]), float(cells[-1, 1])) if len(cells) else (start, end)
    small = seen[1] - seen[0] < HOME_SHARE * (end - start)
    return Timeline(
        start=start,
        end=end,
        home=seen if small and seen[1] > seen[0] else (start, end),
        times=times,
        cells=cells,
        cuts=() if sampling is None else tuple(float(s) for s in seconds_of(sampling.shots)),
        gaps=tuple(_unsampled(cells, step, start, end)),
        step=step,
        threshold=result.model.threshold,
        judged=result.verdict is not None,
        tracks=tuple(person.track for person in result.people),
    )


def lane_of(result: AnalysisResult, person: PersonFinding, timeline: Timeline) -> Lane:
    """The lane of one person; a few milliseconds for an hour of faces."""
    seconds = seconds_of(_times(person))
    usable = np.array(person.usable, dtype=bool)
    logits = logit(np.array([score.marginals[ROOT] for score in person.scores]))
    judged = timeline.judged
    return Lane(
        track=person.track,
        seconds=seconds,
        values=Calibration.of(result.model).video(logits),
        usable=usable,
        segments=tuple(_segments(person, seconds, usable, timeline.step)),
        gaps=tuple(_gaps(seconds, usable, timeline)),
        spans=tuple((span.start.seconds, span.end.seconds, span.peak) for span in person.spans),
        probability=person.probability if judged else None,
        interval=person.interval if judged else None,
        band=person.band if judged else None,
    )


def seconds_of(times: Iterable[FrameTime]) -> Floats:
    """``(n,)`` seconds of the times."""
    return np.array([time.seconds for time in times], np.float64)


def faults_of(result: AnalysisResult, track: int, index: int) -> list[ReasonCode]:
    """Why a face was not used."""
    person = next(p for p in result.people if p.track == track)
    least = float(result.options.get("min_eye_distance_px", 0.0))
    return face_faults(person.scores[index].observation.quality, least)


def spans_of(result: AnalysisResult, track: int) -> list[tuple[int, Span]]:
    """Flagged spans in order of time: of one person, or of everybody for track 0."""
    found = [(p.track, span) for p in result.people if track in {0, p.track} for span in p.spans]
    return sorted(found, key=lambda entry: (entry[1].start, entry[0]))


def _times(person: PersonFinding) -> Iterator[FrameTime]:
    return (score.observation.time for score in person.scores)


def _extent(result: AnalysisResult, times: Floats) -> tuple[float, float]:
    """From the file's first picture to its last, as far as it is known; never narrower than the sample."""
    stream = result.evidence.stream
    ends = [float(times[0]), float(times[-1])] if len(times) else []
    if stream is not None:
        first = float(stream.start_pts * stream.time_base)
        ends += [first, first + (stream.duration_s or 0.0)]
    return (min(ends), max(ends)) if ends else (0.0, 0.0)


def _cells(times: Floats, step: float, start: float, end: float) -> Floats:
    """``(m, 2)``: half-way to the neighbours, but no further than half a usual step where they are far away."""
    if not len(times):
        return np.zeros((0, 2))
    if not np.isfinite(step):
        return np.stack([times, times], axis=1)
    middle = np.diff(times) / 2
    reach = np.where(middle > GAP_STEPS * step / 2, step / 2, middle)
    before, after = np.concatenate([[step / 2], reach]), np.concatenate([reach, [step / 2]])
    return np.asarray(np.clip(np.stack([times - before, times + after], axis=1), start, end), np.float64)


def _unsampled(cells: Floats, step: float, start: float, end: float) -> Iterator[Gap]:
    """Stretches outside of all cells; less than a usual step before the first and after the last is none."""
    edges = np.concatenate([[start], cells.ravel(), [end]]).reshape(-1, 2)
    for low, high in edges[edges[:, 1] - edges[:, 0] > (step if np.isfinite(step) else 0.0)]:
        yield Gap(float(low), float(high), GapKind.NOT_SAMPLED)


def _gaps(seconds: Floats, usable: NDArray[np.bool_], timeline: Timeline) -> Iterator[Gap]:
    """Runs of examined frames without this person, or with faces that could not be used."""
    seen = np.isin(timeline.times, seconds)
    used = np.isin(timeline.times, seconds[usable])
    for flags, kind in ((~seen, GapKind.NO_FACE), (seen & ~used, GapKind.NOT_USABLE)):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
        for first, last in edges.reshape(-1, 2):
            cells = timeline.cells[first:last]
            broken = np.flatnonzero(cells[1:, 0] - cells[:-1, 1] > 1e-9)  # an unsampled stretch in between
            for part in np.split(cells, broken + 1):
                yield Gap(float(part[0, 0]), float(part[-1, 1]), kind)


def _segments(
    person: PersonFinding, seconds: Floats, usable: NDArray[np.bool_], step: float
) -> Iterator[NDArray[np.intp]]:
    kept = np.flatnonzero(usable)
    shots = [person.scores[i].observation.shot for i in kept]
    for run in runs(seconds[kept], shots, step):
        yield kept[run]
