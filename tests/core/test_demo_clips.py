"""The demo's clips: the landmarks fit the photograph, and only the face of the altered clip is altered."""

import importlib.util
import itertools
import sys
from pathlib import Path

import numpy as np
import pytest

from sjedd_training.data import masks
from sjedd_video.faces.detect import build_detector
from sjedd_video.options import AnalysisOptions

pytest.importorskip("skimage")

DEMO = Path(__file__).resolve().parents[2] / "demo"


@pytest.fixture(scope="module")
def clips():
    spec = importlib.util.spec_from_file_location("astronaut_clips", DEMO / "astronaut_clips.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture(scope="module")
def few(clips):
    return list(itertools.islice(clips.views(), 0, 41, 20))


def test_landmarks_lie_where_the_face_detector_finds_the_face(few):
    detector = build_detector(AnalysisOptions())
    for view, found in zip(few, detector.detect([v.image for v in few]), strict=True):
        points = view.landmarks
        five = [points[masks.LEFT_EYE].mean(0), points[masks.RIGHT_EYE].mean(0), points[30], points[48], points[54]]
        (face,) = found
        error = np.linalg.norm(face.landmarks - np.array(five), axis=1)
        assert error.max() < 0.2 * masks.eye_distance(points)


def test_camera_moves_and_landmarks_follow(few):
    centres = [view.landmarks.mean(axis=0) for view in few]
    assert np.linalg.norm(centres[2] - centres[0]) > 10
    assert (few[0].image != few[1].image).mean() > 0.5


def test_alteration_stays_on_the_face(clips, few):
    view = few[1]
    changed = np.abs(clips.alter(view).astype(int) - view.image).max(axis=2)
    face = masks.hull_mask(view.image.shape[:2], view.landmarks) > 0
    near = masks.dilate(face.astype(np.float32), masks.eye_distance(view.landmarks)) > 0
    assert (changed[face] > 2).mean() > 0.5
    assert changed[~near].max() <= 2


def test_alteration_is_the_same_every_time(clips, few):
    assert np.array_equal(clips.alter(few[0]), clips.alter(few[0]))
    again = next(iter(clips.views()))
    assert np.array_equal(again.image, few[0].image)
