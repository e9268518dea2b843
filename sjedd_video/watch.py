"""Watching a file: decode, detect, track, align and score, frame by frame, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path

from sjedd_video.clock import Clock
from sjedd_video.decode.sandbox import MediaSession, open_media
from sjedd_video.engines import Engines, Scorer, score_crops
from sjedd_video.errors import MediaError
from sjedd_video.faces.identity import build_descriptor
from sjedd_video.faces.people import find_faces, merge_tracks
from sjedd_video.faces.track import FaceTracker
from sjedd_video.gallery import Gallery
from sjedd_video.options import AnalysisOptions
from sjedd_video.progress import CancelToken, Progress
from sjedd_video.types import AlignedFace, FaceScore, Frame, FrameTime, Reason, ReasonCode, SamplingReport, StreamFacts
from sjedd_video.usability import face_faults
from sjedd_video.verdict import ROOT

SCORE_BATCH = 8
LOW_SHARE = 0.5
"""Below this share of decoded frames, coverage is called low."""
INCOMPLETE = {ReasonCode.TRUNCATED, ReasonCode.FRAMES_MISSING}


@dataclass(slots=True)
class Seen:
    """What watching a file gave: everything, everything up to ``failure``, or nothing but that.

    Attributes:
        facts: What the container declares; None when it could not be opened.
        sampling: What was asked of the decoder and delivered; None as above.
        people: Scored faces of each person in order of time; tracks of the same person carry the same number.
        gallery: Pictures of them.
        shots: Times of the first sampled frame of every shot after the first.
        limits: What the decoder says limits the evidence.
        failure: The error that ended reading.
    """

    facts: StreamFacts | None = None
    sampling: SamplingReport | None = None
    people: list[list[FaceScore]] = field(default_factory=list)
    gallery: Gallery = field(default_factory=Gallery)
    shots: tuple[FrameTime, ...] = ()
    limits: tuple[Reason, ...] = ()
    failure: MediaError | None = None

    @property
    def single(self) -> bool:
        """Whether the input is one picture: a photo, or a video that has one frame and lacks none."""
        if self.facts is None or self.sampling is None:
            return False
        alone = self.sampling.requested == 1 and self.sampling.expected_frames == 1
        return self.facts.kind == "image" or (alone and not self.incomplete)

    @property
    def incomplete(self) -> bool:
        """Whether a part of the file could not be read."""
        return self.failure is not None or any(reason.code in INCOMPLETE for reason in self.limits)

    def media_reasons(self) -> list[Reason]:
        """What limits the reading of the file, a failure first."""
        reasons = [*([] if self.failure is None else [self.failure.reason]), *self.limits]
        if self.sampling is not None and self.sampling.decoded < LOW_SHARE * self.sampling.requested:
            share = f"{self.sampling.decoded} of {self.sampling.requested} chosen frames were read"
            reasons.append(Reason(ReasonCode.LOW_COVERAGE, share))
        return reasons


def watch(
    path: Path,
    options: AnalysisOptions,
    engines: Future[Engines],
    progress: Progress,
    cancel: CancelToken,
    clock: Clock,
) -> Seen:
    """Watch one file to its end, or as far as it can be read.

    Args:
        path: A video or a picture.
        options: Sampling plan and decoder.
        engines: The engines, perhaps still loading while the decoding process starts.
        progress: Told of the frames.
        cancel: Stops at the next frame or batch.
        clock: Takes the seconds of each stage.

    Raises:
        ModelError: The engines could not be loaded.
        Cancelled: ``cancel`` was set.
    """
    seen = Seen()
    try:
        with clock.stage("open"):
            session = open_media(path, options, cancel)
        with session:
            seen.facts = session.facts
            with clock.stage("load"):
                ready = engines.result()
            try:
                _score_all(session, ready, seen, options, progress, cancel, clock)
            finally:
                seen.sampling, seen.limits = replace(session.report(), shots=seen.shots), session.reasons()
    except MediaError as error:
        seen.failure = error
    return seen


def _score_all(
    session: MediaSession,
    engines: Engines,
    seen: Seen,
    options: AnalysisOptions,
    progress: Progress,
    cancel: CancelToken,
    clock: Clock,
) -> None:
    """Score every face of the session's frames, then join the tracks of each person."""
    scorer, tracker = engines.scorer, FaceTracker(build_descriptor(engines.detector))
    frames = _reported(_until_failure(clock.timed("decode", session.frames()), seen), session.planned, progress)
    found = find_faces(
        frames,
        engines.detector,
        scorer.crop,
        tracker=tracker,
    )
    scores: list[FaceScore] = []
    for batch in _batches(clock.timed("faces", found), SCORE_BATCH):
        cancel.raise_if_cancelled()
        with clock.stage("score"):
            scores.extend(_score_batch(batch, scorer, seen.gallery, options))
    seen.people = _join(scores, merge_tracks(tracker), seen.gallery)
    seen.shots = tracker.shots


def _join(scores: list[FaceScore], person_of: dict[int, int], gallery: Gallery) -> list[list[FaceScore]]:
    """Group scores by person, renumbered by ``person_of``; the gallery's pictures follow."""
    renamed = {id(score): _renumbered(score, person_of) for score in scores}
    gallery.relabel(lambda score: renamed[id(score)])
    people: dict[int, list[FaceScore]] = {}
    for score in renamed.values():
        people.setdefault(score.observation.track, []).append(score)
    return [sorted(people[track], key=lambda s: s.observation.time) for track in sorted(people)]


def _renumbered(score: FaceScore, person_of: dict[int, int]) -> FaceScore:
    track = person_of[score.observation.track]
    return replace(score, observation=replace(score.observation, track=track))


def _until_failure(frames: Iterator[Frame], seen: Seen) -> Iterator[Frame]:
    """End the stream at a failure, so that what was decoded before it is still looked at."""
    try:
        yield from frames
    except MediaError as error:
        seen.failure = error


def _reported(frames: Iterable[Frame], planned: int, progress: Progress) -> Iterator[Frame]:
    progress("frames", 0, planned)
    for done, frame in enumerate(frames, start=1):
        yield frame
        progress("frames", done, planned)


def _batches(found: Iterable[tuple[Frame, list[AlignedFace]]], size: int) -> Iterator[list[tuple[Frame, AlignedFace]]]:
    """Faces of several frames together; never more than ``size`` frames are held."""
    pending: list[tuple[Frame, AlignedFace]] = []
    for frame, faces in found:
        pending.extend((frame, face) for face in faces)
        while len(pending) >= size:
            yield pending[:size]
            pending = pending[size:]
    if pending:
        yield pending


def _score_batch(
    batch: list[tuple[Frame, AlignedFace]], scorer: Scorer, gallery: Gallery, options: AnalysisOptions
) -> Iterator[FaceScore]:
    raw, marginals = score_crops(scorer, [face.crop for _, face in batch])
    for (frame, face), raw_row, row in zip(batch, raw, marginals, strict=True):
        score = FaceScore(face.observation, raw_row, row)
        usable = not face_faults(face.observation.quality, options.min_eye_distance_px)
        gallery.add(frame, face, score, float(row[ROOT]), usable)
        yield score
