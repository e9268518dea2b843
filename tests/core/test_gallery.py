"""Pictures, clock and stability: what is kept of a long video, and what survives recompression."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import HIERARCHY, aligned, face_score, model_facts, scores
from sjedd_video.calibration import Calibration, sigmoid
from sjedd_video.clock import Clock
from sjedd_video.exhibits import choose_exhibits
from sjedd_video.gallery import CROPS_PER_TRACK, FACES_PER_TRACK, LONG_SIDE, TRACKS, Gallery
from sjedd_video.options import AnalysisOptions
from sjedd_video.stability import instabilities, recompress, rescale
from sjedd_video.types import Frame, FrameTime, ReasonCode
from sjedd_video.verdict import assess_person

PICTURE = np.zeros((54, 96, 3), np.uint8)


def add(gallery, p, t, track=1, usable=True, picture=PICTURE):
    face, score = aligned(p, t, track), face_score(p, t, track=track)
    gallery.add(Frame(score.observation.time, picture), face, score, p, usable)
    return score


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 40), st.booleans()), max_size=300))
def test_the_gallery_is_bounded(faces):
    gallery = Gallery()
    for i, (p, track, usable) in enumerate(faces):
        add(gallery, p, i * 0.1, track, usable)
    kept = [track for track in range(1, 41) if gallery.exhibits(track, 99) or gallery.crops(track)]
    assert len(kept) <= TRACKS
    for track in kept:
        assert len(gallery.exhibits(track, 99)) <= FACES_PER_TRACK
        assert len(gallery.crops(track)) <= CROPS_PER_TRACK


def test_the_most_suspicious_usable_faces_are_kept_apart_in_time():
    gallery = Gallery()
    ps = [0.2, 0.9, 0.91, 0.3, 0.8, 0.1, 0.7, 0.6, 0.5, 0.4]
    for i, p in enumerate(ps):
        add(gallery, p, i * 0.4)
    add(gallery, 1.0, 100.0, usable=False)
    found = gallery.exhibits(1, 99)
    assert [float(e.score.marginals[0]) for e in found] == [0.91, 0.8, 0.7, 0.5]
    times = sorted(e.score.observation.time.seconds for e in found)
    assert np.diff(times).min() >= 0.5


def test_crops_are_spread_over_the_whole_time():
    gallery = Gallery()
    for i in range(100):
        face, score = aligned(0.5, i), face_score(0.5, i)
        crop = np.full((8, 8, 3), i, np.uint8)
        gallery.add(Frame(score.observation.time, PICTURE), replace(face, crop=crop), score, 0.5, True)
    picked = [int(crop[0, 0, 0]) for crop, _ in gallery.crops(1)]
    assert 4 <= len(picked) <= CROPS_PER_TRACK
    assert picked[0] == 0
    assert picked[-1] >= 80
    assert len(set(np.diff(picked))) == 1


def test_unusable_faces_are_no_sample_for_stability():
    gallery = Gallery()
    add(gallery, 0.9, 0, usable=False)
    assert gallery.crops(1) == []
    assert len(gallery.exhibits(1, 9)) == 1


def test_frames_are_reduced_and_shared():
    gallery = Gallery()
    large = np.zeros((1080, 1920, 3), np.uint8)
    time = FrameTime(0, face_score(0, 0).observation.time.time_base)
    for track in (1, 2):
        gallery.add(Frame(time, large), aligned(0.5, 0, track), face_score(0.5, 0, track=track), 0.5, True)
    (a,), (b,) = gallery.exhibits(1, 9), gallery.exhibits(2, 9)
    assert a.frame is b.frame
    assert a.frame.shape == (540, LONG_SIDE, 3)
    assert a.frame_scale == 0.5


def test_a_small_frame_is_copied_not_referenced():
    gallery, picture = Gallery(), PICTURE.copy()
    add(gallery, 0.5, 0, picture=picture)
    picture[:] = 255
    assert gallery.exhibits(1, 1)[0].frame.max() == 0


def test_merged_tracks_share_a_shelf():
    gallery = Gallery()
    for i, track in enumerate([1, 1, 2, 2, 3]):
        add(gallery, 0.1 * i, i, track)

    def one(score):
        track = 1 if score.observation.track < 3 else 2
        return replace(score, observation=replace(score.observation, track=track))

    gallery.relabel(one)
    assert [round(float(e.score.marginals[0]), 1) for e in gallery.exhibits(1, 9)] == [0.3, 0.2, 0.1, 0.0]
    assert len(gallery.exhibits(2, 9)) == 1
    assert gallery.exhibits(3, 9) == []
    assert {e.score.observation.track for e in gallery.exhibits(1, 9)} == {1}


def test_of_a_crowd_the_person_who_may_decide_is_kept():
    """Neither a crowd without usable faces nor one seen for a moment takes the place of a person."""
    gallery = Gallery()
    for i in range(8):
        for track in range(2, 2 + 2 * TRACKS):
            add(gallery, 0.99, float(i), track, usable=False)
        add(gallery, 0.6, float(i))
    for track in range(100, 100 + 2 * TRACKS):
        add(gallery, 0.99, 9.0, track)
    assert len(gallery.crops(1)) == 8
    assert len(gallery.exhibits(1, 9)) == FACES_PER_TRACK


def test_a_person_of_a_crowd_who_becomes_suspicious_gets_pictures():
    gallery = Gallery()
    for i in range(20):
        for track in range(1, TRACKS + 2):
            add(gallery, 0.1 if track > 1 else (0.01 if i < 5 else 0.9), float(i), track)
    assert len(gallery.crops(1)) >= 4


def test_the_decisive_person_comes_first_and_the_number_is_bounded():
    gallery, model = Gallery(), model_facts()
    people = []
    for track in range(1, 15):
        p = 0.05 * track
        for i in range(6):
            add(gallery, p, float(i), track)
        found = scores([p] * 6, track=track)
        people.append(assess_person(found, model=model, options=AnalysisOptions(), step=0.3))
    chosen = [e.score.observation.track for e in choose_exhibits(people, 7, gallery)]
    assert chosen[:4] == [7, 7, 7, 7]
    assert len(chosen) == 12
    assert chosen[4:] == [14, 13, 12, 11, 10, 9, 8, 6]


# Clock


def test_nested_stages_do_not_count_twice(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])
    clock = Clock()
    with clock.stage("outer"):
        now[0] += 1
        with clock.stage("inner"):
            now[0] += 2
        now[0] += 3
    now[0] += 4
    assert clock.seconds() == {"inner": 2.0, "outer": 4.0, "total": 10.0}


def test_a_timed_generator_counts_producing_only_and_is_closed(monkeypatch):
    now, closed = [0.0], []
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])

    def produce():
        try:
            for i in range(3):
                now[0] += 1
                yield i
        finally:
            closed.append(True)

    clock = Clock()
    for item in clock.timed("make", produce()):
        now[0] += 10
        if item == 1:
            break
    assert clock.seconds()["make"] == 2.0
    del item
    import gc

    gc.collect()
    assert closed == [True]


# Stability


def person(p):
    return assess_person(scores([p] * 6), model=model_facts(), options=AnalysisOptions(), step=0.3)


PICTURES = [np.random.default_rng(i).integers(0, 255, (64, 64, 3)).astype(np.uint8) for i in range(4)]
CALIBRATION = Calibration.of(model_facts())


def detail(crops):
    return np.array([sigmoid(0.2 * np.abs(np.diff(c.astype(float), axis=1)).mean() - 12) for c in crops])


def unstable(p, score):
    crops = list(zip(PICTURES, score(PICTURES), strict=True))
    return instabilities(person(p), crops, score, CALIBRATION, single=False)


def test_changes_keep_the_shape_and_change_the_picture():
    for change in (recompress, rescale):
        assert change(PICTURES[0]).shape == PICTURES[0].shape
        assert change(PICTURES[0]).dtype == np.uint8
        assert not np.array_equal(change(PICTURES[0]), PICTURES[0])


def test_recompression_keeps_the_colours_in_order():
    red = np.zeros((64, 64, 3), np.uint8)
    red[..., 0] = 200
    assert recompress(red)[..., 0].mean() > 150
    assert recompress(red)[..., 2].mean() < 50


def test_a_verdict_that_hangs_on_detail_is_unstable():
    assert {r.code for r in unstable(0.9, detail)} >= {ReasonCode.UNSTABLE_RESCALED}


@pytest.mark.parametrize("p", [0.02, 0.6, 0.99])
def test_a_constant_score_is_stable(p):
    assert unstable(p, lambda crops: np.full(len(crops), p)) == []


def one_sided(crops):
    """Sees the left half only."""
    return np.array([0.95 if c[:, : c.shape[1] // 2].mean() > c[:, c.shape[1] // 2 :].mean() else 0.05 for c in crops])


def test_a_verdict_that_hangs_on_the_side_is_unstable():
    lit = PICTURES[0].copy()
    lit[:, : lit.shape[1] // 2] = 250
    lit[:, lit.shape[1] // 2 :] = 20
    found = instabilities(person(0.9), [(lit, 0.95)], one_sided, CALIBRATION, single=False)
    assert [r.code for r in found] == [ReasonCode.UNSTABLE_MIRRORED]
    assert "mirroring" in found[0].detail


def test_a_picture_is_tried_on_more_than_a_video():
    tried = {False: 0, True: 0}
    for single in tried:

        def count(crops, single=single):
            tried[single] += 1
            return np.full(len(crops), 0.5)

        instabilities(person(0.5), [(PICTURES[0], 0.5)], count, CALIBRATION, single=single)
    assert tried == {False: 3, True: 10}


def test_a_change_on_one_side_of_the_threshold_is_no_flip():
    assert unstable(0.1, detail) == []


def test_a_small_step_over_the_threshold_is_no_flip():
    def slightly_less(crops):
        untouched = any(np.array_equal(crops[0], c) for c in PICTURES)
        return np.full(len(crops), 0.52 if untouched else 0.48)

    assert unstable(0.52, slightly_less) == []


def test_without_crops_nothing_is_claimed():
    assert instabilities(person(0.9), [], detail, CALIBRATION, single=False) == []


def test_the_fakes_fit_the_hierarchy():
    assert scores([0.5])[0].marginals.shape == (len(HIERARCHY.nodes),)
