import numpy as np
import pytest

from speechdistill.signals.level import power


def test_the_power_of_short_floats_is_summed_in_long_ones():
    signal = np.full(100_000, 1e-4, dtype=np.float32)
    assert power(signal) == pytest.approx(np.float64(signal[0]) ** 2, rel=1e-12)
