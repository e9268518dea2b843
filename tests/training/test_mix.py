"""What pairs are drawn from: faces without landmarks are never forged, and never hold up a batch."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from sjedd_training.data import expansion
from sjedd_training.data.expansion import KINDS, NEEDS_DONOR
from sjedd_training.data.mix import Mix, draw_pair, made_forgery
from sjedd_training.data.pool import Pool, Record, open_pool
from sjedd_video.errors import OptionsError
from training.pool_factory import MEAN_FACE, face_picture, make_pool

SIDE = 200
UNKNOWN = np.full((68, 2), np.nan, np.float32)


def pool_of(*known: bool, video: bool = False) -> Pool:
    """Real faces of one person each, with landmarks or without; the picture of each is its own."""
    records = [
        Record(f"r{i}", "x", "real", f"p{i}", "", MEAN_FACE[:5] * 2, MEAN_FACE * 2 if marked else UNKNOWN, video)
        for i, marked in enumerate(known)
    ]
    pictures = [face_picture(np.random.default_rng(i), SIDE) for i in range(len(known))]
    return Pool(records, lambda index: cv2.imencode(".png", pictures[index][..., ::-1])[1].tobytes())


@pytest.mark.parametrize("video", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_forgeries_are_made_of_faces_with_landmarks_only(kind, video):
    pool = pool_of(False, True, False, False, True, False, video=video)
    for seed in range(8):
        drawn = draw_pair(pool, [Mix.only(kind)], 0, np.random.default_rng(seed))
        assert any((drawn.real == pool.image(index)).all() for index in (1, 4))
        assert drawn.where is not None
        assert np.isfinite(drawn.where).all()


def test_many_faces_without_landmarks_do_not_crowd_out_a_donor():
    pool = pool_of(True, True, *[False] * 40)
    assert {pool.donor_for(0, np.random.default_rng(seed), candidates=5) for seed in range(8)} == {1}


def test_a_swap_lends_nothing_to_the_person_whose_face_it_has():
    swaps = [("p1", "p0"), ("p0", "p1"), ("p2", "p1"), ("p1", "")]  # whose video, whose face
    people = pool_of(True, True, True)
    forged = [
        replace(people.records[0], key=f"f{i}", row="identity_swap", person=person, face_of=face_of)
        for i, (person, face_of) in enumerate(swaps)
    ]
    pool = Pool([*people.records, *forged], people.image)

    def donors(index):
        rngs = (np.random.default_rng(seed) for seed in range(24))
        return {pool.records[pool.donor_for(index, rng, among=pool.forged)].key for rng in rngs}

    assert donors(0) == {"f2", "f3"}
    assert donors(2) == {"f0", "f1", "f3"}


def test_a_face_without_landmarks_is_named_rather_than_forged():
    with pytest.raises(OptionsError, match="r0: has no 68 landmarks"):
        made_forgery(pool_of(False, True), 0, "mouth_warp", np.random.default_rng(0))


def test_without_any_landmarks_there_is_nothing_to_forge():
    with pytest.raises(OptionsError, match="No real face has 68 landmarks"):
        draw_pair(pool_of(False, False), [Mix.only("self_blend")], 0, np.random.default_rng(0))


@pytest.mark.parametrize("kind", sorted(NEEDS_DONOR))
def test_a_pair_is_made_by_the_expansion_that_is_asked_for(kind, monkeypatch):
    degraded = []
    monkeypatch.setattr(expansion, "_degrade", lambda image, rng: degraded.append(style) or image)
    for style in ("varied", "sjedd"):
        draw_pair(pool_of(True, True), [Mix.only(kind)], 0, np.random.default_rng(0), expansion=style)
    assert degraded == ["varied"]


def test_a_pool_of_some_records_keeps_their_pictures():
    pool = pool_of(True, False, True)
    some = pool.only(np.array([0, 2]))
    assert [record.key for record in some.records] == ["r0", "r2"]
    np.testing.assert_array_equal(some.image(1), pool.image(2))
    assert some.by_key == {"r0": 0, "r2": 1}


@pytest.mark.parametrize("name", ["faces/faces.npz", "dfdc/dfdc.npz", "faces/faces-0.tar"])
def test_a_damaged_development_pool_is_named(name, tmp_path):
    path = make_pool(tmp_path) / name
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(OptionsError, match=rf"{path.name}: damaged .*Copy it again"):
        open_pool(tmp_path, "train")
    path.unlink()
    with pytest.raises(OptionsError, match=r"not found|pictures are missing"):
        open_pool(tmp_path, "train")
