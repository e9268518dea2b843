"""The JSON report: everything but the pictures, in the shape of ``schema.py``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np

import sjedd_video
from sjedd_video.calibration import logit
from sjedd_video.explain import NEXT_STEP, REASON_TEXT, raised, sentence
from sjedd_video.notes import NO_REMARKS, Remarks
from sjedd_video.options import AnalysisOptions
from sjedd_video.report.files import written
from sjedd_video.report.plain import DIGITS, fraction_text, plain, time_entry, with_remarks
from sjedd_video.report.schema import (
    AnalysisEntry,
    AttributeEntry,
    EvidenceEntry,
    ExhibitEntry,
    FaceEntry,
    IntervalEntry,
    ModelEntry,
    PersonEntry,
    QualityEntry,
    ReasonEntry,
    SamplingEntry,
    StreamEntry,
)
from sjedd_video.types import (
    AnalysisResult,
    Exhibit,
    FaceScore,
    FileEvidence,
    FloatArray,
    Interval,
    ModelFacts,
    PersonFinding,
    Reason,
    SamplingReport,
    StreamFacts,
)
from sjedd_video.usability import face_faults
from sjedd_video.verdict import ROOT


def to_json(result: AnalysisResult, remarks: Remarks = NO_REMARKS) -> dict[str, Any]:
    """The report as plain values that ``json.dumps(..., allow_nan=False)`` accepts and UTF-8 can hold.

    Args:
        result: What was found.
        remarks: What the examiner added.
    """
    verdict = result.verdict
    least = min_eye_distance(result)
    entry: AnalysisEntry = {
        "schema_version": 1,
        "tool": {"name": "sjedd-video", "version": sjedd_video.__version__},
        "outcome": result.outcome,
        "reasons": _reasons(result.reasons),
        "sentence": sentence(result),
        "verdict": None
        if verdict is None
        else {
            "probability": verdict.probability,
            "interval": _interval(verdict.interval),
            "band": verdict.band,
            "person": verdict.person,
        },
        "people": [_person(person, result.model, least) for person in result.people],
        "sampling": None if result.sampling is None else _sampling(result.sampling),
        "evidence": _evidence(result.evidence),
        "model": _model(result.model),
        "environment": dict(result.environment),
        "options": dict(result.options),
        "exhibits": [_exhibit(exhibit) for exhibit in result.exhibits],
        "started": result.started,
        "seconds": dict(result.seconds),
    }
    return with_remarks(cast("dict[str, Any]", plain(entry)), remarks)


def write_json(result: AnalysisResult, path: Path, remarks: Remarks = NO_REMARKS) -> None:
    """Write the JSON report, UTF-8, whole or not at all.

    Raises:
        OutputError: It cannot be written.
    """
    text = json.dumps(to_json(result, remarks), indent=2, ensure_ascii=False, allow_nan=False)
    with written(path) as file:
        file.write(text.encode() + b"\n")


def min_eye_distance(result: AnalysisResult) -> float:
    """The limit of the quality rule for small faces that the analysis used."""
    return AnalysisOptions.parse(dict(result.options)).min_eye_distance_px


def _reasons(reasons: Sequence[Reason]) -> list[ReasonEntry]:
    return [
        {"code": r.code, "detail": r.detail, "text": f"{REASON_TEXT[r.code]}.", "advice": NEXT_STEP[r.code]}
        for r in reasons
    ]


def _interval(interval: Interval | None) -> IntervalEntry | None:
    return None if interval is None else {"low": interval.low, "high": interval.high}


def _person(person: PersonFinding, model: ModelFacts, least: float) -> PersonEntry:
    return {
        "person": person.track,
        "probability": person.probability,
        "interval": _interval(person.interval),
        "band": person.band,
        "mean_p_face": person.mean,
        "high_p_face": person.high,
        "attributes": _attributes(person, model),
        "raised": list(raised(person, model)),
        "spans": [{"start": time_entry(s.start), "end": time_entry(s.end), "peak": s.peak} for s in person.spans],
        "reasons": _reasons(person.reasons),
        "faces_found": len(person.scores),
        "faces_usable": sum(person.usable),
        "faces": [_face(s, good, least, model) for s, good in zip(person.scores, person.usable, strict=True)],
    }


def _attributes(person: PersonFinding, model: ModelFacts) -> list[AttributeEntry] | None:
    if person.node_marginals is None or person.node_lift is None:
        return None
    rows = zip(model.nodes, person.node_marginals, model.prior, person.node_lift, strict=True)
    return [{"node": n, "marginal": float(m), "prior": float(p), "lift": float(x)} for n, m, p, x in rows]


def _face(score: FaceScore, usable: bool, least: float, model: ModelFacts) -> FaceEntry:
    seen = score.observation
    q = seen.quality
    quality: QualityEntry = {
        "eye_distance_px": q.eye_distance_px,
        "sharpness": q.sharpness,
        "yaw": q.yaw,
        "exposure": q.exposure,
        "blockiness": q.blockiness,
        "visible": q.visible,
    }
    return {
        "time": time_entry(seen.time),
        "shot": seen.shot,
        "box": _rounded(seen.detection.box, 2),
        "landmarks": [_rounded(point, 2) for point in seen.detection.landmarks],
        "detection_score": float(seen.detection.score),
        "quality": quality,
        "usable": usable,
        "faults": face_faults(q, least),
        "p_face": float(score.marginals[ROOT]),
        "marginals": [float(v) for v in score.marginals],
        "lift": _rounded(logit(score.marginals) - logit(model.prior), DIGITS),
        "raw": _rounded(score.raw, DIGITS),
    }


def _rounded(values: FloatArray, digits: int) -> list[float]:
    return [round(float(v), digits) for v in values]


def _sampling(sampling: SamplingReport) -> SamplingEntry:
    until = sampling.readable_until
    return {
        "plan": sampling.plan,
        "decoder": sampling.decoder,
        "requested": sampling.requested,
        "decoded": sampling.decoded,
        "failed": sampling.failed,
        "expected_frames": sampling.expected_frames,
        "readable_until": None if until is None else time_entry(until),
        "times": [time_entry(t) for t in sampling.times],
        "shots": [time_entry(t) for t in sampling.shots],
        "notes": list(sampling.notes),
    }


def _evidence(evidence: FileEvidence) -> EvidenceEntry:
    known = bool(evidence.sha256_before) and evidence.sha256_after is not None
    return {
        "path": evidence.path,
        "size": evidence.size,
        "modified": evidence.modified,
        "sha256_before": evidence.sha256_before,
        "sha256_after": evidence.sha256_after,
        "unchanged": evidence.sha256_before == evidence.sha256_after if known else None,
        "stream": None if evidence.stream is None else _stream(evidence.stream),
        "content_credentials": evidence.content_credentials,
    }


def _stream(stream: StreamFacts) -> StreamEntry:
    return {
        "kind": stream.kind,
        "container": stream.container,
        "codec": stream.codec,
        "width": stream.width,
        "height": stream.height,
        "rotation": stream.rotation,
        "duration_s": stream.duration_s,
        "frames_declared": stream.frames_declared,
        "average_rate": None if stream.average_rate is None else fraction_text(stream.average_rate),
        "time_base": fraction_text(stream.time_base),
        "start_pts": stream.start_pts,
        "details": dict(stream.details),
    }


def _model(model: ModelFacts) -> ModelEntry:
    return {
        "name": model.name,
        "sha256": model.sha256,
        "hierarchy": model.hierarchy,
        "nodes": list(model.nodes),
        "prior": list(model.prior),
        "backend": model.backend,
        "provider": model.provider,
        "detector": model.detector,
        "detector_sha256": model.detector_sha256,
        "crop_scale": model.crop_scale,
        "crop_down": model.crop_down,
        "crop_size": model.crop_size,
        "threshold": model.threshold,
        "calibration": dict(model.calibration),
        "licence": model.licence,
        "training_data": model.training_data,
    }


def _exhibit(exhibit: Exhibit) -> ExhibitEntry:
    seen = exhibit.score.observation
    peak = None if exhibit.heat is None else float(np.max(exhibit.heat))
    entry: ExhibitEntry = {"person": seen.track, "time": time_entry(seen.time), "heat_peak": peak}
    return entry if peak is None else {**entry, "heat": exhibit.heat_kind}
