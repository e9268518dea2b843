"""Made forgeries: they change what their name says, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from sjedd_training.data.expansion import KINDS, LABEL_ROW, NEEDS_DONOR, Face, forge, is_grey, match_colour
from sjedd_training.data.perturb import HIGHEST, JPEG_QUALITY, LEVELS, PERTURBATIONS, Transmission, perturb
from sjedd_video.hierarchy import load_hierarchy
from training.pool_factory import MEAN_FACE, face_picture

LANDMARKS = MEAN_FACE * 2


@pytest.fixture
def faces():
    rng = np.random.default_rng(1)
    return Face(face_picture(rng, 200), LANDMARKS), Face(face_picture(rng, 200), LANDMARKS + 1.5)


@pytest.mark.parametrize("kind", KINDS)
def test_forgery_changes_the_masked_place_only(kind, faces):
    target, donor = faces
    image, mask = forge(kind, target, donor, np.random.default_rng(3))
    change = np.abs(image.astype(int) - target.image).max(axis=2)
    assert image.shape == target.image.shape
    assert image.dtype == np.uint8
    assert change[mask > 0.4].mean() > 2
    if kind != "self_blend":  # it may replace the surroundings rather than the face
        assert change[mask < 1e-3].max() == 0


@pytest.mark.parametrize(
    ("kind", "inside", "outside"), [("eye", 36, 57), ("nose", 30, 57), ("lip_mouth", 57, 37), ("mouth_warp", 57, 37)]
)
def test_region_masks_cover_their_region(kind, inside, outside, faces):
    _, mask = forge(kind, *faces, np.random.default_rng(4))
    at = [tuple(LANDMARKS[i].astype(int)[::-1]) for i in (inside, outside)]
    assert mask[at[0]] > 0.5
    assert mask[at[1]] < 0.05


@pytest.mark.parametrize("kind", KINDS)
def test_same_seed_same_forgery(kind, faces):
    first, _ = forge(kind, *faces, np.random.default_rng(5))
    again, _ = forge(kind, *faces, np.random.default_rng(5))
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("kind", sorted(NEEDS_DONOR))
def test_missing_donor_is_named(kind, faces):
    with pytest.raises(ValueError, match=f"{kind}.*donor"):
        forge(kind, faces[0], None, np.random.default_rng(0))


def test_every_kind_has_a_label_row():
    labels = load_hierarchy("ffpp").labels
    assert {LABEL_ROW[kind] for kind in KINDS} <= labels.keys()


def test_colour_matching_gives_the_targets_statistics():
    import cv2

    rng = np.random.default_rng(2)
    source, target = face_picture(rng, 96), (face_picture(rng, 96) * 0.5 + 60).astype(np.uint8)
    where = np.ones((96, 96), bool)
    lab = [
        cv2.cvtColor(p, cv2.COLOR_RGB2LAB).reshape(-1, 3).astype(float)
        for p in (match_colour(source, target, where), target)
    ]
    np.testing.assert_allclose(lab[0].mean(axis=0), lab[1].mean(axis=0), atol=4)


def chroma(image):
    return np.ptp(image.astype(int), axis=2)


@pytest.mark.parametrize("tint", [0, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_forgeries_of_a_grey_face_have_no_colours_of_their_own(kind, tint, faces):
    target, donor = faces
    grey = np.repeat(target.image[..., 1:2], 3, axis=2)
    grey[..., 2] -= tint
    assert is_grey(grey)
    assert not is_grey(donor.image)
    for seed in range(6):
        image, mask = forge(kind, Face(grey, LANDMARKS), donor, np.random.default_rng(seed))
        assert np.abs(image.astype(int) - grey)[mask > 0.4].mean() > 1
        assert chroma(image)[mask > 0.4].mean() == pytest.approx(tint, abs=1 if tint else 0)


@pytest.mark.parametrize("kind", PERTURBATIONS)
def test_perturbations_grow_with_their_level(kind):
    image = face_picture(np.random.default_rng(0), 192)
    damage = [np.abs(perturb(image, kind, level, seed=1).astype(float) - image).mean() for level in (1, LEVELS)]
    assert 0 < damage[0] < damage[1]


@pytest.mark.parametrize(("name", "kinds"), [("graded", 5), ("sjedd", 5), ("je", 4)])
def test_perturbations_of_the_papers_are_drawn(name, kinds):
    rng = np.random.default_rng(0)
    drawn = {Transmission.draw(rng, 1.0, camera=False, perturbations=name).extra for _ in range(400)}
    assert drawn == {(kind, level) for kind, top in HIGHEST[name].items() for level in range(1, top + 1)}
    assert len({kind for kind, _ in drawn}) == kinds
    qualities = {JPEG_QUALITY[level - 1] for kind, level in drawn if kind == "jpeg"}
    assert qualities == {"graded": {80, 90}, "sjedd": {75, 80, 90}, "je": set()}[name]


def test_transmission_is_the_same_for_both_faces_of_a_pair():
    image = face_picture(np.random.default_rng(0), 200)
    for seed in range(8):
        sent = Transmission.draw(np.random.default_rng(seed), probability=1.0)
        np.testing.assert_array_equal(sent.finish(sent.send(image)), sent.finish(sent.send(image)))
