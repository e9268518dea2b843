"""Metrics against scikit-learn, against values worked out by hand, and what their intervals mean."""

from __future__ import annotations

import numpy as np
import pytest

from sjedd_training.metrics import (
    Sample,
    at_even_odds,
    auc,
    auc_interval,
    average_precision,
    balanced_accuracy,
    calibration_error,
    equal_error_rate,
    estimates,
    log_loss,
    roc_auc,
    roc_curve,
    share,
    strata_auc,
    wilson,
)


def _drawn(seed: int, count: int = 200, ties: bool = False) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = (rng.random(count) < 0.3).astype(float)
    scores = 1 / (1 + np.exp(-rng.normal(labels, 1.0)))
    return (np.round(scores, 1) if ties else scores), labels


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_metrics_agree_with_scikit_learn(seed, ties):
    reference = pytest.importorskip("sklearn.metrics", reason="needs scikit-learn")
    scores, labels = _drawn(seed, ties=ties)
    weights = np.random.default_rng(seed).integers(0, 4, len(scores)).astype(float)
    sample = Sample.of(scores, labels)
    order = np.argsort(-scores, kind="stable")
    for mine, theirs in (
        (roc_auc, reference.roc_auc_score),
        (average_precision, reference.average_precision_score),
        (log_loss, reference.log_loss),
        (balanced_accuracy(0.5), lambda y, s, **kw: reference.balanced_accuracy_score(y, s >= 0.5, **kw)),
    ):
        assert mine(sample, sample.ones) == pytest.approx(theirs(labels, scores), abs=1e-9)
        assert mine(sample, weights[order]) == pytest.approx(theirs(labels, scores, sample_weight=weights), abs=1e-9)
    assert auc(scores[labels == 0], scores[labels == 1]) == pytest.approx(reference.roc_auc_score(labels, scores))
    fpr, tpr, _ = reference.roc_curve(labels, scores, drop_intermediate=False)
    np.testing.assert_allclose(roc_curve(sample), (fpr, tpr))


def test_auc_is_the_share_of_pairs_in_order():
    scores, labels = _drawn(7, 40, ties=True)
    real, altered = scores[labels == 0], scores[labels == 1]
    pairs = [(a > r) + 0.5 * (a == r) for a in altered for r in real]
    assert roc_auc(Sample.of(scores, labels), np.ones(40)) == pytest.approx(np.mean(pairs))


@pytest.mark.parametrize(
    ("scores", "labels", "expected"),
    [
        ([0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0], 0.0),
        ([0.9, 0.8, 0.2, 0.1], [0, 0, 1, 1], 1.0),
        ([0.9, 0.7, 0.6, 0.1], [1, 0, 1, 0], 0.5),
        # (fpr, tpr) runs (0, 0), (0, 2/3), (1/2, 2/3): the line fpr = 1 - tpr is met at 1/3.
        ([0.9, 0.8, 0.7, 0.6, 0.5], [1, 1, 0, 1, 0], 1 / 3),
        ([0.5, 0.5, 0.5, 0.5], [1, 0, 1, 0], 0.5),
    ],
)
def test_equal_error_rate(scores, labels, expected):
    sample = Sample.of(scores, labels)
    assert equal_error_rate(sample, sample.ones) == pytest.approx(expected)


def test_calibration_error_by_hand():
    # Bin 0.1 to 0.2: said 0.15, true 1/2; bin 0.9 to 1: said 0.95, true 1.
    sample = Sample.of([0.15, 0.15, 0.95, 1.0], [1, 0, 1, 1])
    assert calibration_error(sample, sample.ones) == pytest.approx((2 * 0.35 + 2 * 0.025) / 4)


def test_even_odds_weigh_both_classes_alike():
    few, many = Sample.of([0.2, 0.8], [0, 1]), Sample.of([0.2] + [0.8] * 9, [0] + [1] * 9)
    for metric in (log_loss, calibration_error):
        even = at_even_odds(metric)
        assert even(many, many.ones) == pytest.approx(even(few, few.ones))
    assert calibration_error(many, many.ones) == pytest.approx(0.2)
    sure = Sample.of([1.0, 0.6], [0, 1])
    assert log_loss(sure, sure.ones) > 15


