"""Metrics against scikit-learn, brute force, and what must not change them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import interp1d
from scipy.optimize import brentq
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import roc_curve

from speechdistill.base.errors import InputError
from speechdistill.verification.metrics import (
    DetectionCost,
    act_dcf,
    cllr,
    det_curve,
    eer,
    min_cllr,
    min_dcf,
)


def dear_miss(targets, nontargets):
    return min_dcf(targets, nontargets, 0.05, c_miss=10, c_fa=1)


def hull_eer(targets, nontargets):
    return eer(targets, nontargets, convex_hull=True)


OF_RANKS = [eer, hull_eer, min_dcf, dear_miss, min_cllr]
METRICS = [*OF_RANKS, act_dcf, cllr]
COSTS = [(0.01, 1, 1), (0.05, 1, 1), (0.5, 1, 1), (0.1, 10, 2), (0.9, 1, 1)]
# Few distinct values, so that ties within and between the sides are the rule.
few_values = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=40)
sides = st.tuples(few_values, few_values).filter(lambda pair: len({*pair[0], *pair[1]}) > 1)


def sklearn_rates(targets, nontargets):
    labels = np.r_[np.ones(len(targets)), np.zeros(len(nontargets))]
    rates = roc_curve(labels, np.r_[targets, nontargets], drop_intermediate=False)
    return 1 - rates[1], rates[0]


def sklearn_eer(targets, nontargets):
    misses, false_alarms = sklearn_rates(targets, nontargets)
    return brentq(lambda x: interp1d(false_alarms, misses)(x) - x, 0, 1)


def hull_eer_by_every_chord(targets, nontargets):
    """Randomising between two thresholds reaches the chord between their points."""
    misses, false_alarms = sklearn_rates(targets, nontargets)
    differences = misses - false_alarms
    best = 1.0
    for i, above in enumerate(differences):
        for j, below in enumerate(differences):
            if above >= 0 >= below:
                share = above / (above - below) if above > below else 0
                best = min(best, misses[i] + share * (misses[j] - misses[i]))
    return best


def naive_costs(targets, nontargets, p_target, c_miss, c_fa):
    return [
        (
            c_miss * p_target * np.mean(np.asarray(targets) < threshold)
            + c_fa * (1 - p_target) * np.mean(np.asarray(nontargets) >= threshold)
        )
        / min(c_miss * p_target, c_fa * (1 - p_target))
        for threshold in [*targets, *nontargets, np.inf]
    ]


def naive_cllr(targets, nontargets):
    of_targets = [np.log2(1 + np.exp(-score)) for score in targets]
    of_nontargets = [np.log2(1 + np.exp(score)) for score in nontargets]
    return (np.mean(of_targets) + np.mean(of_nontargets)) / 2


def min_cllr_by_sklearn(targets, nontargets):
    """The Cllr of the log-likelihood ratios that scikit-learn's isotonic posteriors mean."""
    labels = np.r_[np.ones(len(targets)), np.zeros(len(nontargets))]
    posteriors = IsotonicRegression().fit_transform(np.r_[targets, nontargets], labels)
    with np.errstate(divide="ignore"):
        llrs = np.log(posteriors / (1 - posteriors)) - np.log(len(targets) / len(nontargets))
    return naive_cllr(llrs[labels == 1], llrs[labels == 0])


@pytest.mark.parametrize("decimals", [1, 8])
@pytest.mark.parametrize("separation", [-1.0, 0.0, 2.0])
def test_eer_is_scikit_learns(decimals, separation):
    generator = np.random.default_rng(0)
    targets = generator.normal(separation, 1, 301).round(decimals)
    nontargets = generator.normal(0, 1, 1009).round(decimals)
    assert eer(targets, nontargets) == pytest.approx(sklearn_eer(targets, nontargets), abs=1e-9)


@given(sides)
def test_eer_of_the_hull_is_that_of_the_best_chord(pair):
    assert hull_eer(*pair) == pytest.approx(hull_eer_by_every_chord(*pair))
    assert hull_eer(*pair) <= eer(*pair) + 1e-12


@given(sides, st.sampled_from(COSTS))
def test_min_dcf_is_its_formula(pair, costs):
    assert min_dcf(*pair, *costs) == pytest.approx(min(naive_costs(*pair, *costs)))


