import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.quality.percentiles import percentiles


@given(
    seed=st.integers(0, 2**32),
    shape=st.tuples(st.integers(1, 60), st.integers(1, 40)),
    percents=st.lists(st.floats(0, 100), min_size=1, max_size=3),
)
@pytest.mark.parametrize("axis", [None, 0, 1])
def test_they_are_numpys_to_the_last_bit(axis, seed, shape, percents):
    values = np.random.default_rng(seed).lognormal(0, 5, shape).round(3)
    found = percentiles(values, percents, axis)
    np.testing.assert_array_equal(found, np.percentile(values, percents, axis=axis))
