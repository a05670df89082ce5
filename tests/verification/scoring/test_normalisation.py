"""S-norm and AS-norm against a naive double loop."""

import numpy as np
import pytest
from scipy.stats import norm

from speechdistill.base.errors import InputError
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.scoring import (
    Cohort,
    CosineBackend,
    TrialScorer,
    adaptive_snorm,
    snorm,
)
from speechdistill.verification.scoring.plda import Plda
from speechdistill.verification.trials.trial_list import TrialList

GENERATOR = np.random.default_rng(0)
NAMES = [f"s{number}/{number}" for number in range(30)]
PLDA = Plda(np.full(5, 0.1), np.linalg.qr(GENERATOR.normal(size=(5, 5)))[0], np.arange(5.0))


def make(prefix, count):
    ids = [f"{prefix}{row}" for row in range(count)]
    return KeyedVectors(ids, GENERATOR.normal(size=(count, 5)))


VECTORS = KeyedVectors(NAMES, make("", 30).vectors)
COHORT = make("c", 25)


def make_trials(count=20):
    pairs = GENERATOR.integers(30, size=(2, count))
    return TrialList(NAMES, *pairs, np.full(count, -1))


def cosine(a, b):
    return a @ b / np.sqrt((a @ a) * (b @ b))


def plda_llr(a, b):
    u, t = (a - PLDA.mean) @ PLDA.projection, (b - PLDA.mean) @ PLDA.projection
    shrink = PLDA.psi / (PLDA.psi + 1)
    same = norm.logpdf(t, shrink * u, np.sqrt(1 + shrink))
    return np.sum(same - norm.logpdf(t, 0, np.sqrt(1 + PLDA.psi)))


def naive(trials, enrol, test, top_n, score):
    expected = []
    for enrol_name, test_name in zip(trials.enrol, trials.test, strict=True):
        a, b = enrol[trials.ids[enrol_name]], test[trials.ids[test_name]]
        raw = score(a, b)
        sides = [score(a, c) for c in COHORT.vectors], [score(c, b) for c in COHORT.vectors]
        tops = [np.sort(scores)[-top_n:] for scores in sides]
        expected.append(sum((raw - np.mean(top)) / np.std(top) for top in tops) / 2)
    return expected


@pytest.mark.parametrize("same_sides", [True, False])
@pytest.mark.parametrize(("backend", "score"), [(None, cosine), (PLDA, plda_llr)])
@pytest.mark.parametrize("top_n", [5, 24, 25])
def test_adaptive_snorm_against_a_double_loop(same_sides, backend, score, top_n):
    trials = make_trials()
    enrol = VECTORS if same_sides else KeyedVectors(NAMES[::-1], make("", 30).vectors)
    scores = adaptive_snorm(trials, enrol, VECTORS, COHORT, top_n, backend)
    expected = naive(trials, enrol, VECTORS, top_n, score)
    np.testing.assert_allclose(scores, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("backend", "score"), [(CosineBackend(), cosine), (PLDA, plda_llr)])
def test_snorm_against_a_double_loop(backend, score):
    trials = make_trials()
    scores = snorm(trials, VECTORS, VECTORS, COHORT, backend)
    expected = naive(trials, VECTORS, VECTORS, len(COHORT), score)
    np.testing.assert_allclose(scores, expected, rtol=1e-5, atol=1e-5)


def test_neither_the_order_of_the_cohort_nor_scale_matters():
    trials = make_trials()
    expected = adaptive_snorm(trials, VECTORS, VECTORS, COHORT, 10)
    order = GENERATOR.permutation(len(COHORT))
    shuffled = KeyedVectors([COHORT.ids[row] for row in order], 3 * COHORT.vectors[order])
    louder = KeyedVectors(NAMES, 7 * VECTORS.vectors)
    found = adaptive_snorm(trials, louder, louder, shuffled, 10)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


def test_swapped_sides_give_the_same_scores():
    trials = make_trials()
    swapped = TrialList(NAMES, trials.test, trials.enrol, trials.labels)
    np.testing.assert_allclose(
        adaptive_snorm(trials, VECTORS, VECTORS, COHORT, 10),
        adaptive_snorm(swapped, VECTORS, VECTORS, COHORT, 10),
        rtol=1e-6,
    )


def test_blocks_that_share_utterances():
    trials = make_trials()
    scorer = TrialScorer(VECTORS, VECTORS, cohort=Cohort(COHORT, 10))
    whole = adaptive_snorm(trials, VECTORS, VECTORS, COHORT, 10)
    parts = [
        scorer.scores(trials.enrol[start : start + 7], trials.test[start : start + 7])
        for start in range(0, len(trials), 7)
    ]
    np.testing.assert_allclose(np.concatenate(parts), whole, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("cohort", "top_n", "message"),
    [
        (KeyedVectors(["a", "b"], np.ones((2, 4))), 2, "cohort embeddings have 4 dimensions"),
        (KeyedVectors(["a", "b"], np.ones((2, 5))), 2, "do not differ"),
        (KeyedVectors(["a", "b"], np.eye(5)[:2] * [[1], [0]]), 2, "the embedding of b is zero"),
        (COHORT, 26, "give 2 to 25"),
    ],
)
def test_cohorts_that_cannot_normalise(cohort, top_n, message):
    with pytest.raises(InputError, match=message):
        adaptive_snorm(make_trials(), VECTORS, VECTORS, cohort, top_n)


def test_the_whole_of_a_cohort_that_is_one_person():
    same = KeyedVectors(["a", "b", "c"], np.tile(COHORT.vectors[:1], (3, 1)))
    with pytest.raises(InputError, match="do not differ"):
        snorm(make_trials(), VECTORS, VECTORS, same)
