"""From face scores to people to the verdict of a file: quality rules, calibration, and reasons to abstain.

Pure numpy, deterministic. Nothing here turns a failure into a number: a person without enough usable faces has
``probability`` None, and 0.0 is a probability like any other.

Several people: the verdict speaks of the most suspicious one, and the largest of many numbers tends to be large. So
everyone needs enough evidence of their own, and a person's interval is tested at the Sidak level for the number of
people assessed. What this cannot repair is a wrong score of a single person: a file's false positive rate grows with
the people in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from sjedd_video.calibration import LEVEL, Calibration, band_of, interval_of, logit
from sjedd_video.options import AnalysisOptions
from sjedd_video.spans import find_spans
from sjedd_video.types import (
    FaceScore,
    FloatArray,
    Interval,
    ModelFacts,
    Outcome,
    PersonFinding,
    Reason,
    ReasonCode,
    SamplingReport,
    Verdict,
)
from sjedd_video.usability import face_faults, quality_reasons

ROOT = 0
"""Position of p(face) in a score vector: the root of a hierarchy comes first."""
HIGH_QUANTILE = 0.9
MIN_USABLE_SHARE = 0.1
"""A person of whose faces fewer are usable is not judged: what is left is no fair sample."""
NOTED_SHARE = 0.5
"""Below this share a shortcoming is named beside the verdict."""
MIN_SECONDS = 0.25
"""The usable faces of a video must span this long: frames closer together say the same thing again."""
WEAK_BELOW, STRONG_FROM = 0.5, 0.7
"""An interval that reaches from below the first to the second or above says too little."""


class Judgement(NamedTuple):
    """What becomes of a file. ``verdict`` is None unless somebody could be judged."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    verdict: Verdict | None


def assess_person(
    scores: Sequence[FaceScore], *, model: ModelFacts, options: AnalysisOptions, step: float, single: bool = False
) -> PersonFinding:
    """Judge one person by their scored faces.

    Args:
        scores: All scored faces of the person in order of time, at least one.
        model: The model, for its prior and calibration.
        options: ``min_faces`` and ``min_eye_distance_px``.
        step: Usual distance of sampled frames in seconds.
        single: The input is one picture: ``min_faces`` does not apply, and there is no interval and no span.

    Raises:
        ModelError: The model's calibration is not usable.
        ValueError: ``scores`` is empty, of several tracks, or does not fit the model's nodes.
    """
    if not scores or len({s.observation.track for s in scores}) > 1:
        raise ValueError("assess_person needs the faces of exactly one track")
    if any(s.marginals.shape != (len(model.nodes),) or not np.isfinite(s.marginals).all() for s in scores):
        raise ValueError(f"marginals must be finite, one per node of {model.hierarchy}")
    calibration = Calibration.of(model)
    faults = [face_faults(s.observation.quality, options.min_eye_distance_px) for s in scores]
    usable = tuple(not found for found in faults)
    kept = [s for s, good in zip(scores, usable, strict=True) if good]
    track, lacking = scores[0].observation.track, _lacking(kept, len(scores), options, single)
    if lacking:
        reasons = (*lacking, *quality_reasons(faults, least=0.0))
        return PersonFinding(track, tuple(scores), usable, *(None,) * 7, spans=(), reasons=reasons)
    table = np.stack([s.marginals for s in kept]).astype(np.float64)
    p_face, mean = table[:, ROOT], table.mean(axis=0)
    logits = logit(p_face)
    probability = calibration.of_kind(logits, single=single)
    interval = None if single else interval_of(logits, calibration)
    times, shots = [s.observation.time for s in kept], [s.observation.shot for s in kept]
    return PersonFinding(
        track=track,
        scores=tuple(scores),
        usable=usable,
        probability=probability,
        interval=interval,
        mean=float(mean[ROOT]),
        high=float(np.quantile(p_face, HIGH_QUANTILE)),
        band=band_of(probability),
        node_marginals=mean,
        node_lift=logit(mean) - logit(np.asarray(model.prior)),
        spans=() if single else find_spans(times, shots, logits, step, calibration),
        reasons=(*quality_reasons(faults, least=NOTED_SHARE), *_too_wide(interval)),
    )


