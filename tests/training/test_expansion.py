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
    np.testing.assert_allclose(lab[0].mean(axis=0), lab[1].mean(axis=0), atol=0.4)


DRAWN_AS_EVER = {
    "self_blend": (828269991, 113.5582, 12574.58),
    "swap": (1046488572, 125.8419, 16104.47),
    "eye": (1720723811, 125.8590, 2674.61),
    "lip_mouth": (1720723811, 126.0329, 2661.17),
    "nose": (1720723811, 126.0801, 2393.02),
    "mouth_warp": (1584494583, 126.6347, 6756.75),
}
"""What the generator gives after a forgery of seed 3, the mean of the picture and the sum of the mask."""


@pytest.mark.parametrize("kind", KINDS)
def test_forgeries_of_the_shipped_recipes_stay_as_they_are(kind, faces):
    rng = np.random.default_rng(3)
    image, mask = forge(kind, *faces, rng)
    following, mean, altered = DRAWN_AS_EVER[kind]
    assert rng.integers(2**31) == following
    assert image.mean() == pytest.approx(mean, abs=0.02)
    assert mask.sum() == pytest.approx(altered, rel=1e-3)


@pytest.mark.parametrize("kind", sorted(NEEDS_DONOR))
def test_as_in_the_paper_a_donor_keeps_its_resolution(kind, faces):
    def change(expansion, seed):
        image, mask = forge(kind, faces[0], faces[0], np.random.default_rng(seed), expansion)
        return np.abs(image.astype(int) - faces[0].image)[mask > 0.4].mean()

    assert max(change("sjedd", seed) for seed in range(12)) < 0.6  # to another space of colours and back
    assert max(change("varied", seed) for seed in range(12)) > 1.5


@pytest.mark.parametrize("kind", sorted(NEEDS_DONOR))
def test_as_in_the_paper_gains_of_colour_are_not_limited(kind, faces):
    target, _ = faces
    pale = Face((target.image * 0.2 + 100).astype(np.uint8), LANDMARKS)
    image, mask = forge(kind, target, pale, np.random.default_rng(0), "sjedd")
    wanted, limited = target.image[mask > 0.9].std(), forge(kind, target, pale, np.random.default_rng(0))[0]
    assert image[mask > 0.9].std() == pytest.approx(wanted, rel=0.2)
    assert limited[mask > 0.9].std() < 0.6 * wanted


def test_a_donor_of_one_colour_takes_on_the_mean():
    target = face_picture(np.random.default_rng(2), 96)
    matched = match_colour(np.full_like(target, 77), target, np.ones((96, 96), bool), limited=False)
    assert np.ptp(matched.reshape(-1, 3), axis=0).max() == 0
    np.testing.assert_allclose(matched[0, 0], target.mean(axis=(0, 1)), atol=12)


def chroma(image):
    return np.ptp(image.astype(int), axis=2)


@pytest.mark.parametrize("expansion", ["varied", "sjedd"])
@pytest.mark.parametrize("tint", [0, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_forgeries_of_a_grey_face_have_no_colours_of_their_own(kind, tint, expansion, faces):
    target, donor = faces
    grey = np.repeat(target.image[..., 1:2], 3, axis=2)
    grey[..., 2] -= tint
    assert is_grey(grey)
    assert not is_grey(donor.image)
    for seed in range(6):
        image, mask = forge(kind, Face(grey, LANDMARKS), donor, np.random.default_rng(seed), expansion)
        assert np.abs(image.astype(int) - grey)[mask > 0.4].mean() > 1
        # Through Lab in whole levels a colour moves by up to one and a half.
        assert chroma(image)[mask > 0.4].mean() == pytest.approx(
            tint, abs=0 if (tint, expansion) == (0, "varied") else 1.5
        )


@pytest.mark.parametrize("kind", PERTURBATIONS)
def test_perturbations_grow_with_their_level(kind):
    image = face_picture(np.random.default_rng(0), 192)
    damage = [np.abs(perturb(image, kind, level, seed=1).astype(float) - image).mean() for level in (1, LEVELS)]
    assert 0 < damage[0] < damage[1]


@pytest.mark.parametrize("camera", [0.0, 0.25, 1.0])
def test_so_many_pictures_go_through_a_camera(camera):
    rng = np.random.default_rng(0)
    drawn = [Transmission.draw(rng, 0.0, camera=camera) for _ in range(400)]
    kept = [one for one in drawn if one.gain == (1.0, 1.0, 1.0)]
    assert len(kept) == pytest.approx(400 * (1 - camera), abs=40)
    image = face_picture(np.random.default_rng(1), 64)
    assert all((one.send(image) == image).all() for one in kept)


@pytest.mark.parametrize(("name", "kinds"), [("graded", 5), ("sjedd", 5), ("je", 4)])
def test_perturbations_of_the_papers_are_drawn(name, kinds):
    rng = np.random.default_rng(0)
    drawn = {Transmission.draw(rng, 1.0, camera=0.0, perturbations=name).extra for _ in range(400)}
    assert drawn == {(kind, level) for kind, top in HIGHEST[name].items() for level in range(1, top + 1)}
    assert len({kind for kind, _ in drawn}) == kinds
    qualities = {JPEG_QUALITY[level - 1] for kind, level in drawn if kind == "jpeg"}
    assert qualities == {"graded": {80, 90}, "sjedd": {75, 80, 90}, "je": set()}[name]


def test_transmission_is_the_same_for_both_faces_of_a_pair():
    image = face_picture(np.random.default_rng(0), 200)
    for seed in range(8):
        sent = Transmission.draw(np.random.default_rng(seed), probability=1.0)
        np.testing.assert_array_equal(sent.finish(sent.send(image)), sent.finish(sent.send(image)))
