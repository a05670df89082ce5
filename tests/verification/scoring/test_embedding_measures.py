"""Measures of embeddings against loops, and their table."""

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.scoring.embedding_measures import (
    embedding_magnitudes,
    embedding_measures,
    save_measures,
)
from speechdistill.verification.trials.trial_list import TrialList
from speechdistill.verification.trials.utterance_facts import UtteranceFacts


def test_magnitudes_are_norms():
    vectors = np.random.default_rng(0).normal(size=(3, 7)).astype(np.float32)
    expected = [np.sqrt(sum(float(x) ** 2 for x in vector)) for vector in vectors]
    np.testing.assert_allclose(embedding_magnitudes(vectors), expected)


def test_cohort_measures_are_those_of_a_loop():
    generator = np.random.default_rng(0)
    embeddings = KeyedVectors(["a", "b"], generator.normal(size=(2, 5)))
    cohort = KeyedVectors([f"c{n}" for n in range(9)], generator.normal(size=(9, 5)))
    found = embedding_measures(embeddings, cohort, top_n=4)
    for row, vector in enumerate(embeddings.vectors):
        cosines = sorted(
            vector @ other / np.linalg.norm(vector) / np.linalg.norm(other)
            for other in cohort.vectors
        )
        assert found["cohort_mean"][row] == pytest.approx(np.mean(cosines[-4:]))
        assert found["cohort_deviation"][row] == pytest.approx(np.std(cosines[-4:]))
    assert list(embedding_measures(embeddings)) == ["magnitude"]
    with pytest.raises(InputError, match="top-n 10 of a cohort of 9"):
        embedding_measures(embeddings, cohort, top_n=10)
    cohort.vectors[3] = 0
    with pytest.raises(InputError, match="c3 is zero or not finite"):
        embedding_measures(embeddings, cohort, top_n=4)
    with pytest.raises(InputError, match="4 dimensions and the utterances' 5"):
        embedding_measures(embeddings, KeyedVectors(["c"], np.ones((1, 4))))


def test_measures_come_back_from_their_table(tmp_path):
    save_measures(["a/1", "a/2"], {"magnitude": np.array([1 / 3, 2.0])}, tmp_path / "m.tsv")
    trials = TrialList(["a/1", "a/2"], np.array([0, 0]), np.array([0, 1]), np.array([1, 0]))
    facts = UtteranceFacts.load([tmp_path / "m.tsv"], {})
    np.testing.assert_allclose(facts.numbers("magnitude", trials), [1 / 3, 2], rtol=1e-8)
