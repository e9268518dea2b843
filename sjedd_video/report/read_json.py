"""From a JSON report back to the result it was written from. Nothing in such a document can run code.

Boxes and raw scores come back as the report rounds them (2 and 6 decimals); everything else as it was. The pictures
are not in the document: they are stored beside it, see ``pictures.py``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sjedd_video.errors import DocumentError
from sjedd_video.report.pictures import StoredPicture, exhibit_of
from sjedd_video.report.read_values import (
    fraction,
    mapping,
    maybe,
    measured,
    number,
    numbers,
    share,
    text,
    truth,
    whole,
)
from sjedd_video.report.schema import VERSION
from sjedd_video.types import (
    AnalysisResult,
    Band,
    Detection,
    Exhibit,
    FaceObservation,
    FaceQuality,
    FaceScore,
    FileEvidence,
    FrameTime,
    HeatKind,
    Interval,
    ModelFacts,
    Outcome,
    PersonFinding,
    Reason,
    ReasonCode,
    SamplingReport,
    Span,
    StreamFacts,
    Verdict,
)

NOT_OURS = "Name a JSON report or a case of sjedd-video, or analyse the file again."
NEWER = "Install the newer version of sjedd-video, or analyse the file again."


def parse_document(text: str, name: str = "The document") -> Any:
    """JSON text as plain values.

    Other threads get their turn all the while, however long the text is: the call of a Python function for every
    object is where this one may be interrupted.

    Raises:
        DocumentError: It is no JSON.
    """
    try:
        return json.loads(text, object_hook=lambda found: found)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"{name} is damaged: {error}.", NOT_OURS) from error


def from_json(document: Any, pictures: Sequence[StoredPicture] = (), name: str = "The document") -> AnalysisResult:
    """The result that a JSON report tells of.

    Args:
        document: What ``to_json`` gave, as plain values.
        pictures: Those of its exhibits that were kept; the others are left out of the result.
        name: What is being read, for the message of an error.

    Raises:
        DocumentError: It is no such document, is damaged, or was written by a newer version.
    """
    version = document.get("schema_version") if isinstance(document, dict) else None
    if type(version) is not int or "tool" not in document:
        raise DocumentError(f"{name} is no report of sjedd-video.", NOT_OURS)
    if version != VERSION:
        raise DocumentError(f"{name} was written by a newer version of sjedd-video (format {version}).", NEWER)
    try:
        return _result(document, pictures)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        what = f"{type(error).__name__}: {error}"
        raise DocumentError(f"{name} is damaged ({what}).", NOT_OURS) from error


def _result(document: Mapping[str, Any], pictures: Sequence[StoredPicture]) -> AnalysisResult:
    model = _model(document["model"])
    people = tuple(_person(entry, model) for entry in document["people"])
    verdict = document["verdict"]
    return AnalysisResult(
        outcome=Outcome(document["outcome"]),
        reasons=_reasons(document["reasons"]),
        verdict=None if verdict is None else _verdict(verdict, people),
        people=people,
        sampling=None if document["sampling"] is None else _sampling(document["sampling"]),
        evidence=_evidence(document["evidence"]),
        model=model,
        environment={text(key): text(value) for key, value in document["environment"].items()},
        options=mapping(document["options"]),
        exhibits=_exhibits(document["exhibits"], people, pictures),
        started=text(document["started"]),
        seconds={text(key): number(value) for key, value in document["seconds"].items()},
    )


def _verdict(entry: Mapping[str, Any], people: Sequence[PersonFinding]) -> Verdict:
    person = whole(entry["person"])
    if all(found.track != person for found in people):
        raise ValueError(f"the verdict speaks of person {person}, who is not in it")
    return Verdict(share(entry["probability"]), _interval(entry["interval"]), Band(entry["band"]), person)


def _person(entry: Mapping[str, Any], model: ModelFacts) -> PersonFinding:
    track, nodes = whole(entry["person"]), len(model.nodes)
    attributes, band = entry["attributes"], entry["band"]
    return PersonFinding(
        track=track,
        scores=tuple(_face(face, track, nodes) for face in entry["faces"]),
        usable=tuple(truth(face["usable"]) for face in entry["faces"]),
        probability=None if entry["probability"] is None else share(entry["probability"]),
        interval=_interval(entry["interval"]),
        mean=maybe(entry["mean_p_face"]),
        high=maybe(entry["high_p_face"]),
        band=None if band is None else Band(band),
        node_marginals=None if attributes is None else numbers([a["marginal"] for a in attributes], (nodes,)),
        node_lift=None if attributes is None else numbers([a["lift"] for a in attributes], (nodes,)),
        spans=tuple(Span(_time(s["start"]), _time(s["end"]), share(s["peak"])) for s in entry["spans"]),
        reasons=_reasons(entry["reasons"]),
    )


def _face(entry: Mapping[str, Any], track: int, nodes: int) -> FaceScore:
    box = numbers(entry["box"], (4,), np.float32)
    landmarks = numbers(entry["landmarks"], (5, 2), np.float32)
    quality = entry["quality"]
    seen = FaceObservation(
        track=track,
        shot=whole(entry["shot"]),
        time=_time(entry["time"]),
        detection=Detection(box, landmarks, number(entry["detection_score"])),
        quality=FaceQuality(
            eye_distance_px=measured(quality["eye_distance_px"]),
            sharpness=measured(quality["sharpness"]),
            yaw=measured(quality["yaw"]),
            exposure=measured(quality["exposure"]),
            blockiness=measured(quality["blockiness"]),
            visible=measured(quality.get("visible", 1.0)),  # older documents have none
        ),
    )
    return FaceScore(
        seen, numbers(entry["raw"], (nodes,), np.float32), numbers(entry["marginals"], (nodes,), np.float64)
    )


def _sampling(entry: Mapping[str, Any]) -> SamplingReport:
    until = entry["readable_until"]
    return SamplingReport(
        plan=text(entry["plan"]),
        decoder=text(entry["decoder"]),
        requested=whole(entry["requested"]),
        decoded=whole(entry["decoded"]),
        failed=whole(entry["failed"]),
        times=tuple(_time(t) for t in entry["times"]),
        expected_frames=None if entry["expected_frames"] is None else whole(entry["expected_frames"]),
        readable_until=None if until is None else _time(until),
        shots=tuple(_time(t) for t in entry["shots"]),
        notes=tuple(text(note) for note in entry["notes"]),
    )


def _evidence(entry: Mapping[str, Any]) -> FileEvidence:
    after = entry["sha256_after"]
    return FileEvidence(
        path=text(entry["path"]),
        size=whole(entry["size"]),
        modified=text(entry["modified"]),
        sha256_before=text(entry["sha256_before"]),
        sha256_after=None if after is None else text(after),
        stream=None if entry["stream"] is None else _stream(entry["stream"]),
        content_credentials=text(entry["content_credentials"]),
    )


def _stream(entry: Mapping[str, Any]) -> StreamFacts:
    declared, rate = entry["frames_declared"], entry["average_rate"]
    return StreamFacts(
        kind=text(entry["kind"]),
        container=text(entry["container"]),
        codec=text(entry["codec"]),
        width=whole(entry["width"]),
        height=whole(entry["height"]),
        rotation=whole(entry["rotation"]),
        duration_s=maybe(entry["duration_s"]),
        frames_declared=None if declared is None else whole(declared),
        average_rate=None if rate is None else fraction(rate),
        time_base=fraction(entry["time_base"]),
        start_pts=whole(entry["start_pts"]),
        details=mapping(entry["details"]),
    )


def _model(entry: Mapping[str, Any]) -> ModelFacts:
    nodes = tuple(text(node) for node in entry["nodes"])
    texts = ("name", "sha256", "hierarchy", "backend", "provider", "detector", "detector_sha256", "licence",
             "training_data")  # fmt: skip
    return ModelFacts(
        **{name: text(entry[name]) for name in texts},
        nodes=nodes,
        prior=tuple(numbers(entry["prior"], (len(nodes),)).tolist()),
        crop_scale=number(entry["crop_scale"]),
        crop_down=number(entry["crop_down"]),
        crop_size=whole(entry["crop_size"]),
        threshold=number(entry["threshold"]),
        calibration=mapping(entry["calibration"]),
    )


def _exhibits(
    entries: Sequence[Mapping[str, Any]], people: Sequence[PersonFinding], pictures: Sequence[StoredPicture]
) -> tuple[Exhibit, ...]:
    if not pictures:
        return ()
    wanted = {(picture.person, picture.time): picture for picture in pictures}
    scores = {
        (s.observation.track, s.observation.time): s
        for p in people
        for s in p.scores
        if (s.observation.track, s.observation.time) in wanted
    }
    places = [((whole(entry["person"]), _time(entry["time"])), _heat_kind(entry)) for entry in entries]
    return tuple(exhibit_of(wanted[place], scores[place], kind) for place, kind in places if place in scores)


def _heat_kind(entry: Mapping[str, Any]) -> HeatKind:
    return HeatKind(entry.get("heat", HeatKind.OCCLUSION))  # files of 0.1 name none


def _reasons(entries: Sequence[Mapping[str, Any]]) -> tuple[Reason, ...]:
    return tuple(Reason(ReasonCode(entry["code"]), text(entry["detail"])) for entry in entries)


def _interval(entry: Mapping[str, Any] | None) -> Interval | None:
    return None if entry is None else Interval(share(entry["low"]), share(entry["high"]))


def _time(entry: Mapping[str, Any]) -> FrameTime:
    return FrameTime(whole(entry["pts"]), fraction(entry["time_base"]))
