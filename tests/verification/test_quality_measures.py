"""Quality measures of trials: symmetric, complete, and named where they are not."""

import numpy as np
import pytest

from speechdistill.errors import InputError
from speechdistill.keyed_vectors import KeyedVectors
from speechdistill.verification.quality_measures import embedding_magnitudes, pair_measures
from speechdistill.verification.trials import TrialList

TRIALS = TrialList(
    ["a/1.wav", "a/2.wav", "b/1.wav", "b/2.wav"],
    enrol=np.array([0, 2, 1]),
    test=np.array([1, 0, 2]),
    labels=np.array([1, 0, 0]),
)
SWAPPED = TrialList(TRIALS.names, TRIALS.test, TRIALS.enrol, TRIALS.labels)


def test_swapping_the_sides_changes_no_measure():
    measures = {"duration": np.array([3.0, 1.0, 2.0, 9.0]), "quality": np.array([0, 1, 0.5, 1])}
    found = pair_measures(TRIALS, measures)
    assert found.names == [
        "lower duration",
        "higher duration",
        "lower quality",
        "higher quality",
    ]
    np.testing.assert_array_equal(found.values[:, :2], [[1, 3], [2, 3], [1, 2]])
    np.testing.assert_array_equal(found.values, pair_measures(SWAPPED, measures).values)


def test_no_measures_are_no_columns():
    assert pair_measures(TRIALS, {}).values.shape == (3, 0)


def test_an_utterance_without_value_is_named_if_a_trial_needs_it():
    durations = np.array([3.0, 1.0, 2.0, np.nan])
    pair_measures(TRIALS, {"duration": durations})
    durations[2] = -np.inf
    with pytest.raises(InputError, match=r"1 of 3 utterances .* no finite duration, such as b/1"):
        pair_measures(TRIALS, {"duration": durations})


def test_magnitudes_are_norms_in_the_order_of_the_trials_names():
    vectors = np.random.default_rng(0).normal(size=(3, 7))
    found = embedding_magnitudes(TRIALS, KeyedVectors(["b/1", "x", "a/1"], vectors))
    expected = [np.sqrt((vectors[row] ** 2).sum()) for row in (2, 0)]
    np.testing.assert_allclose(found[[0, 2]], expected)
    assert np.isnan(found[[1, 3]]).all()
