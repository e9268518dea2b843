"""The verdict: calibration, intervals, quality rules, spans, and when to abstain."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import GOOD, HIERARCHY, face_score, model_facts, sampling, scores
from sjedd_video.calibration import Calibration, band_of, block_length, bootstrap_means, interval_of, logit, sigmoid
from sjedd_video.errors import ModelError
from sjedd_video.options import AnalysisOptions
from sjedd_video.spans import find_spans, sampling_step
from sjedd_video.types import Band, Interval, Outcome, Reason, ReasonCode
from sjedd_video.usability import face_faults
from sjedd_video.verdict import assess_person, judge, usable_logits, verdict_of

OPTIONS = AnalysisOptions()
MODEL = model_facts()
probabilities = st.floats(0.0, 1.0, allow_nan=False)


def assess(ps, model=MODEL, options=OPTIONS, step=0.3, **kwargs):
    return assess_person(scores(ps, step, **kwargs), model=model, options=options, step=step)


def codes(reasons):
    return [reason.code for reason in reasons]


# Calibration


@given(probabilities)
def test_logit_and_sigmoid_are_inverse_where_not_clipped(p):
    assert sigmoid(logit(p)) == pytest.approx(min(max(p, 1e-6), 1 - 1e-6), rel=1e-9)


def test_sigmoid_survives_extremes():
    assert sigmoid([-1e4, 0.0, 1e4]).tolist() == [0.0, 0.5, 1.0]


@pytest.mark.parametrize(
    ("p", "band"),
    [(0.0, Band.WEAK), (0.4999, Band.WEAK), (0.5, Band.MODERATE), (0.6999, Band.MODERATE), (0.7, Band.STRONG),
     (0.8999, Band.STRONG), (0.9, Band.VERY_STRONG), (1.0, Band.VERY_STRONG)],
)  # fmt: skip
def test_bands_are_those_journalists_know(p, band):
    assert band_of(p) is band


@pytest.mark.parametrize(
    "broken", [{"a": 0.0}, {"a": -1.0}, {"b": float("nan")}, {"image_a": -2.0}, {"threshold": 1.0}, {"a": "x"}]
)
def test_an_impossible_calibration_is_a_model_error(broken):
    with pytest.raises(ModelError, match="calibration"):
        Calibration.of(model_facts(**broken))


def test_a_missing_calibration_is_a_model_error():
    with pytest.raises(ModelError, match="incomplete"):
        Calibration.of(replace(MODEL, calibration={}))


def test_pictures_use_their_own_logistic_when_there_is_one():
    both = Calibration.of(model_facts(a=2.0, b=1.0, image_a=0.5, image_b=-1.0))
    assert both.image(2.0) == pytest.approx(0.5)
    assert both.video(2.0) == pytest.approx(sigmoid(5.0))
    assert Calibration.of(model_facts(a=2.0, b=1.0)).image(2.0) == pytest.approx(sigmoid(5.0))


# Interval


@settings(max_examples=40, deadline=None)
@given(st.lists(probabilities, min_size=1, max_size=60), st.floats(0.1, 3.0), st.floats(-3, 3))
def test_the_interval_is_ordered_holds_the_estimate_and_repeats(ps, a, b):
    calibration = Calibration.of(model_facts(a=a, b=b))
    found = interval_of(logit(ps), calibration)
    point = calibration.of_kind(logit(ps), single=False)
    assert 0 <= found.low <= point <= found.high <= 1
    assert found == interval_of(logit(ps), calibration)


def test_one_frame_says_nothing_about_the_course_of_time():
    assert interval_of(logit([0.9]), Calibration.of(MODEL)) == Interval(0.0, 1.0)


def test_constant_scores_have_no_spread():
    found = interval_of(logit([0.8] * 20), Calibration.of(MODEL))
    assert found.low == pytest.approx(0.8)
    assert found.high == pytest.approx(0.8)


def test_bootstrap_spread_is_that_of_the_mean_for_independent_frames():
    values = np.random.default_rng(3).normal(size=400)
    assert bootstrap_means(values).std() == pytest.approx(values.std() / 20, rel=0.25)


def test_slow_changes_widen_the_interval():
    slow = np.repeat(np.random.default_rng(3).normal(size=20), 20)
    assert bootstrap_means(slow).std() > 2 * slow.std() / 20


def test_a_higher_level_is_wider():
    values, calibration = np.random.default_rng(0).normal(size=32), Calibration.of(MODEL)
    narrow, wide = interval_of(values, calibration), interval_of(values, calibration, level=0.99)
    assert wide.low < narrow.low
    assert wide.high > narrow.high


def test_blocks_grow_with_the_clip():
    assert [block_length(n) for n in (1, 4, 32, 400)] == [1, 2, 6, 20]


# Quality


@pytest.mark.parametrize(
    ("change", "code"),
    [({"eye_distance_px": 15.9}, ReasonCode.FACES_TOO_SMALL), ({"sharpness": 0.5}, ReasonCode.BLURRED),
     ({"yaw": -0.9}, ReasonCode.PROFILE_VIEW), ({"yaw": 0.9}, ReasonCode.PROFILE_VIEW),
     ({"visible": 0.7}, ReasonCode.CUT_OFF),
     ({"exposure": 0.02}, ReasonCode.BAD_EXPOSURE), ({"exposure": 0.99}, ReasonCode.BAD_EXPOSURE),
     ({"blockiness": 9.0}, ReasonCode.HEAVY_COMPRESSION), ({"sharpness": float("nan")}, ReasonCode.BLURRED)],
)  # fmt: skip
def test_each_quality_rule_is_named(change, code):
    assert face_faults(replace(GOOD, **change), 16.0) == [code]


def test_a_good_face_breaks_no_rule():
    assert face_faults(GOOD, 16.0) == []


def test_unusable_faces_do_not_reach_the_probability():
    small = replace(GOOD, eye_distance_px=5.0)
    good, bad = scores([0.2] * 8), [face_score(1.0, 3 + i, quality=small) for i in range(4)]
    person = assess_person([*good, *bad], model=MODEL, options=OPTIONS, step=0.3)
    assert person.usable == (True,) * 8 + (False,) * 4
    assert person.probability == pytest.approx(0.2)
    assert person.high == pytest.approx(0.2)


# A person


def test_the_probability_is_the_logistic_of_the_mean_log_odds():
    person = assess([0.6, 0.7, 0.8, 0.9], model=model_facts(a=1.5, b=-0.3))
    assert person.probability == pytest.approx(float(sigmoid(1.5 * logit([0.6, 0.7, 0.8, 0.9]).mean() - 0.3)))
    assert person.mean == pytest.approx(0.75)
    assert person.band is Band.STRONG


def test_lift_is_log_odds_against_the_prior_of_zero_scores():
    person = assess([0.5] * 5)
    assert person.node_lift[0] == pytest.approx(-float(logit(HIERARCHY.prior[0])))
    assert person.node_marginals.shape == person.node_lift.shape == (len(HIERARCHY.nodes),)


def test_a_score_of_exactly_zero_is_a_score():
    person = assess([0.0] * 8)
    assert person.mean == 0.0
    assert person.high == 0.0
    assert person.probability == pytest.approx(1e-6)
    outcome, _, verdict = judge([person], sampling(8), model=MODEL)
    assert outcome is Outcome.JUDGED
    assert verdict.probability == pytest.approx(1e-6)
    assert verdict.band is Band.WEAK


def test_a_probability_that_underflows_to_zero_is_still_judged():
    person = assess([0.0] * 8, model=model_facts(a=100.0))
    assert person.probability == 0.0
    assert judge([person], sampling(8), model=MODEL).verdict.probability == 0.0


@pytest.mark.parametrize("count", [1, 2, 3])
def test_too_few_faces_never_get_a_number(count):
    person = assess([1.0] * count)
    assert (person.probability, person.interval, person.mean, person.high, person.band) == (None,) * 5
    assert person.node_lift is None
    assert person.node_marginals is None
    assert person.spans == ()
    assert person.reasons == (Reason(ReasonCode.TOO_FEW_FACES, f"{count} usable of {count} faces, 4 needed"),)


def test_tiny_faces_never_get_a_number_and_say_why():
    person = assess([1.0] * 10, quality=replace(GOOD, eye_distance_px=8.0))
    assert person.probability is None
    assert codes(person.reasons) == [ReasonCode.TOO_FEW_FACES, ReasonCode.FACES_TOO_SMALL]


def test_a_few_usable_faces_among_many_are_no_fair_sample():
    poor = [face_score(1.0, i * 0.3, quality=replace(GOOD, sharpness=0.0)) for i in range(90)]
    person = assess_person([*poor, *scores([0.9] * 5)], model=MODEL, options=OPTIONS, step=0.3)
    assert person.probability is None
    assert codes(person.reasons) == [ReasonCode.LOW_COVERAGE, ReasonCode.BLURRED]


def test_frames_a_blink_apart_are_one_observation():
    person = assess([0.99] * 5, step=0.033)
    assert person.probability is None
    assert codes(person.reasons) == [ReasonCode.TOO_FEW_FACES]


def test_min_faces_is_the_users_choice():
    assert assess([0.9] * 5, options=AnalysisOptions(min_faces=6)).probability is None
    assert assess([0.9] * 6, options=AnalysisOptions(min_faces=6)).probability is not None


def test_a_person_must_be_one_track_with_fitting_marginals():
    with pytest.raises(ValueError, match="one track"):
        assess_person([], model=MODEL, options=OPTIONS, step=0.3)
    with pytest.raises(ValueError, match="one track"):
        assess_person([face_score(0.5, 0), face_score(0.5, 1, track=2)], model=MODEL, options=OPTIONS, step=0.3)
    short = replace(face_score(0.5, 0), marginals=np.zeros(3))
    with pytest.raises(ValueError, match="marginals"):
        assess_person([short], model=MODEL, options=OPTIONS, step=0.3)
    broken = replace(face_score(0.5, 0), marginals=np.full(10, np.nan))
    with pytest.raises(ValueError, match="marginals"):
        assess_person([broken], model=MODEL, options=OPTIONS, step=0.3)


@settings(max_examples=30, deadline=None)
@given(st.lists(probabilities, min_size=4, max_size=30), st.integers(0, 29), st.floats(0, 1))
def test_raising_one_frame_never_lowers_the_probability(ps, i, up):
    higher = list(ps)
    higher[i % len(ps)] = max(higher[i % len(ps)], up)
    assert assess(higher).probability >= assess(ps).probability


@settings(max_examples=30, deadline=None)
@given(st.lists(probabilities, min_size=0, max_size=12), st.booleans())
def test_a_number_needs_enough_usable_faces(ps, tiny):
    if not ps:
        return
    person = assess(ps, quality=replace(GOOD, eye_distance_px=4.0) if tiny else GOOD)
    enough = len(ps) >= OPTIONS.min_faces and not tiny
    assert (person.probability is not None) == enough
    assert enough or person.reasons


# Pictures


def test_a_picture_is_judged_with_its_own_rules():
    model = model_facts(image_a=0.5, image_b=0.2)
    person = assess_person([face_score(0.9, 0)], model=model, options=OPTIONS, step=np.inf, single=True)
    assert person.interval is None
    assert person.spans == ()
    assert person.probability == pytest.approx(float(sigmoid(0.5 * logit(0.9) + 0.2)))
    outcome, reasons, verdict = judge([person], sampling(1), model=model, single=True)
    assert outcome is Outcome.JUDGED
    assert codes(reasons) == [ReasonCode.SINGLE_IMAGE]
    assert verdict.interval is None


def test_a_tiny_face_in_a_picture_is_not_judged():
    tiny = face_score(0.9, 0, quality=replace(GOOD, eye_distance_px=9.0))
    person = assess_person([tiny], model=MODEL, options=OPTIONS, step=np.inf, single=True)
    outcome, reasons, verdict = judge([person], sampling(1), model=MODEL, single=True)
    assert (outcome, verdict) == (Outcome.INCONCLUSIVE, None)
    assert codes(reasons) == [ReasonCode.TOO_FEW_FACES, ReasonCode.FACES_TOO_SMALL, ReasonCode.SINGLE_IMAGE]


# The file


def test_no_face_is_no_score():
    outcome, reasons, verdict = judge([], sampling(32), model=MODEL)
    assert (outcome, verdict) == (Outcome.NO_FACE, None)
    assert reasons == (Reason(ReasonCode.NO_FACE_FOUND, "no face in 32 examined frames"),)


def test_the_most_suspicious_person_with_enough_evidence_decides():
    people = [assess([0.2] * 8), assess([0.8] * 8, track=2), assess([1.0] * 2, track=3)]
    outcome, reasons, verdict = judge(people, sampling(), model=MODEL)
    assert outcome is Outcome.JUDGED
    assert verdict == verdict_of(people[1])
    assert verdict.person == 2
    assert reasons == (Reason(ReasonCode.TOO_FEW_FACES, "person 3 not assessed"),)


def test_nobody_with_enough_evidence_is_inconclusive():
    outcome, reasons, verdict = judge([assess([1.0] * 2)], sampling(), model=MODEL)
    assert (outcome, verdict) == (Outcome.INCONCLUSIVE, None)
    assert codes(reasons) == [ReasonCode.TOO_FEW_FACES]


def wavering(track=1):
    """Half altered, half not: from weak to strong."""
    return assess([0.02] * 10 + [0.999] * 10, track=track)


def test_an_interval_from_weak_to_strong_is_inconclusive():
    outcome, reasons, verdict = judge([wavering()], sampling(), model=MODEL)
    assert (outcome, verdict) == (Outcome.INCONCLUSIVE, None)
    assert ReasonCode.WIDE_INTERVAL in codes(reasons)


def test_a_wavering_person_hides_behind_nobody():
    quiet = assess([0.1] * 20, track=2)
    assert judge([wavering(), quiet], sampling(), model=MODEL).outcome is Outcome.INCONCLUSIVE


def test_a_steady_suspicious_person_outweighs_a_wavering_one():
    steady = assess([0.8] * 20, track=2)
    outcome, reasons, verdict = judge([wavering(), steady], sampling(), model=MODEL)
    assert outcome is Outcome.JUDGED
    assert verdict.person == 2
    assert ReasonCode.WIDE_INTERVAL in codes(reasons)


def test_several_people_are_tested_more_strictly():
    rng = np.random.default_rng(5)
    ps = sigmoid(rng.normal(0.72, 1.28, 24))
    alone = assess(ps)
    assert ReasonCode.WIDE_INTERVAL not in codes(alone.reasons)
    others = [assess([0.1] * 24, track=t) for t in range(2, 9)]
    assert judge([alone], sampling(), model=MODEL).outcome is Outcome.JUDGED
    assert judge([alone, *others], sampling(), model=MODEL).outcome is Outcome.INCONCLUSIVE


def test_an_incomplete_file_is_partial_with_or_without_a_verdict():
    limit = Reason(ReasonCode.TRUNCATED, "readable until 2 s")
    given_ = {"model": MODEL, "incomplete": True, "media_reasons": [limit]}
    good = judge([assess([0.9] * 8)], sampling(), **given_)
    none = judge([], sampling(), **given_)
    few = judge([assess([0.9] * 2)], sampling(), **given_)
    assert [x.outcome for x in (good, none, few)] == [Outcome.PARTIAL] * 3
    assert [x.verdict is None for x in (good, none, few)] == [False, True, True]
    assert all(limit in x.reasons for x in (good, none, few))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(probabilities, min_size=1, max_size=10), max_size=4))
def test_a_verdict_is_always_that_of_an_assessed_person(tracks):
    people = [assess(ps, track=i + 1) for i, ps in enumerate(tracks)]
    outcome, reasons, verdict = judge(people, sampling(), model=MODEL)
    assert (verdict is not None) == (outcome is Outcome.JUDGED)
    assert verdict is not None or reasons
    if verdict is not None:
        person = people[verdict.person - 1]
        assert verdict.probability == person.probability
        assert len(usable_logits(person)) >= OPTIONS.min_faces


# Spans


def spans(ps, step=0.3, **kwargs):
    return assess(ps, step=step, **kwargs).spans


def test_a_stretch_above_the_threshold_is_a_span():
    (span,) = spans([0.05] * 10 + [0.95] * 6 + [0.05] * 10)
    assert 2.7 <= span.start.seconds <= 3.3
    assert 4.2 <= span.end.seconds <= 4.8
    assert 0.9 < span.peak <= 0.95 + 1e-9


def test_one_outlier_is_no_span():
    assert spans([0.05] * 10 + [0.97] + [0.05] * 10) == ()


def test_a_gap_in_time_ends_a_span():
    found = scores([0.9] * 5) + [face_score(0.9, 10 + i * 0.3) for i in range(5)]
    person = assess_person(found, model=MODEL, options=OPTIONS, step=0.3)
    assert [(s.start.seconds, s.end.seconds) for s in person.spans] == [(0.0, 1.2), (10.0, 11.2)]


def test_a_cut_ends_a_span():
    found = [face_score(0.9, i * 0.3, shot=int(i >= 5)) for i in range(10)]
    person = assess_person(found, model=MODEL, options=OPTIONS, step=0.3)
    assert [(s.start.seconds, s.end.seconds) for s in person.spans] == [(0.0, 1.2), (1.5, 2.7)]


def test_a_span_needs_frames_and_time():
    assert spans([0.9] * 4) != ()
    found = [face_score(0.9, 0), face_score(0.9, 0.3)] + [face_score(0.9, 5 + i) for i in range(2)]
    assert assess_person(found, model=MODEL, options=OPTIONS, step=0.3).spans == ()


@settings(max_examples=40, deadline=None)
@given(st.lists(probabilities, min_size=1, max_size=40), st.sampled_from([0.02, 0.3, 5.0]))
def test_spans_lie_inside_do_not_overlap_and_peak_above_the_threshold(ps, step):
    found = scores(ps, step=step)
    times = [s.observation.time for s in found]
    result = find_spans(times, [0] * len(ps), logit(ps), sampling_step(times), Calibration.of(MODEL))
    for span in result:
        assert times[0] <= span.start < span.end <= times[-1]
        assert span.peak >= MODEL.threshold
    assert all(a.end < b.start for a, b in pairwise(result))
