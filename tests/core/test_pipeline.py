"""The pipeline with fake engines: the story, and what happens when a part of it fails."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import replace

import numpy as np
import pytest

from fakes import (
    GOOD,
    ContrastScorer,
    FakeDetector,
    FakeScorer,
    PlacesScorer,
    detection,
    frames,
    model_facts,
    sampling,
    stream,
)
from sjedd_video import evidence
from sjedd_video import watch as watch_module
from sjedd_video.engines import Engines, score_crops
from sjedd_video.errors import Cancelled, DecoderCrashed, DecoderStalled, MediaError, ModelError
from sjedd_video.gallery import Gallery
from sjedd_video.options import AnalysisOptions
from sjedd_video.pipeline import analyze, failed_result
from sjedd_video.progress import STAGES, CancelToken
from sjedd_video.types import Frame, FrameTime, HeatKind, Outcome, Reason, ReasonCode

OPTIONS = AnalysisOptions(heatmaps=0)


class FakeSession:
    """A media session over made-up frames; ``error`` is raised after ``fail_after`` frames."""

    def __init__(self, items, facts=None, planned=None, error=None, fail_after=0, reasons=()):
        self.items, self.facts, self.error, self.fail_after = list(items), facts or stream(), error, fail_after
        self.planned = len(self.items) if planned is None else planned
        self._reasons, self.closed, self.times = reasons, False, []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closed = True

    def frames(self):
        for i, frame in enumerate(self.items):
            if self.error is not None and i == self.fail_after:
                raise self.error
            self.times.append(frame.time)
            yield frame
        if self.error is not None and self.fail_after >= len(self.items):
            raise self.error

    def report(self):
        done = len(self.times)
        return replace(sampling(done, self.planned - done), times=tuple(self.times), expected_frames=self.planned)

    def reasons(self):
        return tuple(self._reasons)


@pytest.fixture
def exhibit(tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"the bytes of a clip")
    return path


@pytest.fixture
def play(monkeypatch):
    """Make the pipeline see ``session`` in place of the file; an exception is raised on opening."""

    def use(session):
        def open_media(path, options, cancel):
            if isinstance(session, Exception):
                raise session
            return session

        monkeypatch.setattr(watch_module, "open_media", open_media)
        return session

    return use


def engines(p=0.9, faces=None, **kwargs):
    return Engines(
        FakeDetector(faces, kwargs.pop("error", None)), kwargs.pop("scorer", None) or FakeScorer(p, **kwargs)
    )


def codes(result):
    return {reason.code for reason in result.reasons}


# The story


def test_a_clip_is_judged_from_path_to_result(exhibit, play):
    session = play(FakeSession(frames(32)))
    seen = []
    result = analyze(exhibit, OPTIONS, progress=lambda *args: seen.append(args), engines=engines(0.95))
    assert result.outcome is Outcome.JUDGED
    assert result.verdict.probability == pytest.approx(0.95)
    assert result.verdict.person == 1
    (person,) = result.people
    assert len(person.scores) == 32
    assert all(person.usable)
    assert result.sampling.decoded == 32
    assert result.evidence.sha256_before == hashlib.sha256(exhibit.read_bytes()).hexdigest()
    assert result.evidence.sha256_after == result.evidence.sha256_before
    assert result.options == OPTIONS.model_dump(mode="json")
    assert session.closed
    assert {stage for stage, _, _ in seen} <= set(STAGES)
    assert [done for stage, done, _ in seen if stage == "frames"] == list(range(33))
    assert {"open", "decode", "faces", "score", "verdict", "explain", "evidence", "total"} <= set(result.seconds)
    json.dumps(result.options)


def test_a_low_score_is_a_verdict_too(exhibit, play):
    play(FakeSession(frames(8)))
    result = analyze(exhibit, OPTIONS, engines=engines(0.0))
    assert result.outcome is Outcome.JUDGED
    assert result.verdict.probability == pytest.approx(1e-6)


def test_every_person_is_listed_and_the_most_suspicious_decides(exhibit, play):
    class ByPlace(FakeScorer):
        """Faces on a bright background score high."""

        def probability(self, crops):
            return np.array([0.95 if np.asarray(crop).mean() > 128 else 0.1 for crop in crops])

    def two_halves():
        for frame in frames(12):
            image = frame.image.copy()
            image[:, 160:] = np.clip(image[:, 160:].astype(int) + 70, 0, 255).astype(np.uint8)
            yield Frame(frame.time, image)

    play(FakeSession(two_halves()))
    pair = [detection(20, 60, 100), detection(200, 60, 100)]
    result = analyze(exhibit, OPTIONS, engines=engines(faces=pair, scorer=ByPlace()))
    assert [p.track for p in result.people] == [1, 2]
    probabilities = {p.track: p.probability for p in result.people}
    assert sorted(probabilities.values()) == pytest.approx([0.1, 0.95])
    assert result.verdict.probability == pytest.approx(0.95)
    assert probabilities[result.verdict.person] == result.verdict.probability
    assert result.exhibits[0].score.observation.track == result.verdict.person


def test_exhibits_show_scored_faces_of_the_people(exhibit, play):
    play(FakeSession(frames(32)))
    result = analyze(exhibit, AnalysisOptions(heatmaps=1), engines=engines(0.9))
    assert 1 <= len(result.exhibits) <= 12
    known = {id(score) for person in result.people for score in person.scores}
    for exhibited in result.exhibits:
        assert id(exhibited.score) in known
        assert max(exhibited.frame.shape) <= 960
    assert [e.heat is not None for e in result.exhibits] == [True] + [False] * (len(result.exhibits) - 1)
    assert result.exhibits[0].heat.shape == (64, 64)


def test_faces_are_scored_in_batches_and_frames_are_not_hoarded(exhibit, play):
    alive = []

    class Counted(Frame):
        pass

    def stream_of_frames():
        import weakref

        for frame in frames(64):
            copy = Frame(frame.time, frame.image.copy())
            alive.append(weakref.ref(copy.image.base if copy.image.base is not None else copy.image))
            yield copy
            assert sum(ref() is not None for ref in alive) <= 40

    session = FakeSession([])
    session.planned = 64
    session.frames = stream_of_frames
    session.report = lambda: sampling(64)
    play(session)
    scorer = FakeScorer(0.5)
    analyze(exhibit, OPTIONS, engines=engines(scorer=scorer))
    assert max(scorer.batches) == 8
    assert sum(scorer.batches) >= 64


def test_one_picture_has_its_own_rules(exhibit, play):
    play(FakeSession(frames(1), facts=stream("image", None)))
    result = analyze(exhibit, OPTIONS, engines=engines(0.8))
    assert result.outcome is Outcome.JUDGED
    assert result.verdict.interval is None
    assert codes(result) == {ReasonCode.SINGLE_IMAGE}


def test_the_only_frame_of_a_cut_video_is_no_picture(exhibit, play):
    play(FakeSession(frames(1), reasons=[Reason(ReasonCode.TRUNCATED, "ends early")]))
    result = analyze(exhibit, OPTIONS, engines=engines(0.99))
    assert (result.outcome, result.verdict) == (Outcome.PARTIAL, None)
    assert ReasonCode.TOO_FEW_FACES in codes(result)


def test_one_frame_out_of_a_long_video_is_too_few(exhibit, play):
    session = FakeSession(frames(1))
    session.report = lambda: sampling(1, expected_frames=250)
    play(session)
    result = analyze(exhibit, OPTIONS, engines=engines(0.99))
    assert (result.outcome, result.verdict) == (Outcome.INCONCLUSIVE, None)
    assert codes(result) == {ReasonCode.TOO_FEW_FACES}


# No score without evidence


def test_no_face(exhibit, play):
    play(FakeSession(frames(8)))
    result = analyze(exhibit, OPTIONS, engines=engines(faces=[]))
    assert (result.outcome, result.verdict, result.people) == (Outcome.NO_FACE, None, ())
    assert codes(result) == {ReasonCode.NO_FACE_FOUND}


def test_tiny_faces(exhibit, play):
    play(FakeSession(frames(8)))
    result = analyze(exhibit, OPTIONS, engines=engines(1.0, faces=[detection(size=20)]))
    assert (result.outcome, result.verdict) == (Outcome.INCONCLUSIVE, None)
    assert ReasonCode.FACES_TOO_SMALL in codes(result)
    assert all(p.probability is None for p in result.people)


def test_a_verdict_that_does_not_survive_recompression_is_withdrawn(exhibit, play):
    play(FakeSession(frames(16)))
    scorer = ContrastScorer(gain=3.0, offset=-8.0)
    result = analyze(exhibit, OPTIONS, engines=engines(scorer=scorer))
    assert result.people[0].probability > 0.9
    assert (result.outcome, result.verdict) == (Outcome.INCONCLUSIVE, None)
    assert codes(result) & {ReasonCode.UNSTABLE_RECOMPRESSED, ReasonCode.UNSTABLE_RESCALED}
    assert {r.code for r in result.people[0].reasons} & {ReasonCode.UNSTABLE_RECOMPRESSED, ReasonCode.UNSTABLE_RESCALED}


# Faults


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(MediaError(ReasonCode.NOT_MEDIA, "no media"), Outcome.UNREADABLE),
     (DecoderCrashed(ReasonCode.DECODER_CRASHED, "died"), Outcome.CRASHED),
     (DecoderStalled(ReasonCode.DECODER_STALLED, "hung"), Outcome.TIMED_OUT)],
)  # fmt: skip
@pytest.mark.parametrize("when", ["opening", "first frame"])
def test_a_file_that_cannot_be_read_is_a_result(exhibit, play, error, outcome, when):
    play(error if when == "opening" else FakeSession(frames(8), error=error))
    result = analyze(exhibit, OPTIONS, engines=engines())
    assert (result.outcome, result.verdict, result.people) == (outcome, None, ())
    assert error.reason in result.reasons
    assert result.evidence.sha256_after == result.evidence.sha256_before != ""
    assert (result.sampling is None) == (when == "opening")


def test_a_crash_midway_leaves_a_partial_verdict_if_enough_was_seen(exhibit, play):
    crash = DecoderCrashed(ReasonCode.DECODER_CRASHED, "died")
    play(FakeSession(frames(32), error=crash, fail_after=20))
    result = analyze(exhibit, OPTIONS, engines=engines(0.9))
    assert result.outcome is Outcome.PARTIAL
    assert result.verdict.probability == pytest.approx(0.9)
    assert len(result.people[0].scores) == 20
    assert ReasonCode.DECODER_CRASHED in codes(result)


def test_a_crash_midway_without_enough_evidence_is_a_crash(exhibit, play):
    crash = DecoderCrashed(ReasonCode.DECODER_CRASHED, "died")
    play(FakeSession(frames(32), error=crash, fail_after=3))
    result = analyze(exhibit, OPTIONS, engines=engines(0.9))
    assert (result.outcome, result.verdict) == (Outcome.CRASHED, None)
    assert {ReasonCode.DECODER_CRASHED, ReasonCode.LOW_COVERAGE, ReasonCode.TOO_FEW_FACES} <= codes(result)


def test_a_truncated_file_is_partial(exhibit, play):
    limits = [Reason(ReasonCode.TRUNCATED, "ends early"), Reason(ReasonCode.FRAMES_MISSING, "72 of 150")]
    play(FakeSession(frames(16), reasons=limits))
    result = analyze(exhibit, OPTIONS, engines=engines(0.9))
    assert result.outcome is Outcome.PARTIAL
    assert result.verdict is not None
    assert {ReasonCode.TRUNCATED, ReasonCode.FRAMES_MISSING} <= codes(result)


def test_a_missing_file_is_a_result_without_hashes(tmp_path):
    result = analyze(tmp_path / "nothing.mp4", OPTIONS, engines=engines())
    assert result.outcome is Outcome.UNREADABLE
    assert codes(result) == {ReasonCode.NOT_FOUND}
    assert (result.evidence.sha256_before, result.evidence.sha256_after) == ("", None)


def test_a_model_short_of_memory_goes_face_by_face(exhibit, play):
    play(FakeSession(frames(8)))
    result = analyze(exhibit, OPTIONS, engines=engines(0.9, errors=[MemoryError()]))
    assert result.outcome is Outcome.JUDGED
    assert result.verdict.probability == pytest.approx(0.9)


def test_a_model_without_any_memory_is_a_crash_not_a_score(exhibit, play):
    play(FakeSession(frames(8)))
    result = analyze(exhibit, OPTIONS, engines=engines(0.9, errors=[MemoryError(), MemoryError()]))
    assert (result.outcome, result.verdict) == (Outcome.CRASHED, None)
    assert ReasonCode.OUT_OF_MEMORY in codes(result)


def test_a_model_that_tells_places_draws_them_on_every_face_that_is_shown(exhibit, play):
    play(FakeSession(frames(32)))
    result = analyze(exhibit, AnalysisOptions(), engines=engines(scorer=PlacesScorer(0.9)))
    assert len(result.exhibits) > 1
    for shown in result.exhibits:
        assert shown.heat_kind is HeatKind.PLACES
        assert shown.heat[:32].min() == 0.75
        assert shown.heat[32:].max() == 0
    play(FakeSession(frames(32)))
    asked = analyze(exhibit, AnalysisOptions(heatmaps=1), engines=engines(scorer=PlacesScorer(0.9)))
    assert [e.heat is not None for e in asked.exhibits] == [True] + [False] * (len(asked.exhibits) - 1)


def test_places_for_which_there_is_no_memory_are_left_out(exhibit, play):
    class Full(PlacesScorer):
        def places(self, crop):
            raise MemoryError

    play(FakeSession(frames(32)))
    result = analyze(exhibit, AnalysisOptions(), engines=engines(scorer=Full(0.9)))
    assert result.outcome is Outcome.JUDGED
    assert all(e.heat is None for e in result.exhibits)


def test_a_map_that_fails_does_not_take_the_verdict_with_it(exhibit, play):
    class Broken(PlacesScorer):
        def places(self, crop):
            raise ModelError("not a number")

    play(FakeSession(frames(32)))
    result = analyze(exhibit, AnalysisOptions(), engines=engines(scorer=Broken(0.9)))
    assert result.outcome is Outcome.JUDGED
    assert all(e.heat is None for e in result.exhibits)


def test_a_verdict_that_cannot_be_checked_for_stability_is_not_given(exhibit, play):
    class OnceOnly(FakeScorer):
        def score(self, crops):
            if self.batches:
                raise MemoryError
            return super().score(crops)

    play(FakeSession(frames(8)))
    result = analyze(exhibit, AnalysisOptions(heatmaps=1), engines=engines(scorer=OnceOnly(0.9)))
    assert (result.outcome, result.verdict) == (Outcome.INCONCLUSIVE, None)
    assert codes(result) == {ReasonCode.OUT_OF_MEMORY}
    assert [e.heat for e in result.exhibits] == [None] * len(result.exhibits)


def test_a_verdict_without_a_picture_to_check_is_not_given(exhibit, play, monkeypatch):
    play(FakeSession(frames(8)))
    monkeypatch.setattr(Gallery, "crops", lambda self, track: [])
    result = analyze(exhibit, OPTIONS, engines=engines(0.9))
    assert (result.outcome, result.verdict) == (Outcome.INCONCLUSIVE, None)
    assert codes(result) == {ReasonCode.LOW_COVERAGE}


def test_a_crowd_that_is_not_usable_does_not_hide_the_decisive_person(exhibit, play):
    class InTurn(FakeScorer):
        """The first of every 21 faces scores lower than the rest."""

        scored = 0

        def probability(self, crops):
            first, self.scored = self.scored, self.scored + len(crops)
            return np.array([0.9 if i % 21 == 0 else 0.99 for i in range(first, self.scored)])

    play(FakeSession(frames(16)))
    tiny = [detection(10 + i % 10 * 30, 2 + 20 * (i // 10), 12) for i in range(20)]
    result = analyze(exhibit, OPTIONS, engines=engines(faces=[detection(), *tiny], scorer=InTurn()))
    assert result.exhibits[0].score.observation.track == result.verdict.person == 1


def test_scoring_face_by_face_keeps_the_order():
    class Sum(FakeScorer):
        def probability(self, crops):
            return np.array([crop.mean() / 255 for crop in crops])

    crops = [np.full((64, 64, 3), level, np.uint8) for level in (10, 200, 90)]
    _, batch = score_crops(Sum(), crops)
    _, single = score_crops(Sum(errors=[MemoryError()]), crops)
    assert np.array_equal(batch, single)


def test_a_defect_of_a_detector_is_raised_not_scored(exhibit, play):
    session = play(FakeSession(frames(8)))
    with pytest.raises(RuntimeError, match="broken detector"):
        analyze(exhibit, OPTIONS, engines=engines(error=RuntimeError("broken detector")))
    assert session.closed


def test_a_missing_model_is_raised(exhibit, play, monkeypatch):
    session = play(FakeSession(frames(8)))

    def fail(options):
        raise ModelError("no weights", "import some")

    monkeypatch.setattr(Engines, "load", fail)
    with pytest.raises(ModelError, match="no weights"):
        analyze(exhibit, OPTIONS)
    assert session.closed


def test_a_broken_calibration_is_raised(exhibit, play):
    play(FakeSession(frames(8)))
    with pytest.raises(ModelError, match="calibration"):
        analyze(exhibit, OPTIONS, engines=engines(a=-1.0))


def test_cancelling_stops_and_closes(exhibit, play):
    session, token = play(FakeSession(frames(32))), CancelToken()

    def progress(stage, done, total):
        if stage == "frames" and done == 9:
            token.cancel()

    with pytest.raises(Cancelled):
        analyze(exhibit, OPTIONS, progress=progress, cancel=token, engines=engines())
    assert session.closed


def test_a_cancelled_token_stops_before_anything(exhibit):
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        analyze(exhibit, OPTIONS, cancel=token, engines=engines())


def test_a_file_that_changes_underneath_has_no_verdict(exhibit, play):
    play(FakeSession(frames(8)))

    def progress(stage, done, total):
        if stage == "verdict":
            exhibit.write_bytes(b"other bytes")

    result = analyze(exhibit, OPTIONS, progress=progress, engines=engines(0.9))
    assert (result.outcome, result.verdict) == (Outcome.INCONCLUSIVE, None)
    assert ReasonCode.FILE_CHANGED in codes(result)
    assert result.evidence.sha256_after != result.evidence.sha256_before


def test_a_file_that_changes_before_it_is_hashed_has_no_verdict(exhibit, play, monkeypatch):
    """Both hashes are then of the later content, while the earlier one was decoded."""
    hash_file, decoded = evidence.hash_file, threading.Event()

    def late(*arguments):
        assert decoded.wait(10)
        return hash_file(*arguments)

    def changing():
        yield from frames(8)
        exhibit.write_bytes(b"other bytes")
        decoded.set()

    session = play(FakeSession([]))
    session.frames, session.report = changing, lambda: sampling(8)
    monkeypatch.setattr(evidence, "hash_file", late)
    result = analyze(exhibit, OPTIONS, engines=engines(0.9))
    assert result.evidence.sha256_before == result.evidence.sha256_after != ""
    assert (result.outcome, result.verdict) == (Outcome.INCONCLUSIVE, None)
    assert codes(result) == {ReasonCode.FILE_CHANGED}


def test_there_is_no_verdict_on_what_could_not_be_hashed(exhibit, play, monkeypatch):
    def fail(*_):
        raise OSError(5, "Input/output error")

    play(FakeSession(frames(8)))
    monkeypatch.setattr(evidence, "hash_file", fail)
    result = analyze(exhibit, OPTIONS, engines=engines(0.9))
    assert (result.outcome, result.verdict) == (Outcome.INCONCLUSIVE, None)
    assert codes(result) == {ReasonCode.NOT_READABLE}


def test_a_failed_result_has_the_hashes_and_nothing_made_up(exhibit):
    reason = Reason(ReasonCode.WORKER_CRASHED, "SIGSEGV")
    result = failed_result(exhibit, OPTIONS, model_facts(), Outcome.CRASHED, reason)
    assert (result.outcome, result.reasons, result.verdict, result.people) == (Outcome.CRASHED, (reason,), None, ())
    assert result.evidence.sha256_before == hashlib.sha256(exhibit.read_bytes()).hexdigest()


def test_engines_are_reused_across_files(exhibit, play):
    both = engines(0.9)
    outcomes = []
    for _ in range(2):
        play(FakeSession(frames(8)))
        outcomes.append(analyze(exhibit, OPTIONS, engines=both).verdict)
    assert outcomes[0] == outcomes[1]


def test_the_same_frames_give_the_same_result(exhibit, play):
    results = []
    for _ in range(2):
        play(FakeSession(frames(20)))
        results.append(analyze(exhibit, OPTIONS, engines=engines(scorer=ContrastScorer(0.3, -3))))
    assert results[0].verdict == results[1].verdict
    assert results[0].reasons == results[1].reasons


def test_the_fakes_are_of_good_quality():
    assert GOOD.eye_distance_px >= OPTIONS.min_eye_distance_px
    assert FrameTime(1, sampling().times[0].time_base).seconds == pytest.approx(0.001)