@given(sides, st.sampled_from(COSTS))
def test_act_dcf_is_its_formula_and_never_below_min_dcf(pair, costs):
    p_target, c_miss, c_fa = costs
    targets, nontargets = map(np.array, pair)
    # Bayes' decision by posterior expected costs, without a threshold.
    rejected, accepted = (
        c_miss * p_target * np.exp(side) < c_fa * (1 - p_target) for side in (targets, nontargets)
    )
    expected = c_miss * p_target * rejected.mean() + c_fa * (1 - p_target) * (~accepted).mean()
    expected /= min(c_miss * p_target, c_fa * (1 - p_target))
    assert act_dcf(*pair, *costs) == pytest.approx(expected)
    assert act_dcf(*pair, *costs) >= min_dcf(*pair, *costs) - 1e-12


@given(sides)
def test_cllr_is_its_formula_and_never_below_min_cllr(pair):
    assert cllr(*pair) == pytest.approx(naive_cllr(*pair))
    assert cllr(*pair) >= min_cllr(*pair) - 1e-12


@given(sides)
def test_min_cllr_is_that_of_isotonic_regression(pair):
    assert min_cllr(*pair) == pytest.approx(min_cllr_by_sklearn(*pair), abs=1e-9)


def test_log_likelihood_ratios_that_are_true_need_no_calibration():
    """Normal scores of variance 2 and means +-1 are their own log-likelihood ratios."""
    generator = np.random.default_rng(0)
    targets, nontargets = generator.normal([[1.0], [-1.0]], np.sqrt(2), (2, 200_000))
    assert cllr(targets, nontargets) == pytest.approx(min_cllr(targets, nontargets), abs=2e-3)
    actual = act_dcf(targets, nontargets, 0.3)
    assert actual == pytest.approx(min_dcf(targets, nontargets, 0.3), abs=5e-3)


@given(sides)
def test_every_operating_point_lies_on_the_curve(pair):
    targets, nontargets = pair
    curve = det_curve(targets, nontargets)
    x, y = curve.false_alarm_rates, curve.miss_rates
    for threshold in {*targets, *nontargets}:
        miss = np.mean(np.asarray(targets) < threshold)
        false_alarm = np.mean(np.asarray(nontargets) >= threshold)
        beyond = np.hypot(x[:-1] - false_alarm, y[:-1] - miss)
        beyond += np.hypot(x[1:] - false_alarm, y[1:] - miss)
        beyond -= np.hypot(x[1:] - x[:-1], y[1:] - y[:-1])
        assert beyond.min() == pytest.approx(0, abs=1e-12)


@given(sides)
def test_the_rates_of_a_curve_are_those_at_its_thresholds(pair):
    targets, nontargets = pair
    curve = det_curve(targets, nontargets)
    miss_rates = [np.mean(np.asarray(targets) < threshold) for threshold in curve.thresholds]
    false_alarms = [np.mean(np.asarray(nontargets) >= threshold) for threshold in curve.thresholds]
    np.testing.assert_allclose(curve.miss_rates, miss_rates)
    np.testing.assert_allclose(curve.false_alarm_rates, false_alarms)


@given(sides, st.one_of(st.floats(0, 1), st.integers(0, 12).map(lambda count: count / 12)))
def test_the_miss_rate_at_a_false_alarm_rate_is_interpolated(pair, rate):
    misses, rates = sklearn_rates(*pair)
    lowest = 1.0
    for i in range(1, len(rates)):
        if rates[i - 1] <= rate <= rates[i]:
            width = rates[i] - rates[i - 1]
            share = (rate - rates[i - 1]) / width if width else 1
            lowest = min(lowest, misses[i - 1] + share * (misses[i] - misses[i - 1]))
    assert det_curve(*pair).miss_rate_at(rate) == pytest.approx(lowest)


def test_a_false_alarm_rate_beyond_one_is_refused():
    with pytest.raises(InputError, match="within 0 and 1"):
        det_curve([1.0], [0.0]).miss_rate_at(1.5)


