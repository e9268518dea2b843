"""The shape of the JSON report as types, and the published JSON Schema made from them.

``python -m sjedd_video.report.schema docs/schema/analysis-1.json`` renews the published file; a test fails when that
was forgotten. A change that breaks readers raises ``VERSION`` and gets a file of its own.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Literal, NotRequired

from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict

from sjedd_video.types import Band, HeatKind, Outcome, ReasonCode

VERSION = 1
NAME = f"analysis-{VERSION}"
CLOSED = ConfigDict(extra="forbid")


@with_config(CLOSED)
class TimeEntry(TypedDict):
    """A frame's identity: ``pts`` in units of ``time_base`` (a fraction as text); ``seconds`` are derived."""

    pts: int
    time_base: str
    seconds: float


@with_config(CLOSED)
class ReasonEntry(TypedDict):
    """Why, the measured fact, and both in words with what to do next."""

    code: ReasonCode
    detail: str
    text: str
    advice: str


@with_config(CLOSED)
class IntervalEntry(TypedDict):
    """A 95 % interval of a probability."""

    low: float
    high: float


@with_config(CLOSED)
class VerdictEntry(TypedDict):
    """The judgement; ``probability`` is calibrated, ``person`` the track it speaks of."""

    probability: float
    interval: IntervalEntry | None
    band: Band
    person: int


@with_config(CLOSED)
class SpanEntry(TypedDict):
    """A stretch above the threshold; ``peak`` is its highest smoothed calibrated probability."""

    start: TimeEntry
    end: TimeEntry
    peak: float


@with_config(CLOSED)
class AttributeEntry(TypedDict):
    """A node of the hierarchy: mean marginal, prior with all scores zero, and lift in log-odds."""

    node: str
    marginal: float
    prior: float
    lift: float


@with_config(CLOSED)
class QualityEntry(TypedDict):
    """Measured quality; null where a value is not finite."""

    eye_distance_px: float | None
    sharpness: float | None
    yaw: float | None
    exposure: float | None
    blockiness: float | None
    visible: NotRequired[float | None]


@with_config(CLOSED)
class FaceEntry(TypedDict):
    """One scored face. ``box`` is x0, y0, x1, y1; ``landmarks`` five x, y; both in upright full-resolution pixels.

    ``raw``, ``marginals`` and ``lift`` (log-odds above the prior) follow ``model.nodes`` and are not calibrated;
    ``faults`` are the quality rules it breaks.
    """

    time: TimeEntry
    shot: int
    box: list[float]
    landmarks: list[list[float]]
    detection_score: float
    quality: QualityEntry
    usable: bool
    faults: list[ReasonCode]
    p_face: float
    marginals: list[float]
    lift: list[float]
    raw: list[float]


@with_config(CLOSED)
class PersonEntry(TypedDict):
    """All that was found about one person; null where there is not enough evidence. ``name``: the examiner's."""

    person: int
    name: NotRequired[str]
    probability: float | None
    interval: IntervalEntry | None
    band: Band | None
    mean_p_face: float | None
    high_p_face: float | None
    attributes: list[AttributeEntry] | None
    raised: list[str]
    spans: list[SpanEntry]
    reasons: list[ReasonEntry]
    faces_found: int
    faces_usable: int
    faces: list[FaceEntry]


@with_config(CLOSED)
class SamplingEntry(TypedDict):
    """What was asked of the decoder and what came back."""

    plan: str
    decoder: str
    requested: int
    decoded: int
    failed: int
    expected_frames: int | None
    readable_until: TimeEntry | None
    times: list[TimeEntry]
    shots: list[TimeEntry]
    notes: list[str]


@with_config(CLOSED)
class StreamEntry(TypedDict):
    """What the container and its picture stream say of themselves."""

    kind: str
    container: str
    codec: str
    width: int
    height: int
    rotation: int
    duration_s: float | None
    frames_declared: int | None
    average_rate: str | None
    time_base: str
    start_pts: int
    details: dict[str, Any]


@with_config(CLOSED)
class EvidenceEntry(TypedDict):
    """Integrity of the exhibit; empty hashes where the file could not be read."""

    path: str
    size: int
    modified: str
    sha256_before: str
    sha256_after: str | None
    unchanged: bool | None
    stream: StreamEntry | None
    content_credentials: str


@with_config(CLOSED)
class ModelEntry(TypedDict):
    """The scoring model and the detector as used."""

    name: str
    sha256: str
    hierarchy: str
    nodes: list[str]
    prior: list[float]
    backend: str
    provider: str
    detector: str
    detector_sha256: str
    crop_scale: float
    crop_down: float
    crop_size: int
    threshold: float
    calibration: dict[str, Any]
    licence: str
    training_data: str


@with_config(CLOSED)
class ExhibitEntry(TypedDict):
    """A face that the report shows. ``heat_peak``: greatest value in its heat map, null without one; ``heat``: what its
    values are, of ``occlusion`` the fall of log-odds when a place is hidden, of ``places`` the probability that a place
    was altered. Absent: occlusion.
    """

    person: int
    time: TimeEntry
    heat_peak: float | None
    heat: NotRequired[HeatKind]


@with_config(CLOSED)
class NoteEntry(TypedDict):
    """A remark of the examiner, no finding of the program; without text a bookmark.

    ``time`` is null for a remark on the whole file, ``person`` for one on nobody.
    """

    text: str
    time: TimeEntry | None
    person: int | None
    written: str


@with_config(CLOSED)
class CaseEntry(TypedDict):
    """Particulars of the case as the examiner wrote them."""

    case_number: str
    exhibit: str
    examiner: str
    requested_by: str


@with_config(CLOSED)
class ToolEntry(TypedDict):
    """Who wrote the report."""

    name: str
    version: str


Version = Literal[1]


@with_config(ConfigDict(extra="forbid", title="sjedd-video analysis, version 1"))
class AnalysisEntry(TypedDict):
    """The analysis of one file. ``verdict`` is null unless the file was judged: no failure ever becomes a score."""

    schema_version: Version
    tool: ToolEntry
    outcome: Outcome
    reasons: list[ReasonEntry]
    sentence: str
    verdict: VerdictEntry | None
    people: list[PersonEntry]
    sampling: SamplingEntry | None
    evidence: EvidenceEntry
    model: ModelEntry
    environment: dict[str, str]
    options: dict[str, Any]
    exhibits: list[ExhibitEntry]
    notes: NotRequired[list[NoteEntry]]
    case: NotRequired[CaseEntry]
    started: str
    seconds: dict[str, float]


PROBABILITY = frozenset({"probability", "low", "high", "p_face", "mean_p_face", "high_p_face", "marginal", "peak"})


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the report; probabilities are bounded to [0, 1]."""
    schema = TypeAdapter(AnalysisEntry).json_schema()
    for part in schema.get("$defs", {}).values():
        for name, entry in part.get("properties", {}).items():
            if name in PROBABILITY:
                _bound(entry)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"{NAME}.json", **schema}


def _bound(entry: dict[str, Any]) -> None:
    for option in entry.get("anyOf", [entry]):
        if option.get("type") == "number":
            option |= {"minimum": 0, "maximum": 1}


def schema_text() -> str:
    """The published file."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(schema_text(), "utf-8")
