"""Two people, or two files, beside each other, without Qt: what differs, and whether numbers can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sjedd_gui.views.findings import Fact, Node, facts_of, flat, person_of, tree_of
from sjedd_video.types import AnalysisResult

HARMLESS = frozenset({"start_s", "end_s", "heatmaps", "idle_timeout_s", "max_memory_mb"})
"""Options that change what is looked at or how long it takes, but not what a number means."""
PERSONAL = frozenset({Fact.ANALYSED, Fact.FILE})
"""Facts that differ between any two files."""


class Obstacle(StrEnum):
    """Why two numbers are not comparable, or less so."""

    MODEL = "model"
    OPTIONS = "options"
    KIND = "kind"
    NO_VERDICT = "no_verdict"


@dataclass(frozen=True, slots=True)
class FactPair:
    """A fact of both sides; empty where a side has none."""

    fact: Fact
    left: str
    right: str

    @property
    def differs(self) -> bool:
        """Whether it is worth pointing at."""
        return self.left != self.right and self.fact not in PERSONAL


@dataclass(frozen=True, slots=True)
class LiftPair:
    """One kind of change of both sides; None where nothing is said of it."""

    name: str
    left: float | None
    right: float | None


def fact_pairs(left: AnalysisResult, right: AnalysisResult) -> tuple[FactPair, ...]:
    """The facts of both files in one order."""
    mine, theirs = facts_of(left), facts_of(right)
    return tuple(FactPair(f, mine.get(f, ""), theirs.get(f, "")) for f in Fact if f in mine or f in theirs)


def lift_pairs(left: AnalysisResult, track: int, right: AnalysisResult, other: int) -> tuple[LiftPair, ...]:
    """The kinds of change of two people, without the root and those that are no evidence of their own."""
    mine, theirs = _lifts(left, track), _lifts(right, other)
    return tuple(LiftPair(name, mine.get(name), theirs.get(name)) for name in dict.fromkeys([*mine, *theirs]))


def _lifts(result: AnalysisResult, track: int) -> dict[str, float | None]:
    person = person_of(result, track)
    nodes: tuple[Node, ...] = () if person is None else flat(tree_of(result, person))[1:]
    return {node.name: node.lift for node in nodes if not node.follower}


def changed_options(left: AnalysisResult, right: AnalysisResult) -> tuple[str, ...]:
    """Names of options that differ and change what a number means; the model is told by its hash."""
    names = dict.fromkeys([*left.options, *right.options])
    skip = HARMLESS | {"model"}
    return tuple(n for n in names if n not in skip and left.options.get(n) != right.options.get(n))


def obstacles(left: AnalysisResult, right: AnalysisResult) -> tuple[Obstacle, ...]:
    """What stands against comparing the numbers of two results."""
    kinds = [None if r.evidence.stream is None else r.evidence.stream.kind for r in (left, right)]
    found = {
        Obstacle.NO_VERDICT: left.verdict is None or right.verdict is None,
        Obstacle.MODEL: left.model.sha256 != right.model.sha256
        or left.model.detector_sha256 != right.model.detector_sha256,
        Obstacle.OPTIONS: bool(changed_options(left, right)),
        Obstacle.KIND: None not in kinds and kinds[0] != kinds[1],
    }
    return tuple(obstacle for obstacle, stands in found.items() if stands)
