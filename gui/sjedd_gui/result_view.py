"""A result in the words and numbers that the window shows, without Qt. Sentences come from the core's ``explain``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sjedd_video.calibration import BANDS, Calibration, logit
from sjedd_video.explain import (
    ABSENCE,
    ABSENCE_IMAGE,
    BAND_NAME,
    NEXT_STEP,
    REASON_TEXT,
    headline,
    is_single,
    percent,
    sentence,
    time_code,
)
from sjedd_video.report.files import visible
from sjedd_video.spans import runs, sampling_step
from sjedd_video.types import AnalysisResult, Band, Exhibit, Interval, PersonFinding, Reason
from sjedd_video.verdict import ROOT

CAVEAT = "This is support for a proposition, not proof: filters or heavy compression can raise the probability, too."
NO_VERDICT = "No verdict says nothing about the file: neither that it was altered nor that it was not."

EDGES = sorted((least, band) for least, band in BANDS)
BAND_EDGES = tuple(
    (low, high, band) for (low, band), high in zip(EDGES, [*(least for least, _ in EDGES[1:]), 1.0], strict=True)
)
"""Lower edge, upper edge and band, weakest first."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The verdict as a number: probability and interval in [0, 1], the band, and all of it in words."""

    probability: float
    interval: tuple[float, float] | None
    band: Band
    words: str


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One scored face: seconds, calibrated probability in [0, 1], and whether its quality sufficed."""

    seconds: float
    value: float
    usable: bool


@dataclass(frozen=True, slots=True)
class Curve:
    """The scores of one person. ``segments``: neighbouring usable points, indices into ``points``; gaps between them.

    ``start`` and ``end`` (seconds) are those of the whole sample, so that the lanes of all people line up.
    """

    track: int
    points: tuple[CurvePoint, ...]
    segments: tuple[tuple[int, ...], ...]
    spans: tuple[tuple[float, float], ...]
    start: float
    end: float
    threshold: float
    description: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A row of the table of people; empty strings where there is no verdict, never a made-up number."""

    track: int
    tone: str
    support: str
    probability: str
    interval: str
    faces: str
    seen: str
    notes: str


@dataclass(frozen=True, slots=True)
class ResultView:
    """Everything the result panel shows, except the pictures."""

    name: str
    headline: str
    tone: str
    scale: Scale | None
    sentence: str
    caveat: str
    reasons: tuple[str, ...]
    advice: tuple[str, ...]
    people: tuple[PersonRow, ...]
    curves: tuple[Curve, ...]
    facts: tuple[tuple[str, str], ...]
    single: bool


def view_of(result: AnalysisResult) -> ResultView:
    """The view of a result."""
    single, words = is_single(result), visible(sentence(result))
    absence = ABSENCE_IMAGE if single else ABSENCE
    return ResultView(
        name=visible(result.evidence.path),
        headline=headline(result),
        tone=tone(result),
        scale=_scale(result),
        sentence="" if result.verdict is None else words,  # the headline and the reasons say it all
        caveat=NO_VERDICT if result.verdict is None else CAVEAT if absence in words else f"{CAVEAT} {absence}",
        reasons=tuple(f"{_reason_words(reason)}." for reason in result.reasons),
        advice=tuple(dict.fromkeys(NEXT_STEP[reason.code] for reason in result.reasons)),
        people=tuple(_row(person, result) for person in result.people),
        curves=() if single else tuple(_curves(result)),
        facts=tuple(_facts(result)),
        single=single,
    )


def brief(result: AnalysisResult) -> str:
    """The finding for a narrow list."""
    if result.verdict is None:
        return headline(result)
    return f"{BAND_NAME[result.verdict.band].capitalize()}, {percent(result.verdict.probability)}"


def tone(result: AnalysisResult) -> str:
    """The band of the verdict, or the outcome: what chooses the colour."""
    return str(result.outcome if result.verdict is None else result.verdict.band)


def exhibit_caption(exhibit: Exhibit, *, single: bool) -> str:
    """Person and time of a picture."""
    observation = exhibit.score.observation
    person = f"Person {observation.track}"
    return person if single else f"{person} at {time_code(observation.time.seconds)}"


