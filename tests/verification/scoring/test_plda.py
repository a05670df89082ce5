"""PLDA against the joint Gaussians it is a ratio of, and against its own likelihood."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from speechbrain.processing.PLDA_LDA import Ndx, StatObject_SB, fast_PLDA_scoring

from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.scoring import TrialScorer
from speechdistill.verification.scoring.plda import Plda
from speechdistill.verification.trials.speakers import SpeakerStatistics

GENERATOR = np.random.default_rng(0)


def covariance(dimension):
    root = GENERATOR.normal(size=(dimension, dimension))
    return root @ root.T / dimension + 0.1 * np.eye(dimension)


def sample(between, within, counts):
    """Sample embeddings of speakers; return them with the number of each one's speaker."""
    zero = np.zeros(len(between))
    speakers = GENERATOR.multivariate_normal(zero, between, len(counts))
    numbers = np.repeat(np.arange(len(counts)), counts)
    noise = GENERATOR.multivariate_normal(zero, within, len(numbers))
    return speakers[numbers] + noise + 3, numbers


def covariances(plda):
    inverse = np.linalg.inv(plda.projection)
    return inverse.T @ np.diag(plda.psi) @ inverse, inverse.T @ inverse


def statistics_of(rows, numbers):
    names = [f"{number:05d}" for number in numbers]
    return SpeakerStatistics.of(KeyedVectors([str(row) for row in range(len(rows))], rows), names)


@pytest.fixture(scope="module")
def fitted():
    rows, numbers = sample(covariance(4), covariance(4), GENERATOR.integers(2, 9, size=60))
    return Plda.fit(statistics_of(rows, numbers))


@pytest.mark.parametrize("utterances", [1, 2, 5])
def test_scores_are_log_likelihood_ratios(fitted, utterances):
    between, within = covariances(fitted)
    enrol = GENERATOR.normal(size=(3, utterances, 4)) + 3
    test = GENERATOR.normal(size=(2, 4)) + 3
    models = KeyedVectors(["a", "b", "c"], enrol.mean(axis=1))
    scorer = TrialScorer(
        models, KeyedVectors(["x", "y"], test), fitted, utterances=np.full(3, utterances)
    )
    found = scorer.scores(np.repeat(np.arange(3), 2), np.tile(np.arange(2), 3)).reshape(3, 2)
    for model in range(3):
        for segment in range(2):
            rows = np.concatenate([enrol[model], test[segment : segment + 1]])
            together = np.tile(between, (utterances + 1, utterances + 1)) + np.kron(
                np.eye(utterances + 1), within
            )
            apart = together.copy()
            apart[-4:, :-4] = apart[:-4, -4:] = 0
            likelihoods = [
                multivariate_normal.logpdf(rows.ravel(), np.tile(fitted.mean, len(rows)), joint)
                for joint in (together, apart)
            ]
            expected = likelihoods[0] - likelihoods[1]
            assert found[model, segment] == pytest.approx(expected, rel=1e-5, abs=1e-5)


def test_scores_are_speechbrains(fitted):
    between, within = covariances(fitted)
    rows = GENERATOR.normal(size=(9, 4)) + 3
    names = np.array([f"n{row}" for row in range(9)], dtype=object)
    nothing = np.array([None] * 9)
    stat = StatObject_SB(names, names, nothing, nothing, np.ones((9, 1)), rows)
    loading = np.linalg.cholesky(between)
    theirs = fast_PLDA_scoring(
        stat, stat, Ndx(models=names, testsegs=names), fitted.mean, loading, within
    ).scoremat
    ours = fitted.enrol_vectors(rows, np.ones(9)) @ fitted.test_vectors(rows).T
    np.testing.assert_allclose(ours, theirs, atol=1e-9)


def test_swapped_sides_give_the_same_scores(fitted):
    rows = GENERATOR.normal(size=(9, 4)) + 3
    scores = fitted.enrol_vectors(rows, np.ones(9)) @ fitted.test_vectors(rows).T
    np.testing.assert_allclose(scores, scores.T, atol=1e-9)


def log_likelihood(plda, rows, numbers):
    between, within = covariances(plda)
    total = 0.0
    for number in np.unique(numbers):
        own = rows[numbers == number]
        joint = np.tile(between, (len(own), len(own))) + np.kron(np.eye(len(own)), within)
        total += multivariate_normal.logpdf(own.ravel(), np.tile(plda.mean, len(own)), joint)
    return total


def test_every_iteration_raises_the_likelihood():
    rows, numbers = sample(0.2 * covariance(3), covariance(3), GENERATOR.integers(1, 5, size=40))
    statistics = statistics_of(rows, numbers)
    found = [log_likelihood(Plda.fit(statistics, n), rows, numbers) for n in range(6)]
    assert all(after > before for before, after in pairwise(found))


def test_covariances_are_found_again():
    between, within = covariance(5), covariance(5)
    rows, numbers = sample(between, within, GENERATOR.integers(2, 12, size=4000))
    found = covariances(Plda.fit(statistics_of(rows, numbers)))
    np.testing.assert_allclose(found[0], between, atol=0.15 * np.abs(between).max())
    np.testing.assert_allclose(found[1], within, atol=0.05 * np.abs(within).max())