def judge(
    people: Sequence[PersonFinding],
    sampling: SamplingReport,
    *,
    model: ModelFacts,
    single: bool = False,
    media_reasons: Sequence[Reason] = (),
    incomplete: bool = False,
) -> Judgement:
    """The verdict of a file: that of its most suspicious person with enough evidence.

    A person whose interval is too wide is passed over for a steadier one above the threshold; where there is none, the
    file is inconclusive, since the wide one may hide an alteration.

    Args:
        people: Every person found.
        sampling: What the decoder delivered.
        model: The model, for its calibration.
        single: The input is one picture.
        media_reasons: What limits the file itself, e.g. frames that are missing.
        incomplete: The file could not be read to its end: the outcome is ``PARTIAL``, with or without a verdict.
    """
    limits = (
        *media_reasons,
        *([Reason(ReasonCode.SINGLE_IMAGE, "one picture, no course over time")] if single else []),
    )
    if not people:
        none = Reason(ReasonCode.NO_FACE_FOUND, f"no face in {sampling.decoded} examined frames")
        return Judgement(Outcome.PARTIAL if incomplete else Outcome.NO_FACE, (none, *limits), None)
    ranked = sorted((p for p in people if p.probability is not None), key=lambda p: (-_sure(p.probability), p.track))
    calibration = Calibration.of(model)
    wide = {p.track: _too_wide(_family_interval(p, calibration, len(ranked))) for p in ranked}
    steady = [p for p in ranked if not wide[p.track]]
    unsteady = [reason for p in ranked for reason in _named(p.track, wide[p.track])]
    left_out = [p for p in _most_seen(people) if p.probability is None]
    if steady and (not unsteady or _sure(steady[0].probability) >= calibration.threshold):
        person = steady[0]
        outcome = Outcome.PARTIAL if incomplete else Outcome.JUDGED
        own = _named(person.track, person.reasons)
        return Judgement(outcome, _distinct([*limits, *own, *unsteady, *_not_assessed(left_out)]), verdict_of(person))
    outcome = Outcome.PARTIAL if incomplete else Outcome.INCONCLUSIVE
    causes = [reason for p in left_out for reason in _named(p.track, p.reasons)]
    return Judgement(outcome, _distinct([*unsteady, *causes, *limits]), None)


def verdict_of(person: PersonFinding) -> Verdict:
    """The verdict that speaks of ``person``.

    Raises:
        ValueError: The person has no probability.
    """
    probability = _sure(person.probability)
    return Verdict(probability, person.interval, band_of(probability), person.track)


def usable_logits(person: PersonFinding) -> FloatArray:
    """``(k,)`` log-odds of p(face) of the usable faces of ``person``, in order of time."""
    kept = [s.marginals[ROOT] for s, good in zip(person.scores, person.usable, strict=True) if good]
    return logit(np.asarray(kept))


def _sure(probability: float | None) -> float:
    if probability is None:
        raise ValueError("a person without a probability cannot be judged")
    return probability


def _lacking(kept: Sequence[FaceScore], seen: int, options: AnalysisOptions, single: bool) -> list[Reason]:
    """Why there is not enough evidence, or an empty list."""
    needed = 1 if single else options.min_faces
    if len(kept) < needed:
        return [Reason(ReasonCode.TOO_FEW_FACES, f"{len(kept)} usable of {seen} faces, {needed} needed")]
    if len(kept) < MIN_USABLE_SHARE * seen:
        share = f"{len(kept)} of {seen} faces usable, {MIN_USABLE_SHARE:.0%} needed"
        return [Reason(ReasonCode.LOW_COVERAGE, share)]
    duration = kept[-1].observation.time.seconds - kept[0].observation.time.seconds
    if not single and duration < MIN_SECONDS:
        return [Reason(ReasonCode.TOO_FEW_FACES, f"usable faces span {duration:.2f} s, {MIN_SECONDS} s needed")]
    return []


def _family_interval(person: PersonFinding, calibration: Calibration, people: int) -> Interval | None:
    """The interval of ``person`` at the Sidak level for ``people`` assessed together."""
    if person.interval is None or people == 1:
        return person.interval
    return interval_of(usable_logits(person), calibration, level=LEVEL ** (1 / people))


def _too_wide(interval: Interval | None) -> list[Reason]:
    if interval is None or not (interval.low < WEAK_BELOW and interval.high >= STRONG_FROM):
        return []
    return [Reason(ReasonCode.WIDE_INTERVAL, f"{interval.low:.0%} to {interval.high:.0%}")]


def _most_seen(people: Iterable[PersonFinding]) -> list[PersonFinding]:
    return sorted(people, key=lambda p: -len(p.scores))


def _not_assessed(people: Sequence[PersonFinding]) -> list[Reason]:
    """One reason for each cause why others than the decisive person stay without a probability."""
    tracks: dict[ReasonCode, list[int]] = {}
    for person in people:
        tracks.setdefault(person.reasons[0].code, []).append(person.track)
    return [
        Reason(code, f"{'person' if len(found) == 1 else 'people'} {', '.join(map(str, sorted(found)))} not assessed")
        for code, found in tracks.items()
    ]


def _named(track: int, reasons: Iterable[Reason]) -> list[Reason]:
    return [Reason(reason.code, f"person {track}: {reason.detail}") for reason in reasons]


def _distinct(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Each code once, with the detail that came first and how many people more it applies to."""
    first: dict[ReasonCode, Reason] = {}
    more: Counter[ReasonCode] = Counter()
    for reason in reasons:
        if reason.code in first and first[reason.code].detail != reason.detail:
            more[reason.code] += 1
        first.setdefault(reason.code, reason)
    return tuple(Reason(r.code, f"{r.detail} (and {more[r.code]} more)" if more[r.code] else r.detail)
                 for r in first.values())  # fmt: skip
