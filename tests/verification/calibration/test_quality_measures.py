"""Quality measures of trials: symmetric, complete, and named where they are not."""

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.verification.calibration.quality_measures import (
    pair_measures,
    pair_measures_of_columns,
)
from speechdistill.verification.trials.trial_list import TrialList
from speechdistill.verification.trials.utterance_facts import UtteranceFacts

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


def test_columns_of_tables_as_they_are_or_as_logarithms():
    facts = UtteranceFacts({"duration": {"a": "4", "b": "9"}, "quality": {"a": "0.5", "b": "1"}})
    found = pair_measures_of_columns(TRIALS, facts, ["quality", "log:duration"])
    assert found.names[2:] == ["lower log:duration", "higher log:duration"]
    expected = [[0.5, 0.5, 4, 4], [0.5, 1, 4, 9], [0.5, 1, 4, 9]]
    expected = np.array(expected)
    expected[:, 2:] = np.log(expected[:, 2:])
    np.testing.assert_allclose(found.values, expected)


def test_the_logarithm_of_nothing_is_refused():
    facts = UtteranceFacts({"duration": {"a": "4", "b": "0"}})
    with pytest.raises(InputError, match="no finite log:duration, such as b/1"):
        pair_measures_of_columns(TRIALS, facts, ["log:duration"])