def _reason_words(reason: Reason) -> str:
    """A reason with the measured fact behind it, without a full stop."""
    detail = visible(reason.detail.strip().rstrip("."))
    return f"{REASON_TEXT[reason.code]} ({detail})" if detail else REASON_TEXT[reason.code]


def _scale(result: AnalysisResult) -> Scale | None:
    verdict = result.verdict
    if verdict is None:
        return None
    interval = verdict.interval
    words = f"Probability {percent(verdict.probability)}"
    if interval is not None:
        words += f", 95 % interval {_interval_words(interval)}"
    ends = None if interval is None else (interval.low, interval.high)
    return Scale(verdict.probability, ends, verdict.band, words)


def _interval_words(interval: Interval) -> str:
    return f"{100 * interval.low:.0f} to {100 * interval.high:.0f} %"


def _row(person: PersonFinding, result: AnalysisResult) -> PersonRow:
    first, last = (person.scores[i].observation.time.seconds for i in (0, -1))
    judged = result.verdict is not None and person.band is not None  # a file without a verdict has none of anybody
    return PersonRow(
        track=person.track,
        tone=str(person.band) if judged else "",
        support=BAND_NAME[person.band] if judged and person.band is not None else "not judged",
        probability=percent(person.probability) if judged and person.probability is not None else "",
        interval="" if person.interval is None else _interval_words(person.interval),
        faces=f"{sum(person.usable)} of {len(person.scores)}",
        seen="" if is_single(result) else f"{time_code(first)} to {time_code(last)}",
        notes="; ".join(_reason_words(reason) for reason in person.reasons),
    )


def _curves(result: AnalysisResult) -> Iterator[Curve]:
    times = [] if result.sampling is None else [time.seconds for time in result.sampling.times]
    step = float("inf") if result.sampling is None else sampling_step(result.sampling.times)
    seen = [score.observation.time.seconds for person in result.people for score in person.scores]
    calibration = Calibration.of(result.model) if result.people else None
    for person in result.people:
        assert calibration is not None
        values = calibration.video(logit(np.array([score.marginals[ROOT] for score in person.scores])))
        points = tuple(
            CurvePoint(score.observation.time.seconds, float(value), usable)
            for score, value, usable in zip(person.scores, values, person.usable, strict=True)
        )
        yield Curve(
            track=person.track,
            points=points,
            segments=tuple(_segments(person, step)),
            spans=tuple((span.start.seconds, span.end.seconds) for span in person.spans),
            start=min([*times, *seen]),
            end=max([*times, *seen]),
            threshold=calibration.threshold,
            description=_description(person, points),
        )


def _segments(person: PersonFinding, step: float) -> Iterator[tuple[int, ...]]:
    """Indices of usable faces that follow each other within a shot and without a gap."""
    kept = [i for i, usable in enumerate(person.usable) if usable]
    seconds = np.array([person.scores[i].observation.time.seconds for i in kept])
    shots = [person.scores[i].observation.shot for i in kept]
    for run in runs(seconds, shots, step):
        yield tuple(kept[run])


def _description(person: PersonFinding, points: tuple[CurvePoint, ...]) -> str:
    """The curve for those who cannot see it."""
    usable = [point for point in points if point.usable]
    if not usable:
        return f"{len(points)} faces, none of sufficient quality."
    top = max(usable, key=lambda point: point.value)
    text = f"{len(usable)} of {len(points)} faces used, highest {percent(top.value)} at {time_code(top.seconds)}."
    spans = ", ".join(f"{time_code(span.start.seconds)} to {time_code(span.end.seconds)}" for span in person.spans)
    return f"{text} Above the threshold from {spans}." if spans else text


def _facts(result: AnalysisResult) -> Iterator[tuple[str, str]]:
    """Name and value of what identifies the file, the sample and the model."""
    evidence, model, sampling = result.evidence, result.model, result.sampling
    yield "SHA-256 of the file", evidence.sha256_before or "not read"
    if evidence.stream is not None:
        stream = evidence.stream
        yield "Picture", f"{stream.width} × {stream.height}, {visible(stream.codec)} in {visible(stream.container)}"
    if sampling is not None:
        yield "Frames", f"{sampling.decoded} of {sampling.requested} chosen frames were read, by {sampling.decoder}"
    yield "Content credentials", visible(evidence.content_credentials)
    yield "Model", f"{model.name} ({model.sha256[:16]} …), run by {model.provider}"
