"""What a result says of its people, the kinds of change and the file, without Qt; words beyond the core's are added
by the widgets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

import numpy as np

from sjedd_video.explain import (
    GROUPS,
    NEVER_ALONE,
    NEXT_STEP,
    REASON_TEXT,
    detail_text,
    follows_identity,
    is_single,
    node_name,
    percent,
    sentence,
    time_code,
)
from sjedd_video.hierarchy import builtin_hierarchies, load_hierarchy
from sjedd_video.report.files import visible
from sjedd_video.types import AnalysisResult, Band, Interval, ModelFacts, PersonFinding, Reason
from sjedd_video.verdict import verdict_of
from sjedd_video.words import say


@dataclass(frozen=True, slots=True)
class Node:
    """One kind of change, or several that are named together.

    Attributes:
        name: In words.
        lift: Log-odds above the prior; None where nothing is said.
        follower: Occurs in the training data only with another one and is no evidence of its own.
        children: What lies below it in the hierarchy; the same node can lie below several.
        probability: Calibrated, of the root, which has no lift: how suspicious a face is, only this number says. With
            all raw scores at zero the hierarchy makes an altered face nearly certain, so that a lift of the root may
            be far below zero where the probability is high.
    """

    name: str
    lift: float | None
    follower: bool
    children: tuple[Node, ...] = ()
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """What is said of one person; numbers are None unless they and the file were judged.

    Attributes:
        track: Number.
        band: Support in words, or None.
        probability: Calibrated, in [0, 1], or None.
        interval: 95 % interval, or None.
        used: Faces that were good enough.
        found: Faces that were found.
        seen: First and last second; None for a picture.
        spans: Number of flagged spans.
        sentence: The finding in words; empty without one.
        reasons: What limits it, or why there is none.
    """

    track: int
    band: Band | None
    probability: float | None
    interval: Interval | None
    used: int
    found: int
    seen: tuple[float, float] | None
    spans: int
    sentence: str
    reasons: tuple[str, ...]


class Fact(StrEnum):
    """What identifies a file, a sample and a model."""

    FILE = "file"
    SHA256 = "sha256"
    SIZE = "size"
    CODEC = "codec"
    RESOLUTION = "resolution"
    RATE = "rate"
    DURATION = "duration"
    FRAMES = "frames"
    SAMPLING = "sampling"
    COVERAGE = "coverage"
    CREDENTIALS = "credentials"
    MODEL = "model"
    MODEL_SHA256 = "model_sha256"
    DETECTOR = "detector"
    PROVIDER = "provider"
    THRESHOLD = "threshold"
    ANALYSED = "analysed"


def person_of(result: AnalysisResult, track: int) -> PersonFinding | None:
    """A person by number."""
    return next((person for person in result.people if person.track == track), None)


def people_of(result: AnalysisResult) -> tuple[Person, ...]:
    """Everyone, by number."""
    return tuple(_person(result, person) for person in result.people)


def _person(result: AnalysisResult, person: PersonFinding) -> Person:
    judged = result.verdict is not None and person.probability is not None
    ends = (person.scores[0].observation.time.seconds, person.scores[-1].observation.time.seconds)
    return Person(
        track=person.track,
        band=person.band if judged else None,
        probability=person.probability if judged else None,
        interval=person.interval if judged else None,
        used=sum(person.usable),
        found=len(person.scores),
        seen=None if is_single(result) else ends,
        spans=len(person.spans),
        sentence=visible(sentence(replace(result, verdict=verdict_of(person)))) if judged else "",
        reasons=tuple(reason_words(reason) for reason in person.reasons),
    )


def reason_words(reason: Reason) -> str:
    """A reason with the measured fact behind it, without a full stop."""
    detail = visible(detail_text(reason))
    return f"{REASON_TEXT[reason.code]} ({detail})" if detail else REASON_TEXT[reason.code]


def advice_of(result: AnalysisResult) -> tuple[str, ...]:
    """What to do next, each step once."""
    return tuple(dict.fromkeys(NEXT_STEP[reason.code] for reason in result.reasons))


def tree_of(result: AnalysisResult, person: PersonFinding) -> Node:
    """The hierarchy with this person's lifts; everything is None where the person or the file was not judged."""
    model = result.model
    parents = _parents(model.hierarchy, model.nodes)
    judged = result.verdict is not None and person.probability is not None
    lifts = person.node_lift if judged else None

    def node(group: tuple[str, ...]) -> Node:
        follower = follows_identity(model) and set(group) <= NEVER_ALONE
        place = [model.nodes.index(name) for name in group]
        lift = None if lifts is None or follower else float(np.mean(lifts[place]))
        below = tuple(node(child) for child in groups if set(parents[child[0]]) & set(group))
        return Node(f" {say('and')} ".join(node_name(name) for name in group), lift, follower, below)

    groups = list(_groups(model))
    root = node((model.nodes[0],))
    return replace(root, lift=None, probability=person.probability if judged else None)


