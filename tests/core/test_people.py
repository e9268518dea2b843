"""From frames to people: order, laziness, crops, errors, and which tracks are one person."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from face_kit import ScriptedDetector, face_at, shown
from sjedd_video.errors import Cancelled
from sjedd_video.faces.align import align_face
from sjedd_video.faces.identity import PROJECTION_SHA256, ProjectedGradients, build_descriptor, features, unit
from sjedd_video.faces.people import find_faces, merge_tracks
from sjedd_video.faces.quality import measure_quality
from sjedd_video.faces.track import FaceTracker
from sjedd_video.types import Crop, Detection

A, B, C = 1, 2, 3
CROP = Crop(1.3, 64)


def script(*steps):
    return [shown(t, background, people) for t, background, people in steps]


def people_of(steps) -> list[list[int]]:
    """Person numbers per step, after merging."""
    told, tracker = script(*steps), FaceTracker()
    found = list(find_faces([f for f, _ in told], ScriptedDetector(told), CROP, tracker=tracker))
    person = merge_tracks(tracker)
    return [[person[face.observation.track] for face in faces] for _, faces in found]


@pytest.mark.parametrize("batch", [1, 2, 3, 50])
def test_frames_come_back_in_order_with_their_faces(batch):
    told = script(*[(i * 0.3, 0, [(A, 200, 180), (B, 420, 180)][: i % 3]) for i in range(7)])
    found = list(find_faces((f for f, _ in told), ScriptedDetector(told), CROP, batch=batch))
    assert [id(frame) for frame, _ in found] == [id(frame) for frame, _ in told]
    assert [len(faces) for _, faces in found] == [i % 3 for i in range(7)]


def test_batches_are_as_large_as_asked_and_shared_out():
    told = script(*[(i * 0.3, 0, []) for i in range(7)])
    detector = ScriptedDetector(told)
    list(find_faces([f for f, _ in told], detector, CROP, batch=3))
    assert detector.batches == [3, 3, 1]


def test_crops_and_quality_are_those_of_the_full_resolution_frame():
    told = script((0.0, 0, [(A, 200, 180)]))
    ((frame, (face,)),) = find_faces([told[0][0]], ScriptedDetector(told), CROP)
    (detection,) = told[0][1]
    crop, matrix = align_face(frame.image, detection.landmarks, 1.3, 64)
    np.testing.assert_array_equal(face.crop, crop)
    np.testing.assert_array_equal(face.matrix, matrix)
    seen = face.observation
    assert (seen.track, seen.shot, seen.time) == (1, 0, frame.time)
    assert seen.quality == measure_quality(frame.image, detection)


def test_memory_is_bounded_by_two_batches():
    """The stream is never read further ahead than the batch under way and the next."""
    told = script(*[(i * 0.3, 0, []) for i in range(20)])
    taken = 0

    def stream():
        nonlocal taken
        for frame, _ in told:
            taken += 1
            yield frame

    for done, _ in enumerate(find_faces(stream(), ScriptedDetector(told), CROP, batch=2), start=1):
        assert taken <= done + 2 * 2


def test_nothing_is_read_before_the_first_frame_is_asked_for():
    def stream():
        raise AssertionError("read too early")
        yield

    find_faces(stream(), ScriptedDetector([]), CROP)


def test_an_error_of_the_stream_comes_through():
    told = script(*[(i * 0.3, 0, []) for i in range(3)])

    def stream():
        yield told[0][0]
        raise Cancelled

    with pytest.raises(Cancelled):
        list(find_faces(stream(), ScriptedDetector(told), CROP))


def test_an_error_of_the_detector_comes_through():
    told = script((0.0, 0, []))

    class Broken(ScriptedDetector):
        def detect(self, images):
            raise MemoryError("no memory for faces")

    with pytest.raises(MemoryError, match="no memory for faces"):
        list(find_faces([told[0][0]], Broken(told), CROP))


def test_stopping_early_leaves_no_thread_behind():
    told = script(*[(i * 0.3, 0, []) for i in range(9)])
    stream = find_faces([f for f, _ in told], ScriptedDetector(told), CROP, batch=2)
    next(stream)
    stream.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("detect")]


def test_faces_whose_landmarks_coincide_are_left_out():
    frame, (good,) = shown(0.0, 0, [(A, 200, 180)])
    bad = Detection(good.box, np.full((5, 2), 30.0, np.float32), 0.8)
    ((_, faces),) = find_faces([frame], ScriptedDetector([(frame, [good, bad])]), CROP)
    assert [face.observation.detection.score for face in faces] == [0.9]


def test_a_batch_of_none_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        next(find_faces([], ScriptedDetector([]), CROP, batch=0))


# --- who is who


def test_a_person_is_known_again_after_a_cut():
    steps = [(0.0, 0, [(A, 200, 180)]), (0.3, 7, [(B, 300, 150)]), (0.6, 0, [(A, 210, 185)]), (0.9, 7, [(B, 290, 150)])]
    assert people_of(steps) == [[1], [2], [1], [2]]


def test_people_count_from_one_in_order_of_appearance():
    steps = [(0.0, 0, [(C, 200, 180)]), (0.3, 7, [(C, 200, 150), (A, 420, 180)]), (0.6, 0, [(B, 200, 180)])]
    assert people_of(steps) == [[1], [1, 2], [3]]


def test_two_faces_of_one_frame_are_never_one_person():
    """Twins, or a mirror: however alike, what was seen together stays apart, also by way of a third track."""
    steps = [(0.0, 0, [(A, 150, 180), (A, 450, 180)]), (0.3, 7, [(A, 300, 180)])]
    (first, second), (third,) = people_of(steps)
    assert first != second
    assert third in (first, second)


def test_different_people_in_different_shots_stay_apart():
    assert people_of([(0.3 * i, i, [(10 + i, 300, 180)]) for i in range(8)]) == [[i + 1] for i in range(8)]


def test_faces_too_small_to_compare_stay_alone():
    tracker = FaceTracker()
    for t, background in ((0.0, 0), (0.3, 7)):
        frame, _ = shown(t, background, [(A, 200, 180)])
        tracker.update(frame, [face_at(200, 180, side=24)])
    assert merge_tracks(tracker) == {1: 1, 2: 2}


def test_no_tracks_give_no_people():
    assert merge_tracks(FaceTracker()) == {}


def test_the_descriptor_of_the_pack_is_preferred():
    class WithPack:
        descriptor = ProjectedGradients()

    assert build_descriptor(WithPack()) is WithPack.descriptor
    assert isinstance(build_descriptor(object()), ProjectedGradients)


def test_features_and_vectors_have_unit_parts():
    rng = np.random.default_rng(0)
    found = features(rng.integers(0, 256, (64, 64, 3), np.uint8))
    assert found.shape == (832,)
    assert np.linalg.norm(found[:576]) == pytest.approx(1.0, abs=1e-5)
    assert np.linalg.norm(found[576:]) == pytest.approx(1.0, abs=1e-5)
    assert np.isfinite(features(np.zeros((64, 64, 3), np.uint8))).all()
    np.testing.assert_array_equal(unit(np.zeros(4)), np.zeros(4))


def test_a_damaged_projection_is_refused(monkeypatch):
    from sjedd_video.errors import ModelError
    from sjedd_video.faces import identity

    assert PROJECTION_SHA256 != "0" * 64
    monkeypatch.setattr(identity, "PROJECTION_SHA256", "0" * 64)
    identity._load_projection.cache_clear()
    with pytest.raises(ModelError, match="SHA-256 differs"):
        ProjectedGradients()
    identity._load_projection.cache_clear()


@pytest.mark.data
def test_measured_error_rates_of_the_descriptor_hold(data_dir):
    """The numbers of docs/decisions/002: on frames of clips that the fit never saw."""
    from sjedd_training.identity import error_rates, load_clips, track_means

    rows, clips = load_clips(data_dir / "faces")
    mean, projection = ProjectedGradients()._mean, ProjectedGradients()._projection
    vectors = unit((rows - mean) @ projection)
    means, names = track_means(vectors, clips, 4)
    false, missed = error_rates(means, names, ProjectedGradients.same)
    assert false < 0.003
    assert missed < 0.03
    _, vetoed = error_rates(vectors, clips, ProjectedGradients.different)
    assert vetoed < 0.015
