"""Tracks over dense and sparse samples: nothing lost, nobody mixed up, nothing across a cut."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from face_kit import MS, face_at, scene, shown
from sjedd_video.faces import track
from sjedd_video.faces.align import reference_points
from sjedd_video.faces.identity import ProjectedGradients
from sjedd_video.faces.shots import ShotDetector
from sjedd_video.faces.track import FaceTracker, distance
from sjedd_video.types import Detection, Frame, FrameTime

A, B, C = 1, 2, 3


def follow(steps, tracker: FaceTracker | None = None) -> list[list[int]]:
    """Track numbers per step; a step is (seconds, set, [(person, x, y), ...])."""
    tracker = tracker or FaceTracker()
    return [[number for number, _ in tracker.update(*shown(*step))] for step in steps]


def test_the_painted_people_of_these_tests_look_different():
    describe = ProjectedGradients().describe
    looks = [describe(scene(0, [(p, 320, 180)]), face_at(320, 180).landmarks) for p in (A, B, C, A)]
    likeness = np.array(looks) @ np.array(looks).T
    assert likeness[0, 3] > 0.95
    assert max(likeness[0, 1], likeness[0, 2], likeness[1, 2]) < 0.3


@pytest.mark.parametrize("gap", [0.04, 0.31, 5.0, 120.0])
def test_one_person_who_stays_is_one_track(gap):
    steps = [(i * gap, 0, [(A, 300 + 4 * (i % 3), 180)]) for i in range(8)]
    assert follow(steps) == [[1]] * 8


@pytest.mark.parametrize("gap", [0.04, 0.31, 5.0])
def test_two_people_side_by_side_keep_their_tracks_whatever_the_order(gap):
    steps = [(i * gap, 0, [(A, 220, 180), (B, 340, 190)][:: 1 if i % 2 else -1]) for i in range(8)]
    assert follow(steps) == [[1, 2] if i % 2 == 0 else [2, 1] for i in range(8)]


@pytest.mark.parametrize("gap", [0.04, 0.09, 0.31, 2.0])
def test_people_who_cross_are_not_exchanged(gap):
    """The one behind is hidden while they pass each other."""
    places = [(60 + 60 * i, 600 - 60 * i) for i in range(10)]
    owner: dict[int, set[int]] = {}
    tracker = FaceTracker()
    for i, (left, right) in enumerate(places):
        people = [(A, left, 180), (B, right, 190)] if abs(left - right) > 70 else [(A, left, 180)]
        for (person, _, _), (number, _) in zip(people, tracker.update(*shown(i * gap, 0, people)), strict=True):
            owner.setdefault(number, set()).add(person)
    assert all(len(people) == 1 for people in owner.values())
    assert len(owner) <= 3


def test_a_person_who_walks_far_between_sparse_samples_is_known_by_looks():
    steps = [(0.0, 0, [(A, 80, 180)]), (4.0, 0, [(A, 560, 150)]), (8.0, 0, [(A, 300, 250)])]
    assert follow(steps) == [[1], [1], [1]]


def test_another_person_at_the_same_place_is_another_track():
    steps = [(0.0, 0, [(A, 320, 180)]), (0.3, 0, [(B, 320, 180)]), (0.6, 0, [(A, 320, 180)])]
    assert follow(steps) == [[1], [2], [1]]


def test_another_person_at_the_same_place_is_another_track_in_dense_samples_too():
    steps = [(0.04 * i, 0, [(A if i < 5 else B, 320, 180), (C, 520, 180)]) for i in range(10)]
    assert follow(steps) == [[1, 2]] * 5 + [[3, 2]] * 5


@pytest.mark.parametrize("gap", [0.04, 0.5])
def test_a_face_that_is_missed_for_some_samples_is_taken_up_again(gap):
    seen = [True, True, False, False, True, True, False, True]
    steps = [(i * gap, 0, [(A, 300, 180)] * there + [(B, 480, 180)]) for i, there in enumerate(seen)]
    assert follow(steps) == [[1, 2] if there else [2] for there in seen]


def test_a_cut_ends_every_track_and_counts_a_shot():
    tracker = FaceTracker()
    steps = [(0.0, 0, [(A, 300, 180)]), (0.3, 7, [(A, 300, 180)]), (0.6, 7, [(A, 300, 180)])]
    assert follow(steps, tracker) == [[1], [2], [2]]
    assert tracker.shots == (FrameTime(300, MS),)
    assert tracker.shot == 1
    assert [t.shot for t in tracker.tracks] == [0, 1]


def test_tracks_know_whom_they_met():
    tracker = FaceTracker()
    follow([(0.0, 0, [(A, 150, 180), (B, 320, 180)]), (0.3, 0, [(B, 320, 180), (C, 500, 180)])], tracker)
    assert [t.met for t in tracker.tracks] == [{2}, {1, 3}, {2}]


def test_frames_without_faces_change_nothing():
    steps = [(0.0, 0, []), (0.3, 0, [(A, 300, 180)]), (0.6, 0, []), (0.9, 0, [(A, 300, 180)])]
    assert follow(steps) == [[], [1], [], [1]]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), gap=st.sampled_from([0.03, 0.4, 30.0]))
def test_every_detection_gets_one_track_and_none_twice_in_a_frame(seed, gap):
    rng = np.random.default_rng(seed)
    tracker, count = FaceTracker(), 0
    for i in range(6):
        people = [(int(rng.integers(1, 6)), *rng.uniform([0, 0], [640, 360])) for _ in range(rng.integers(0, 6))]
        frame, detections = shown(i * gap, int(rng.integers(0, 2)), people)
        links = tracker.update(frame, detections)
        assert [id(d) for _, d in links] == [id(d) for d in detections]
        numbers = [number for number, _ in links]
        assert len(set(numbers)) == len(numbers)
        new = sorted(number for number in numbers if number > count)
        assert new == list(range(count + 1, count + 1 + len(new)))
        count += len(new)
    assert [t.number for t in tracker.tracks] == list(range(1, count + 1))


def test_the_same_frames_give_the_same_tracks_again():
    rng = np.random.default_rng(5)
    steps = [(0.05 * i, 0, [(p, 100 * p + rng.normal(0, 9), 180) for p in (A, B, C)]) for i in range(12)]
    assert follow(steps) == follow(steps)


def test_several_samples_with_one_time_are_taken():
    """Broken time stamps repeat; the motion model must not stumble over them."""
    steps = [(t, 0, [(A, 200, 180), (B, 400, 180)]) for t in (0.0, 0.04, 0.04, 0.08, 0.08)]
    assert follow(steps) == [[1, 2]] * 5


def test_the_motion_model_is_imported_only_for_dense_samples_of_several_faces():
    script = (
        "import sys; sys.path.insert(0, {tests!r}); from face_kit import shown;"
        "from sjedd_video.faces.track import FaceTracker; t = FaceTracker();"
        "[t.update(*shown(i * {gap}, 0, {people})) for i in range(3)]; print('trackers' in sys.modules)"
    )
    one, two = [(1, 200, 180)], [(1, 200, 180), (2, 400, 180)]
    cases = [(0.04, one, "False"), (0.5, two, "False"), (0.04, two, "True")]
    tests = str(Path(__file__).parents[1])
    for gap, people, expected in cases:
        code = script.format(tests=tests, gap=gap, people=people)
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == expected


def test_a_crowd_that_changes_all_the_time_stays_cheap_to_follow(monkeypatch):
    """Only the tracks seen last are candidates; the others are found again by merging."""
    monkeypatch.setattr(track, "LIVE_TRACKS", 4)
    steps = [(i * 1.0, 0, [(1 + i // 2, 320, 180)]) for i in range(20)]
    tracker = FaceTracker()
    assert len({number for numbers in follow(steps, tracker) for number in numbers}) >= 8
    assert len(tracker._live) == 4


def test_distance_counts_face_sizes_and_octaves():
    small, large = np.array([0, 0, 10, 10.0]), np.array([0, 0, 20, 20.0])
    assert distance(small, small + np.array([10, 0, 10, 0])) == pytest.approx(1.0)
    assert distance(small, large - 5) == pytest.approx(1.0)


@pytest.mark.data
@pytest.mark.parametrize("gap", [0.05, 0.31, 1.0])
def test_real_faces_that_cross_are_never_in_one_track(data_dir, gap):
    """Frames of two talking clips, drawn at random, move through each other; one hides the other for a while."""
    pictures = clip_faces(data_dir / "faces", per_clip=8)
    rng = np.random.default_rng(2)
    for _ in range(3):
        first, second = rng.choice(sorted(pictures), 2, replace=False)
        owner: dict[int, set[str]] = {}
        tracker = FaceTracker()
        for i in range(14):
            x = {first: 64 + 38 * i, second: 576 - 38 * i}
            hidden = abs(x[first] - x[second]) < 60
            seen = [first] if hidden else [first, second]
            image = scene(0, [])
            for clip in (second, first):
                image[116:244, x[clip] - 64 : x[clip] + 64] = pictures[clip][rng.integers(8)]
            marks = reference_points(1.3, 128)
            shifts = {clip: np.array([x[clip] - 64, 116]) for clip in seen}
            faces = [Detection(face_at(x[c], 180, 60).box, (marks + shifts[c]).astype(np.float32), 0.9) for c in seen]
            frame = Frame(FrameTime(round(i * gap * 1000), MS), image)
            for clip, (number, _) in zip(seen, tracker.update(frame, faces), strict=True):
                owner.setdefault(number, set()).add(clip)
        assert all(len(clips) == 1 for clips in owner.values())


def clip_faces(folder: Path, per_clip: int) -> dict[str, list[np.ndarray]]:
    """The first frames of every talking clip, aligned at scale 1.3, 128 x 128 RGB."""
    table = np.load(folder / "faces.npz", allow_pickle=False)
    wanted = np.isin(table["source"], ("talking", "liveportrait"))
    clips: dict[str, list[np.ndarray]] = {}
    for shard in np.unique(table["shard"][wanted]):
        with tarfile.open(folder / f"faces-{shard}.tar") as archive:
            for i in np.nonzero(wanted & (table["shard"] == shard))[0]:
                chosen = clips.setdefault(str(table["identity"][i]), [])
                if len(chosen) < per_clip:
                    content = archive.extractfile(str(table["names"][i])).read()
                    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
                    chosen.append(cv2.resize(picture, (128, 128), interpolation=cv2.INTER_AREA))
    return {name: faces for name, faces in clips.items() if len(faces) == per_clip}


# --- scene cuts


def cuts(images) -> list[int]:
    detector = ShotDetector()
    return [i for i, image in enumerate(images) if detector.update(Frame(FrameTime(i * 40, MS), image))]


def test_a_cut_is_found_and_only_there():
    images = [scene(3 if i < 6 else 4, [(A, 200 + 9 * i, 180)]) for i in range(12)]
    assert cuts(images) == [6]


def test_movement_light_and_zoom_are_no_cuts():
    base = scene(3, [])
    walk = [scene(3, [(A, 60 * i, 180), (B, 640 - 70 * i, 200)]) for i in range(9)]
    assert cuts(walk) == []
    assert cuts([(base * f).astype(np.uint8) for f in (1.0, 0.9, 0.8, 0.9, 0.75)]) == []
    assert cuts([base[i * 4 : 360 - i * 4, i * 7 : 640 - i * 7] for i in range(8)]) == []


def test_a_cut_to_black_and_back_is_two_cuts():
    black = np.zeros((360, 640, 3), np.uint8)
    assert cuts([scene(3, []), black, black, scene(3, [])]) == [1, 3]


def test_tiny_pictures_are_compared():
    assert cuts([np.zeros((1, 1, 3), np.uint8), np.full((1, 1, 3), 255, np.uint8)]) in ([], [1])


@pytest.mark.data
def test_the_clips_have_no_false_cuts_and_joined_clips_have_theirs(data_dir):
    import av

    def frames(name: str, step: int) -> list[np.ndarray]:
        with av.open(str(data_dir / "clips" / name)) as container:
            stream = container.streams.video[0]
            return [f.to_ndarray(format="rgb24") for i, f in enumerate(container.decode(stream)) if i % step == 0][1:]

    names = ("talk_1_real.mp4", "talk_4_assumed_real.mp4", "web_bateman_real.mp4", "web_taxi_real.mp4")
    clips = [frames(name, 10) for name in names]
    assert [cuts(clip) for clip in clips] == [[]] * 4
    assert cuts([clip[0] for clip in clips]) == [1, 2, 3]
