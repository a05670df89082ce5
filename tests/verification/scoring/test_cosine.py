"""Cosine scores against loops; what is wrong with embeddings is named."""

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.scoring import cosine_scores
from speechdistill.verification.trials.trial_list import TrialList


def make_trials(count=20000, names=50):
    generator = np.random.default_rng(0)
    return TrialList(
        [f"s{number % 5}/v/{number}.wav" for number in range(names)],
        generator.integers(names, size=count),
        generator.integers(names, size=count),
        generator.integers(2, size=count),
    )


def make_vectors(trials, seed=0):
    vectors = np.random.default_rng(seed).normal(size=(len(trials.names), 7))
    return KeyedVectors(list(reversed(trials.ids)), vectors)


@pytest.mark.parametrize("same", [True, False])
def test_scores_are_cosines(same):
    trials = make_trials()
    enrol = make_vectors(trials)
    test = enrol if same else make_vectors(trials, seed=1)
    scores = cosine_scores(trials, enrol, test)
    for number in (0, 1, 4095, 4096, 19999):
        a, b = enrol[trials.ids[trials.enrol[number]]], test[trials.ids[trials.test[number]]]
        expected = a @ b / np.sqrt((a @ a) * (b @ b))
        assert scores[number] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0])
def test_bad_embeddings_are_named(bad):
    trials = make_trials()
    vectors = make_vectors(trials)
    vectors.vectors[vectors.row_of["s3/v/8"]] = bad
    with pytest.raises(InputError, match="s3/v/8"):
        cosine_scores(trials, vectors, vectors)


def test_an_utterance_without_embedding_is_named():
    trials = make_trials()
    whole = make_vectors(trials)
    vectors = KeyedVectors(whole.ids[1:], whole.vectors[1:])
    with pytest.raises(InputError, match=f"such as {whole.ids[0]}.wav: embed them first"):
        cosine_scores(trials, vectors, whole)


def test_sides_of_different_dimension_are_refused():
    trials = make_trials()
    wide = make_vectors(trials)
    narrow = KeyedVectors(wide.ids, wide.vectors[:, :5])
    with pytest.raises(InputError, match="dimensions"):
        cosine_scores(trials, narrow, wide)
