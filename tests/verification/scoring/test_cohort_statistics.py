"""The highest scores of a cohort against a sort; the whole cohort without any scores."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.base.chunks import for_each_chunk
from speechdistill.base.errors import InputError
from speechdistill.verification.scoring import cohort_statistics as module
from speechdistill.verification.scoring.cohort_statistics import cohort_statistics


@given(
    st.integers(0, 10**6),
    st.integers(1, 9),
    st.integers(2, 200),
    st.data(),
    st.sampled_from(["continuous", "tied", "equal", "sorted"]),
)
def test_top_n_against_a_sort(seed, rows, size, data, kind):
    top_n = data.draw(st.integers(2, size))
    generator = np.random.default_rng(seed)
    vectors = generator.normal(size=(rows, 3)).astype(np.float32)
    cohort = generator.normal(size=(size, 3)).astype(np.float32)
    if kind == "tied":
        vectors, cohort = np.round(vectors), np.round(cohort)
    elif kind == "equal":
        cohort[:] = cohort[0]
    elif kind == "sorted":
        cohort = cohort[np.argsort(cohort[:, 0])]
    mean, deviation = cohort_statistics(vectors, cohort, top_n)
    scores = vectors.astype(np.float64) @ cohort.T.astype(np.float64)
    for row, all_scores in enumerate(scores):
        top = sorted(all_scores)[-top_n:]
        assert mean[row] == pytest.approx(np.mean(top), abs=1e-5)
        assert deviation[row] == pytest.approx(np.std(top), abs=1e-5)


@pytest.mark.parametrize("top_n", [300, None])
def test_chunks_and_threads_do_not_matter(monkeypatch, top_n):
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=(600, 16)).astype(np.float32)
    cohort = generator.normal(size=(1000, 16)).astype(np.float32)
    expected = [np.sort(vectors @ cohort.T)[:, -(top_n or 1000) :]]
    monkeypatch.setattr(module, "SCORES_AT_ONCE", 7 * len(cohort))
    found = cohort_statistics(vectors, cohort, top_n)
    np.testing.assert_allclose(found[0], expected[0].mean(axis=1), atol=1e-5)
    np.testing.assert_allclose(found[1], expected[0].std(axis=1), atol=1e-5)


@pytest.mark.parametrize("top_n", [1, 0, -3, 11])
def test_top_n_must_fit_the_cohort(top_n):
    with pytest.raises(InputError, match=f"top-n {top_n} of a cohort of 10: give 2 to 10"):
        cohort_statistics(np.ones((1, 2)), np.ones((10, 2)), top_n)


def test_a_cohort_of_one_is_none():
    with pytest.raises(InputError, match="cohort of 1"):
        cohort_statistics(np.ones((1, 2)), np.ones((1, 2)))


def test_what_fails_in_a_thread_is_raised():
    def fail(chunk):
        if chunk.start == 4:
            raise InputError("broken")

    with pytest.raises(InputError, match="broken"):
        for_each_chunk(fail, 10, 2)
