"""Error rates against scikit-learn, brute force, and what must not change them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import interp1d
from scipy.optimize import brentq
from sklearn.metrics import roc_curve

from speechdistill.errors import InputError
from speechdistill.verification.metrics import det_curve, eer, min_dcf

METRICS = [eer, min_dcf, lambda targets, nontargets: min_dcf(targets, nontargets, 0.05, 10, 1)]
# Few distinct values, so that ties within and between the sides are the rule.
scores = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=40)


def sklearn_eer(targets, nontargets):
    labels = np.r_[np.ones(len(targets)), np.zeros(len(nontargets))]
    rates = roc_curve(labels, np.r_[targets, nontargets], drop_intermediate=False)
    return brentq(lambda x: 1 - x - interp1d(rates[0], rates[1])(x), 0, 1)


def naive_min_dcf(targets, nontargets, p_target, c_miss, c_fa):
    thresholds = [*targets, *nontargets, np.inf]
    costs = [
        c_miss * p_target * np.mean(np.asarray(targets) < threshold)
        + c_fa * (1 - p_target) * np.mean(np.asarray(nontargets) >= threshold)
        for threshold in thresholds
    ]
    return min(costs) / min(c_miss * p_target, c_fa * (1 - p_target))


@pytest.mark.parametrize("decimals", [1, 8])
@pytest.mark.parametrize("separation", [-1.0, 0.0, 2.0])
def test_eer_is_scikit_learns(decimals, separation):
    generator = np.random.default_rng(0)
    targets = generator.normal(separation, 1, 301).round(decimals)
    nontargets = generator.normal(0, 1, 1009).round(decimals)
    assert eer(targets, nontargets) == pytest.approx(sklearn_eer(targets, nontargets), abs=1e-9)


@given(scores, scores, st.sampled_from([(0.01, 1, 1), (0.05, 1, 1), (0.5, 1, 1), (0.1, 10, 2)]))
def test_min_dcf_is_its_formula(targets, nontargets, costs):
    expected = naive_min_dcf(targets, nontargets, *costs)
    assert min_dcf(targets, nontargets, *costs) == pytest.approx(expected)


@given(scores, scores)
def test_every_operating_point_lies_on_the_curve(targets, nontargets):
    curve = det_curve(targets, nontargets)
    x, y = curve.false_alarm_rates, curve.miss_rates
    for threshold in {*targets, *nontargets}:
        miss = np.mean(np.asarray(targets) < threshold)
        false_alarm = np.mean(np.asarray(nontargets) >= threshold)
        beyond = np.hypot(x[:-1] - false_alarm, y[:-1] - miss)
        beyond += np.hypot(x[1:] - false_alarm, y[1:] - miss)
        beyond -= np.hypot(x[1:] - x[:-1], y[1:] - y[:-1])
        assert beyond.min() == pytest.approx(0, abs=1e-12)


@given(scores, scores)
def test_the_rates_of_a_curve_are_those_at_its_thresholds(targets, nontargets):
    curve = det_curve(targets, nontargets)
    miss_rates = [np.mean(np.asarray(targets) < threshold) for threshold in curve.thresholds]
    false_alarms = [np.mean(np.asarray(nontargets) >= threshold) for threshold in curve.thresholds]
    np.testing.assert_allclose(curve.miss_rates, miss_rates)
    np.testing.assert_allclose(curve.false_alarm_rates, false_alarms)


@given(scores, scores, st.randoms())
@settings(max_examples=50)
def test_what_must_not_change_a_metric(targets, nontargets, random):
    targets, nontargets = np.array(targets), np.array(nontargets)
    shuffled = targets.copy(), nontargets.copy()
    for side in shuffled:
        random.shuffle(side)
    for metric in METRICS:
        value = metric(targets, nontargets)
        assert metric(*shuffled) == value
        assert metric(np.exp(targets / 3), np.exp(nontargets / 3)) == pytest.approx(value)
        doubled = metric(np.repeat(targets, 2), np.repeat(nontargets, 2))
        assert doubled == pytest.approx(value)


@given(scores, scores)
def test_eer_of_swapped_and_negated_sides_is_the_same(targets, nontargets):
    swapped = eer(-np.array(nontargets), -np.array(targets))
    assert swapped == pytest.approx(eer(targets, nontargets))


def test_extremes():
    assert eer([1, 2], [-1, 0]) == 0
    assert eer([-1, 0], [1, 2]) == 1
    assert eer([0, 0], [0]) == 0.5
    assert min_dcf([1, 2], [-1, 0]) == 0
    assert min_dcf([-1, 0], [1, 2]) == 1


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    ("targets", "nontargets", "message"),
    [
        ([], [1.0], "no target scores"),
        ([1.0], [], "no non-target scores"),
        ([np.nan], [1.0], "1 of 1 target scores is not finite"),
        ([1.0], [np.inf, 0, -np.inf], "2 of 3 non-target scores are not finite"),
    ],
)
def test_degenerate_scores_are_named(metric, targets, nontargets, message):
    with pytest.raises(InputError, match=message):
        metric(targets, nontargets)


@pytest.mark.parametrize("costs", [(0, 1, 1), (1, 1, 1), (0.5, 0, 1), (0.5, 1, -1)])
def test_impossible_costs_are_refused(costs):
    with pytest.raises(InputError, match="prior between 0 and 1"):
        min_dcf([1.0], [0.0], *costs)
