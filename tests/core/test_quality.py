"""Quality of a face: each measure moves with what it measures and with nothing else."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from face_kit import face_at, jpeg, portrait, scaled
from sjedd_video.faces.quality import blockiness, eye_distance, measure_quality, visible, yaw
from sjedd_video.types import Detection

LANDMARKS = np.array([[203, 100.5], [246.5, 103], [223, 127], [207, 141], [244, 142]], np.float32)
FACE = Detection(np.array([178, 60, 270, 170], np.float32), LANDMARKS, 0.9)


def at_scale(factor: float) -> tuple[np.ndarray, Detection]:
    return scaled(portrait(), factor), Detection(FACE.box * factor, LANDMARKS * factor, 0.9)


def test_a_good_portrait():
    found = measure_quality(portrait(), FACE)
    assert found.eye_distance_px == pytest.approx(43.6, abs=0.1)
    assert found.sharpness > 100
    assert abs(found.yaw) < 0.2
    assert 0.3 < found.exposure < 0.8
    assert found.blockiness == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_eye_distance_is_in_source_pixels(factor):
    assert measure_quality(*at_scale(factor)).eye_distance_px == pytest.approx(43.6 * factor, abs=0.2)


def test_sharpness_falls_with_blur_and_with_size():
    sharp = measure_quality(portrait(), FACE).sharpness
    blurred = [measure_quality(cv2.GaussianBlur(portrait(), (0, 0), s), FACE).sharpness for s in (1.0, 2.0, 4.0)]
    assert sharp > blurred[0] > blurred[1] > blurred[2]
    assert measure_quality(*at_scale(0.4)).sharpness < 0.5 * sharp


def test_exposure_follows_brightness():
    levels = [measure_quality((portrait() * f).astype(np.uint8), FACE).exposure for f in (0.1, 0.5, 1.0)]
    assert levels[0] < 0.1 < levels[1] < levels[2]
    white, black = np.full((512, 512, 3), 255, np.uint8), np.zeros((512, 512, 3), np.uint8)
    assert measure_quality(white, FACE).exposure == pytest.approx(1.0)
    assert measure_quality(black, FACE).exposure == 0.0


@pytest.mark.parametrize(("nose", "expected"), [(0.5, 0.0), (0.75, 0.5), (0.25, -0.5), (1.4, 1.0), (-0.3, -1.0)])
@pytest.mark.parametrize("tilt", [0.0, 0.6, -1.0])
def test_yaw_is_where_the_nose_stands_between_the_eyes(nose, expected, tilt):
    points = np.array([[0, 0], [40, 0], [40 * nose, 25], [8, 45], [32, 45]], float)
    turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    assert yaw(points @ turn.T + 300) == pytest.approx(expected, abs=1e-6)


def test_yaw_changes_sign_in_the_mirror():
    mirrored = (LANDMARKS * [-1, 1] + [511, 0])[[1, 0, 2, 4, 3]]
    assert yaw(mirrored) == pytest.approx(-yaw(LANDMARKS), abs=1e-6)


def test_eyes_in_one_place_count_as_a_profile():
    points = LANDMARKS.copy()
    points[1] = points[0]
    assert yaw(points) == 1.0
    assert eye_distance(points) == 0.0


def test_a_face_that_leaves_the_picture_is_visible_in_part():
    middle = round(float(LANDMARKS[:, 0].mean()))
    shares = [visible(LANDMARKS - (x, 0), 512, 512) for x in (0, middle - 20, middle, middle + 20, 1000)]
    assert shares == sorted(shares, reverse=True)
    assert (shares[0], shares[-1]) == (1.0, 0.0)
    assert shares[2] == pytest.approx(0.5, abs=0.1)
    image = np.ascontiguousarray(portrait()[:, middle:])
    assert measure_quality(image, Detection(FACE.box, LANDMARKS - (middle, 0), 0.9)).visible == shares[2]


def test_blockiness_rises_with_compression():
    levels = [blockiness(jpeg(portrait(), q), FACE.box) for q in (95, 30, 10, 5)]
    assert levels == sorted(levels)
    assert levels[0] < 1.15
    assert levels[-1] > 1.8


def test_blockiness_needs_the_grid_in_place():
    """A picture that was compressed, then shifted or scaled has no borders where the grid is."""
    coarse = jpeg(portrait(), 5)
    shifted = np.roll(coarse, (3, 3), axis=(0, 1))
    assert blockiness(shifted, FACE.box + 3) < 1.0
    assert blockiness(scaled(coarse, 1.37), FACE.box * 1.37) < 1.3


def test_one_pixel_of_blocks_in_one_direction_is_seen():
    stripes = np.zeros((128, 128, 3), np.uint8)
    stripes[(np.arange(128) // 8) % 2 == 1] = 40
    assert blockiness(stripes, np.array([0, 0, 128, 128.0])) > 10


@pytest.mark.parametrize("box", [[-50, -50, 8, 8], [505, 505, 700, 700], [600, 600, 700, 700], [100, 100, 110, 300]])
def test_a_box_with_hardly_any_picture_has_no_blocks(box):
    assert blockiness(portrait(), np.array(box, np.float32)) == 1.0


def test_a_face_that_reaches_over_the_border_is_measured():
    image = scaled(portrait(), 0.5)
    found = measure_quality(image, face_at(0.0, 0.0, 80.0))
    assert all(np.isfinite(v) for v in (found.sharpness, found.exposure, found.blockiness, found.yaw))


def test_coinciding_landmarks_are_an_error():
    with pytest.raises(ValueError, match="coincide"):
        measure_quality(portrait(), Detection(FACE.box, np.full((5, 2), 9.0, np.float32), 0.9))
