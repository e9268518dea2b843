"""Findings in words, and attribute findings as lift over the prior.

The words follow two rules. A finding is support for a proposition, never a claim that something is genuine or forged.
A label of the hierarchy says what *kind* of change the model was taught to name, not where in the pixels it happened;
``lip`` and ``mouth`` carry the same labels in the training data and are named together; in FF++ ``eyebrow`` and
``skin`` occur only together with ``identity`` and are never named as evidence of their own [SJEDD section III].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sjedd_video.heatmap import occlusion_map
from sjedd_video.reasons import NEXT_STEP, REASON_TEXT
from sjedd_video.types import (
    AnalysisResult,
    Band,
    Interval,
    ModelFacts,
    Outcome,
    PersonFinding,
    Reason,
    ReasonCode,
    Span,
)
from sjedd_video.words import Phrases, begin, say

__all__ = [
    "ABSENCE",
    "ABSENCE_IMAGE",
    "BAND_NAME",
    "BAND_TEXT",
    "NEXT_STEP",
    "NO_SCORE",
    "REASON_TEXT",
    "AttributeFinding",
    "attribute_findings",
    "follows_identity",
    "headline",
    "is_single",
    "occlusion_map",
    "percent",
    "raised",
    "reason_text",
    "sentence",
    "time_code",
]

R = ReasonCode

COMMENT = ": "
BAND_TEXT = Phrases({
    Band.WEAK: "weak support: non-conclusive",
    Band.MODERATE: "moderate support: suspicious, but non-conclusive",
    Band.STRONG: "strong support",
    Band.VERY_STRONG: "very strong support",
})  # fmt: skip
"""The bands in words, as journalists know them."""

BAND_NAME = Phrases({
    Band.WEAK: "weak support",
    Band.MODERATE: "moderate support",
    Band.STRONG: "strong support",
    Band.VERY_STRONG: "very strong support",
})  # fmt: skip

ABSENCE = "Absence of detection does not mean that a video is unedited."
NO_SCORE = "This says neither that the file was altered nor that it was not."
ABSENCE_IMAGE = "Absence of detection does not mean that a picture is unedited."

CLAIM = "{support} that the face of person {number} was altered{when}"
CLAIM_PICTURE = "{support} that the face of person {number} in this picture was altered{when}"
CLAIM_PART = "{support} that the face of person {number} in the part of the file that could be read was altered{when}"

OUTCOME_TEXT = Phrases({
    Outcome.JUDGED: "Judged",
    Outcome.INCONCLUSIVE: "Inconclusive: no verdict is given",
    Outcome.NO_FACE: "No face was found: nothing was judged",
    Outcome.PARTIAL: "Only a part of the file could be read: no verdict is given",
    Outcome.UNREADABLE: "The file could not be read: nothing was judged",
    Outcome.CRASHED: "Reading the file crashed: nothing was judged",
    Outcome.TIMED_OUT: "Reading the file made no progress: nothing was judged",
    Outcome.CANCELLED: "The analysis was stopped: nothing was judged",
})  # fmt: skip

GROUPS = (("lip", "mouth"),)
"""Nodes that are named together."""
NEVER_ALONE = frozenset({"eyebrow", "skin"})
"""FF++: regions that occur only together with ``identity`` and are no evidence of their own."""
OTHER_PARENTS = frozenset({"age", "gender", "pose"})
"""Where a hierarchy has these attributes (FFSC), eyebrow and skin occur without identity too."""
MIN_LIFT = 0.1
"""Log-odds by which a mean marginal must stand above its prior to be called raised."""
MOST_RAISED = 3
MOST_SPANS = 3


@dataclass(frozen=True, slots=True)
class AttributeFinding:
    """A node, or nodes named together, against the prior.

    Attributes:
        name: In words, e.g. ``lip and mouth``.
        marginal: Mean marginal probability in [0, 1], uncalibrated.
        prior: The same with all raw scores zero.
        lift: Log-odds of ``marginal`` minus log-odds of ``prior``.
    """

    name: str
    marginal: float
    prior: float
    lift: float


def time_code(seconds: float) -> str:
    """``mm:ss.s``, or ``h:mm:ss.s`` from an hour on; a minus sign before times ahead of pts 0."""
    tenths = round(abs(seconds) * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    text = f"{minutes:02d}:{rest // 10:02d}.{rest % 10}"
    return f"{'-' if seconds < 0 and tenths else ''}{f'{hours}:' if hours else ''}{text}"


def percent(probability: float) -> str:
    """``96 %``; only what is certain is called 0 or 100."""
    if 0 < probability < 0.005:
        return say("below 1 %")
    if 0.995 <= probability < 1:
        return say("above 99 %")
    return f"{100 * probability:.0f} %"


def percent_range(interval: Interval) -> str:
    """``12 to 34 %``; ends that read alike are said once, as ``below 1 %``."""
    low, high = percent(interval.low), percent(interval.high)
    return low if low == high else say("{low} to {high}").format(low=low.removesuffix(" %"), high=high)


def is_single(result: AnalysisResult) -> bool:
    """Whether the input is one picture."""
    stream = result.evidence.stream
    return (stream is not None and stream.kind == "image") or any(r.code is R.SINGLE_IMAGE for r in result.reasons)


def reason_text(reason: Reason) -> str:
    """A reason with its measured fact, as a full sentence, and what to do next."""
    detail = detail_text(reason)
    return f"{REASON_TEXT[reason.code]}{f' ({detail})' if detail else ''}. {NEXT_STEP[reason.code]}"


def detail_text(reason: Reason) -> str:
    """The measured fact behind a reason without its full stop; empty where there is none."""
    return say(reason.detail.strip()).rstrip(".")


def absence(single: bool) -> str:
    """What absence of detection means, for a picture (``single``) or a video."""
    return say(ABSENCE_IMAGE) if single else say(ABSENCE)


def node_name(node: str) -> str:
    """A node of a hierarchy in words."""
    return say(node.replace("_", " "))


def follows_identity(model: ModelFacts) -> bool:
    """Whether eyebrow and skin are no evidence of their own in the hierarchy of this model."""
    return not OTHER_PARENTS & set(model.nodes)


def attribute_findings(person: PersonFinding, model: ModelFacts) -> tuple[AttributeFinding, ...]:
    """Every node but the root, the most raised first; grouped and left out by the rules of this module.

    Returns:
        An empty tuple for a person who was not judged.
    """
    if person.node_marginals is None or person.node_lift is None:
        return ()
    place = {node: i for i, node in enumerate(model.nodes)}
    together = [tuple(n for n in group if n in place) for group in GROUPS]
    grouped = {node for group in together for node in group}
    left_out = NEVER_ALONE if follows_identity(model) else frozenset()
    singles = [(n,) for n in model.nodes[1:] if n not in grouped | left_out]
    found = []
    for group in [*together, *singles]:
        rows = [place[n] for n in group]
        if rows:
            found.append(
                AttributeFinding(
                    f" {say('and')} ".join(node_name(n) for n in group),
                    float(np.mean(person.node_marginals[rows])),
                    float(np.mean([model.prior[i] for i in rows])),
                    float(np.mean(person.node_lift[rows])),
                )
            )
    return tuple(sorted(found, key=lambda f: -f.lift))


def raised(person: PersonFinding, model: ModelFacts) -> tuple[str, ...]:
    """Names of the attributes most raised over the prior, at most ``MOST_RAISED``."""
    return tuple(f.name for f in attribute_findings(person, model) if f.lift >= MIN_LIFT)[:MOST_RAISED]


def sentence(result: AnalysisResult) -> str:
    """The finding in one or two sentences, for any outcome."""
    if result.verdict is None:
        return _without_verdict(result)
    number, band = result.verdict.person, result.verdict.band
    person = next((p for p in result.people if p.track == number), None)
    if person is None:
        raise ValueError(f"the verdict speaks of person {number}, who is not in the result")
    single = is_single(result)
    alone = band is Band.WEAK  # no time and no attribute is named then
    claim = say(CLAIM_PICTURE if single else CLAIM_PART if result.outcome is Outcome.PARTIAL else CLAIM)
    when = _between(person.spans)
    text = claim.format(support=begin(BAND_NAME[band]), number=number, when=f" {when}" if when and not alone else "")
    if alone:
        if when:
            text += say("; {when} alone its score stands above the threshold").format(when=when)
        return f"{text}. {absence(single)}"
    names = raised(person, result.model)
    if names:
        return f"{text}; {say('most raised over the prior: {names}').format(names=', '.join(names))}."
    return f"{text}; {say('no attribute stands out over the prior')}."


def headline(result: AnalysisResult) -> str:
    """The outcome, or the band of the verdict, in a few words."""
    if result.verdict is None:
        return OUTCOME_TEXT[result.outcome]
    words, _, comment = BAND_TEXT[result.verdict.band].partition(COMMENT)
    text = say("{support} for alteration of the face of person {number}")
    text = text.format(support=begin(words), number=result.verdict.person)
    return f"{text}: {comment}" if comment else text


def _without_verdict(result: AnalysisResult) -> str:
    text = OUTCOME_TEXT[result.outcome]
    if result.reasons:
        first = result.reasons[0]
        detail, fact = detail_text(first), REASON_TEXT[first.code]
        if result.outcome is not Outcome.NO_FACE or first.code is not R.NO_FACE_FOUND:
            text += f". {fact}{f' ({detail})' if detail else ''}"
        elif detail:
            text += f" ({detail})"
    return f"{text}. {say(NO_SCORE)}"


def _between(spans: Sequence[Span]) -> str:
    """Stretches of time in words, the highest ``MOST_SPANS`` of them in order of time; empty for none."""
    shown = sorted(sorted(spans, key=lambda s: -s.peak)[:MOST_SPANS], key=lambda s: s.start)
    words = say("between {start} and {end}")
    # no "and" between the parts: it is part of each
    text = ", ".join(words.format(start=time_code(s.start.seconds), end=time_code(s.end.seconds)) for s in shown)
    more = len(spans) - len(shown)
    if more == 1:
        text += say(", and in 1 more stretch")
    elif more:
        text += say(", and in {count} more stretches").format(count=more)
    return text
