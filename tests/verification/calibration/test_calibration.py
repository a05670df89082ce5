"""Calibration against a general optimiser and known truths; with quality measures."""

import numpy as np
import pytest
from scipy.optimize import minimize

from speechdistill.base.errors import InputError
from speechdistill.verification.calibration.calibration import Calibration
from speechdistill.verification.metrics import act_dcf, cllr, eer, min_cllr


def sample(trials=4000, share=0.2, seed=0):
    """Scores whose spread, and so whose log-likelihood ratio, depends on a quality."""
    generator = np.random.default_rng(seed)
    labels = (generator.random(trials) < share).astype(int)
    quality = generator.random((trials, 2))
    scores = (2 * labels - 1) * 0.4 + generator.normal(size=trials) * 0.5
    return scores + 0.8 * (1 - quality.sum(axis=1)), labels, quality


def sides(llrs, labels):
    return llrs[labels == 1], llrs[labels == 0]


@pytest.mark.parametrize("p_target", [0.5, 0.05])
@pytest.mark.parametrize("with_measures", [False, True])
def test_it_minimises_the_prior_weighted_cross_entropy(p_target, with_measures):
    scores, labels, quality = sample()
    measures = quality if with_measures else quality[:, :0]
    inputs = np.column_stack([scores, measures, np.ones(len(scores))])
    log_odds = np.log(p_target / (1 - p_target))

    def objective(weights):
        llrs = inputs @ weights + log_odds
        targets, nontargets = sides(llrs, labels)
        return p_target * np.logaddexp(0, -targets).mean() + (1 - p_target) * (
            np.logaddexp(0, nontargets).mean()
        )

    expected = minimize(objective, np.zeros(inputs.shape[1]), tol=1e-12).x
    found = Calibration.fit(scores, labels, measures, p_target)
    weights = [found.score_weight, *found.measure_weights, found.offset]
    np.testing.assert_allclose(weights, expected, rtol=2e-3, atol=2e-3)
    np.testing.assert_allclose(found.llrs(scores, measures), inputs @ weights)


def test_a_shift_and_a_scale_of_the_scores_are_undone():
    scores, labels, _ = sample()
    llrs = Calibration.fit(scores, labels).llrs(scores)
    again = Calibration.fit(1e-3 * scores + 50, labels).llrs(1e-3 * scores + 50)
    np.testing.assert_allclose(again, llrs, rtol=1e-3, atol=1e-3)


def test_calibrated_scores_of_other_trials_cost_little_more_than_they_must():
    dev, evaluation = sample(seed=1), sample(seed=2)
    llrs = sides(Calibration.fit(*dev[:2]).llrs(evaluation[0]), evaluation[1])
    raw = sides(10 * evaluation[0] + 3, evaluation[1])
    assert min_cllr(*llrs) == pytest.approx(min_cllr(*raw))
    assert cllr(*llrs) - min_cllr(*llrs) < 0.02 < 0.5 < cllr(*raw) - min_cllr(*raw)
    assert act_dcf(*llrs, p_target=0.2) < act_dcf(*raw, p_target=0.2)


def test_quality_measures_help_where_quality_moves_scores():
    scores, labels, quality = sample(seed=1)
    calibration = Calibration.fit(scores, labels, quality)
    assert np.all(calibration.measure_weights > 0)
    scores, labels, quality = sample(seed=2)
    assert (
        eer(*sides(calibration.llrs(scores, quality), labels)) < eer(*sides(scores, labels)) - 0.02
    )


def test_a_measure_that_is_the_same_for_all_changes_nothing():
    scores, labels, quality = sample()
    quality[:, 1] = 7
    with_constant = Calibration.fit(scores, labels, quality).llrs(scores, quality)
    without = Calibration.fit(scores, labels, quality[:, :1]).llrs(scores, quality[:, :1])
    np.testing.assert_allclose(with_constant, without, atol=1e-4)


def test_what_cannot_be_calibrated_is_named():
    scores, labels, quality = sample(trials=50)
    with pytest.raises(InputError, match="decided rightly"):
        Calibration.fit(labels + 0.1 * scores / np.abs(scores).max(), labels)
    with pytest.raises(InputError, match="no target scores"):
        Calibration.fit(scores, 0 * labels)
    with pytest.raises(InputError, match="prior between 0 and 1"):
        Calibration.fit(scores, labels, p_target=1.0)
    with pytest.raises(InputError, match="0 quality measures, but calibrated with 2"):
        Calibration.fit(scores, labels, quality).llrs(scores)
    quality[3, 0] = np.nan
    with pytest.raises(InputError, match="1 of 50 trials have a quality measure"):
        Calibration.fit(scores, labels, quality)
    scores[4] = np.inf
    with pytest.raises(InputError, match="not finite"):
        Calibration.fit(scores, labels)