def flat(tree: Node) -> tuple[Node, ...]:
    """Every node once, the upper ones first."""
    found, level = {}, [tree]
    while level:
        found.update({node.name: node for node in level if node.name not in found})
        level = [child for node in level for child in node.children]
    return tuple(found.values())


def _groups(model: ModelFacts) -> Iterator[tuple[str, ...]]:
    """Nodes below the root in their order; those that are named together as one."""
    together = {name: tuple(n for n in group if n in model.nodes) for group in GROUPS for name in group}
    for name in model.nodes[1:]:
        group = together.get(name, (name,))
        if name == group[0]:
            yield group


@lru_cache(maxsize=8)
def _parents(name: str, nodes: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Parents of each node; of a hierarchy that is not built in only the root is known."""
    if name in builtin_hierarchies():
        known = load_hierarchy(name)
        if known.nodes == nodes:
            return known.parents
    return {node: nodes[:1] if i else () for i, node in enumerate(nodes)}


def facts_of(result: AnalysisResult) -> dict[Fact, str]:
    """Values as text in no language; what is unknown is left out."""
    evidence, model, stream, sampling = result.evidence, result.model, result.evidence.stream, result.sampling
    found = {Fact.FILE: visible(evidence.path), Fact.SHA256: evidence.sha256_before, Fact.SIZE: f"{evidence.size:,} B"}
    if stream is not None:
        found[Fact.CODEC] = f"{visible(stream.codec)} ({visible(stream.container)})"
        found[Fact.RESOLUTION] = f"{stream.width} × {stream.height}"
        if stream.average_rate is not None:
            found[Fact.RATE] = f"{float(stream.average_rate):.3f} fps"
        if stream.duration_s is not None:
            found[Fact.DURATION] = time_code(stream.duration_s)
    if sampling is not None:
        found[Fact.FRAMES] = f"{sampling.decoded} / {sampling.requested}, {visible(sampling.decoder)}"
        found[Fact.SAMPLING] = visible(sampling.plan)
        if sampling.times and not is_single(result):
            first, last = sampling.times[0].seconds, sampling.times[-1].seconds
            found[Fact.COVERAGE] = f"{time_code(first)} – {time_code(last)}"
    found |= {
        Fact.CREDENTIALS: visible(evidence.content_credentials),
        Fact.MODEL: visible(model.name),
        Fact.MODEL_SHA256: model.sha256,
        Fact.DETECTOR: f"{visible(model.detector)} ({model.detector_sha256[:16]} …)",
        Fact.PROVIDER: visible(model.provider),
        Fact.THRESHOLD: "" if result.verdict is None else percent(model.threshold),
        Fact.ANALYSED: f"{result.started[:19].replace('T', ' ')} UTC",
    }
    return {key: value for key, value in found.items() if value}