def test_whole_files_are_resampled_not_frames():
    rng = np.random.default_rng(1)
    means = np.concatenate([rng.normal(0, 1, 20), rng.normal(0.8, 1, 20)])
    files = np.repeat(np.arange(40), 30)
    frames = means[files] + rng.normal(0, 0.05, len(files))
    labels = (files >= 20).astype(float)
    by_file = estimates(Sample.of(frames, labels, files.tolist()), {"auc": roc_auc}, rounds=300)["auc"]
    by_frame = estimates(Sample.of(frames, labels), {"auc": roc_auc}, rounds=300)["auc"]
    assert by_file.value == by_frame.value
    assert by_file.high - by_file.low > 3 * (by_frame.high - by_frame.low)
    assert by_file.low <= by_file.value <= by_file.high


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    covered = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        scores = np.concatenate([rng.normal(0, 1, 60), rng.normal(1, 1, 60)])
        found = estimates(Sample.of(scores, np.repeat([0, 1], 60)), {"auc": roc_auc}, rounds=200)["auc"]
        covered += found.low <= 0.7602 <= found.high  # Phi(1 / sqrt(2))
    assert covered >= 52


def test_both_intervals_of_auc_agree():
    scores, labels = _drawn(3, 300)
    people = np.arange(300).astype(str)
    low, high = auc_interval(scores[labels == 0], scores[labels == 1], (people[labels == 0], people[labels == 1]))
    found = estimates(Sample.of(scores, labels), {"auc": roc_auc})["auc"]
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.02)


def test_few_people_with_many_faces_give_a_wider_interval_than_as_many_people():
    rng = np.random.default_rng(0)
    people = np.repeat(np.arange(10), 30)
    real, altered = (rng.normal(mean, 0.3, 300) + rng.normal(0, 1, 10)[people] for mean in (0, 1))
    alone = np.arange(300).astype(str)
    low, high = auc_interval(real, altered, (alone, np.char.add("x", alone)))
    wide_low, wide_high = auc_interval(real, altered, (people.astype(str), people.astype(str)))
    assert wide_high - wide_low > 1.5 * (high - low)
    assert wide_low < auc(real, altered) < wide_high


def test_an_interval_needs_both_classes_in_every_draw():
    low, high = auc_interval(np.array([0.1]), np.array([0.9]), (np.array(["a"]), np.array(["b"])), rounds=20)
    assert (low, high) == (1.0, 1.0)


def test_the_same_seed_gives_the_same_interval():
    sample = Sample.of(*_drawn(0))
    first, again = (estimates(sample, {"auc": roc_auc}, rounds=50) for _ in range(2))
    assert first == again
    assert first != estimates(sample, {"auc": roc_auc}, rounds=50, seed=1)


def test_one_class_has_no_metrics():
    sample = Sample.of([0.1, 0.2], [1, 1])
    assert sample.one_class
    assert Sample.of([], []).one_class
    with pytest.raises(ValueError, match="both classes"):
        estimates(sample, {"auc": roc_auc})


@pytest.mark.parametrize(
    ("scores", "labels", "files"),
    [([np.nan], [0], None), ([0.1, 0.2], [0, 2], None), ([0.1], [0, 1], None), ([0.1, 0.2], [0, 1], ["a", "a"])],
)
def test_impossible_samples_are_refused(scores, labels, files):
    with pytest.raises(ValueError, match="must be"):
        Sample.of(scores, labels, files)


def test_equal_sharpness_takes_away_what_sharpness_explains():
    rng = np.random.default_rng(0)
    sharpness = np.concatenate([rng.uniform(0, 2, 300), rng.uniform(1, 3, 300)])
    labels = np.repeat([1.0, 0.0], 300)
    blur_alone = -np.floor(sharpness)
    overall = auc(blur_alone[labels == 0], blur_alone[labels == 1])
    thirds, twelfths = (strata_auc(blur_alone, labels, sharpness, strata) for strata in (3, 12))
    assert thirds is not None
    assert twelfths is not None
    assert overall - 0.05 > thirds > twelfths + 0.05
    assert strata_auc(np.array([0.1, 0.9]), np.array([0.0, 1.0]), np.array([1.0, 2.0])) is None


def test_shares():
    found = share(8, 10)
    assert found.value == 0.8
    assert 0.4 < found.low < 0.8 < found.high <= 1.0
    assert share(10, 10) == share(10, 10, seed=1)
    # Wilson's interval of 0 of 10 ends at z^2 / (n + z^2).
    none = wilson(0, 10)
    assert (none.value, none.low) == (0.0, 0.0)
    assert none.high == pytest.approx(1.959964**2 / (10 + 1.959964**2))
    half = wilson(5, 10)
    assert half.low == pytest.approx(1 - half.high)