@given(sides, st.randoms())
@settings(max_examples=50)
def test_what_must_not_change_a_metric(pair, random):
    targets, nontargets = map(np.array, pair)
    shuffled = targets.copy(), nontargets.copy()
    for side in shuffled:
        random.shuffle(side)
    for metric in METRICS:
        value = metric(targets, nontargets)
        assert metric(*shuffled) == pytest.approx(value)
        doubled = metric(np.repeat(targets, 2), np.repeat(nontargets, 2))
        assert doubled == pytest.approx(value)
    for metric in OF_RANKS:
        value = metric(targets, nontargets)
        assert metric(*shuffled) == value
        assert metric(np.exp(targets / 3), np.exp(nontargets / 3)) == pytest.approx(value)
        assert metric(targets**3 - 7, nontargets**3 - 7) == pytest.approx(value)


@given(sides)
def test_swapped_and_negated_sides_are_the_same(pair):
    swapped = -np.array(pair[1]), -np.array(pair[0])
    for metric in (eer, hull_eer, min_cllr, cllr):
        assert metric(*swapped) == pytest.approx(metric(*pair))
    assert min_dcf(*swapped, 0.2, 1, 3) == pytest.approx(min_dcf(*pair, 0.8, 3, 1))


# Far more scores than bins, and scores that bins cannot tell apart.
@pytest.mark.parametrize(
    "warp",
    [
        lambda x: x,
        lambda x: np.exp(5 * x),
        lambda x: np.append(x[1:], 1e9),
        lambda x: 1 + 1e-15 * np.round(100 * x),
        lambda x: 5e-324 * np.round(100 * x),
        lambda x: 1e307 * np.clip(x, -15, 15),
        lambda x: x.astype(np.float32),
        lambda x: np.round(2 * x),
        lambda x: x.astype(np.float16),
    ],
    ids=["plain", "skewed", "outlier", "narrow", "denormal", "huge", "float32", "ties", "half"],
)
@pytest.mark.parametrize("separation", [-0.5, 0.0, 3.0])
def test_sorting_a_few_scores_gives_what_sorting_all_does(warp, separation):
    generator = np.random.default_rng(1)
    targets = warp(generator.normal(separation, 1, 30_000))
    nontargets = warp(generator.normal(0, 1, 50_000))
    curve = det_curve(targets, nontargets)
    costs = DetectionCost(0.02, 2, 1)
    assert eer(targets, nontargets) == pytest.approx(curve.eer(), abs=1e-12)
    everywhere = costs.at(curve.miss_rates, curve.false_alarm_rates).min()
    assert min_dcf(targets, nontargets, 0.02, 2, 1) == everywhere
    assert curve.min_dcf(0.02, 2, 1) == everywhere


def test_extremes():
    assert eer([1, 2], [-1, 0]) == hull_eer([1, 2], [-1, 0]) == min_cllr([1, 2], [-1, 0]) == 0
    assert eer([-1, 0], [1, 2]) == 1
    assert hull_eer([-1, 0], [1, 2]) == 0.5
    assert eer([0, 0, 1], [0, 1]) == pytest.approx(4 / 7)
    assert min_dcf([1, 2], [-1, 0]) == 0
    assert min_dcf([-1, 0], [1, 2]) == min_cllr([-1, 0], [1, 2]) == 1


@pytest.mark.parametrize("metric", [*METRICS, det_curve])
@pytest.mark.parametrize(
    ("targets", "nontargets", "message"),
    [
        ([], [1.0], "no target scores"),
        ([1.0], [], "no non-target scores"),
        ([np.nan], [1.0], "1 of 1 target scores is not finite"),
        ([1.0], [np.inf, 0, -np.inf], "2 of 3 non-target scores are not finite"),
        ([0.5, 0.5], [0.5], r"all 3 scores are equal \(0\.5\)"),
    ],
)
def test_degenerate_scores_are_named(metric, targets, nontargets, message):
    with pytest.raises(InputError, match=message):
        metric(targets, nontargets)


@pytest.mark.parametrize("metric", [min_dcf, act_dcf])
@pytest.mark.parametrize(
    "costs", [(0, 1, 1), (1, 1, 1), (0.5, 0, 1), (0.5, 1, -1), (0.5, 1, np.inf)]
)
def test_impossible_costs_are_refused(metric, costs):
    with pytest.raises(InputError, match="prior between 0 and 1"):
        metric([1.0], [0.0], *costs)
