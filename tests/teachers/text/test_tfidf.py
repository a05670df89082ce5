"""Words and letters to vectors: dimensions, determinism, texts of unknown words."""

import numpy as np
import pytest

from speechdistill.base.errors import InputError
from speechdistill.teachers.text.tfidf import TfidfSvd

TEXTS = [
    "A man from India speaking English.",
    "A woman from India speaking English.",
    "A man from Azerbaijan, spoken digits.",
    "A woman from Azerbaijan, spoken digits.",
    "Seven, two, nine.",
]


def fitted(texts=TEXTS, **options) -> TfidfSvd:
    encoder = TfidfSvd(**options)
    encoder.fit(texts)
    return encoder


def test_vectors_have_unit_length_and_keep_similarity():
    encoder = fitted(dimension=5)
    vectors = encoder.transform(TEXTS)
    assert vectors.shape == (5, 5) and vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    # With as many dimensions as there are texts nothing is lost.
    terms = encoder.terms.transform(TEXTS)
    cosines = (terms @ terms.T).toarray() / 2
    np.testing.assert_allclose(vectors @ vectors.T, cosines, atol=1e-4)
    assert cosines[0, 1] > cosines[0, 2] > cosines[0, 4]


@pytest.mark.parametrize(
    ("texts", "dimension", "found"),
    [(TEXTS, 3, 3), (TEXTS, 128, 5), ([*TEXTS, *(t.upper() for t in TEXTS)], 128, 5)],
)
def test_the_dimension_falls_to_what_the_texts_allow(texts, dimension, found, caplog):
    with caplog.at_level("INFO"):
        assert fitted(texts, dimension=dimension).transform(TEXTS[:2]).shape == (2, found)
    assert (f"allow {found} dimensions, not {dimension}" in caplog.text) == (found < dimension)


def test_one_training_text_is_enough():
    vectors = fitted(["A man."], dimension=8).transform(["A man.", "A manly man."])
    np.testing.assert_allclose(np.abs(vectors), 1)


def test_a_text_that_shares_nothing_has_length_0():
    vectors = fitted(dimension=5).transform(["口紅", "An Indian, maybe."])
    assert not vectors[0].any()
    np.testing.assert_allclose(np.linalg.norm(vectors[1]), 1, rtol=1e-5)


def test_twice_is_the_same():
    np.testing.assert_array_equal(fitted().transform(TEXTS), fitted().transform(TEXTS))


def test_texts_without_words():
    with pytest.raises(InputError, match="no word in the 2 training texts"):
        fitted(["...", "!?"])


@pytest.mark.parametrize("options", [{"dimension": 0}, {"words": 0}, {"letters": 1}])
def test_numbers_that_are_too_small(options):
    with pytest.raises(ValueError, match="at least 1"):
        TfidfSvd(**options)
