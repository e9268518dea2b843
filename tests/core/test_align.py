"""The alignment of a face: where the reference points land, and that nothing silent comes of bad landmarks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sjedd_video.faces.align import TEMPLATE, align_face, reference_points, similarity

SETTINGS = [(1.3, 317), (1.3, 224), (1.0, 112), (1.0, 64), (1.6, 256), (0.9, 200)]


def landmarks(scale: float = 1.0, angle: float = 0.0, shift: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return TEMPLATE @ turn.T * scale + shift


def blobs(points: np.ndarray, size: tuple[int, int], radius: float = 4.0) -> np.ndarray:
    """A black picture with a soft white dot at every point."""
    y, x = np.mgrid[: size[0], : size[1]]
    dots = sum(np.exp(-((x - px) ** 2 + (y - py) ** 2) / (2 * radius**2)) for px, py in points)
    return np.repeat((np.clip(dots, 0, 1) * 255).astype(np.uint8)[..., None], 3, axis=2)


def dot_near(crop: np.ndarray, point: np.ndarray, reach: int) -> np.ndarray:
    """Centre of brightness around ``point``, x y."""
    x0, y0 = np.maximum(np.round(point).astype(int) - reach, 0)
    patch = crop[y0 : y0 + 2 * reach + 1, x0 : x0 + 2 * reach + 1, 0].astype(float)
    y, x = np.mgrid[: patch.shape[0], : patch.shape[1]]
    return np.array([(patch * x).sum(), (patch * y).sum()]) / patch.sum() + [x0, y0]


def test_reference_points_of_the_paper():
    """1.3 times the 112 template in 317 pixels: the template's centre (56, 56) stays the centre of the field."""
    points = reference_points(1.3, 317)
    np.testing.assert_allclose(points, (TEMPLATE - 56.0) * 317 / (112 * 1.3) + 317 / 2)
    # By hand for the left eye: (38.2946 + 16.8) * 317 / 145.6 and (51.6963 + 16.8) * 317 / 145.6.
    np.testing.assert_allclose(points[0], [119.9523, 149.1307], atol=1e-3)


def test_at_scale_one_the_reference_is_the_template():
    np.testing.assert_allclose(reference_points(1.0, 112), TEMPLATE)


@pytest.mark.parametrize(("scale", "size"), SETTINGS)
@pytest.mark.parametrize(("zoom", "angle"), [(2.0, 0.0), (3.1, 0.4), (6.0, -0.3), (1.1, 0.2)])
def test_landmarks_of_the_picture_land_on_the_reference_points(scale, size, zoom, angle):
    source = landmarks(zoom, angle, (180.0, 140.0))
    picture = blobs(source, (900, 1000), radius=2.0 * zoom)
    crop, matrix = align_face(picture, source, scale, size)
    assert crop.shape == (size, size, 3)
    assert crop.dtype == np.uint8
    target = reference_points(scale, size)
    np.testing.assert_allclose(source @ matrix[:, :2].T + matrix[:, 2], target, atol=1e-6)
    factor = np.hypot(*matrix[0, :2])
    for point in target:
        np.testing.assert_allclose(dot_near(crop, point, round(5 * zoom * factor)), point, atol=0.6)


@pytest.mark.parametrize(("scale", "size"), SETTINGS)
def test_the_inverse_matrix_brings_crop_pixels_back(scale, size):
    source = landmarks(3.0, 0.5, (200.0, 100.0))
    _, matrix = align_face(np.zeros((800, 800, 3), np.uint8), source, scale, size)
    back = np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))
    points = np.column_stack([reference_points(scale, size), np.ones(5)]) @ back.T
    np.testing.assert_allclose(points[:, :2], source, atol=1e-6)


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), spread=st.floats(0.5, 500.0), shift=st.floats(-3000.0, 3000.0))
def test_least_squares_agrees_with_umeyama(seed, spread, shift):
    """Against an independent solution by singular values, on random points (which may ask for a reflection)."""
    from skimage.transform import SimilarityTransform

    rng = np.random.default_rng(seed)
    source = rng.normal(0, spread, (5, 2)) + shift
    target = reference_points(1.3, 317) + rng.normal(0, 5, (5, 2))
    expected = SimilarityTransform.from_estimate(source, target)
    found = similarity(source, target)
    residual = np.linalg.norm(source @ found[:, :2].T + found[:, 2] - target)
    assert residual <= np.linalg.norm(expected(source) - target) * (1 + 1e-6) + 1e-6
    np.testing.assert_allclose(found, expected.params[:2], atol=1e-5 * max(1.0, abs(shift)))


def test_there_is_no_reflection():
    mirrored = landmarks(2.0) * [-1, 1]
    matrix = similarity(mirrored, reference_points(1.0, 112))
    assert np.linalg.det(matrix[:, :2]) > 0


@pytest.mark.parametrize("bad", [np.zeros((5, 2)), np.full((5, 2), 77.7), np.full((5, 2), 1e6)])
def test_coinciding_landmarks_are_an_error(bad):
    with pytest.raises(ValueError, match="coincide"):
        align_face(np.zeros((100, 100, 3), np.uint8), bad, 1.3, 64)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_landmarks_that_are_not_finite_are_an_error(value):
    bad = landmarks()
    bad[2, 1] = value
    with pytest.raises(ValueError, match="finite"):
        align_face(np.zeros((100, 100, 3), np.uint8), bad, 1.3, 64)


@pytest.mark.parametrize("shape", [(4, 2), (5, 3), (10,)])
def test_landmarks_of_another_shape_are_an_error(shape):
    with pytest.raises(ValueError, match="shape"):
        align_face(np.zeros((100, 100, 3), np.uint8), np.ones(shape), 1.3, 64)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_matrix_is_always_finite_or_an_error_is_raised(seed):
    rng = np.random.default_rng(seed)
    points = rng.normal(0, 10.0 ** rng.integers(-12, 5), (5, 2)).astype(np.float32)
    points[rng.random(5) < 0.5] = points[0]
    try:
        matrix = similarity(points, reference_points(1.3, 64))
    except ValueError:
        return
    assert np.isfinite(matrix).all()


def test_what_lies_outside_the_picture_is_mirrored():
    picture = np.full((60, 60, 3), 200, np.uint8)
    crop, _ = align_face(picture, landmarks(0.5), 1.3, 64)
    assert crop.min() == 200


def test_a_large_face_is_reduced_without_aliasing():
    """Stripes one pixel wide average out; a bilinear warp alone would keep some of them."""
    picture = np.zeros((1200, 1200, 3), np.uint8)
    picture[:, ::2] = 255
    crop, _ = align_face(picture, landmarks(9.0, 0.0, (50.0, 50.0)), 1.0, 112)
    inner = crop[20:-20, 20:-20].astype(float)
    assert inner.std() < 20
    assert inner.mean() == pytest.approx(127.5, abs=10)
