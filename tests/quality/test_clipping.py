import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from speechdistill.quality.clipping import clipping_share


def naive_clipping_share(signal):
    peak = max(abs(value) for value in signal)
    if peak == 0:
        return 0.0
    sides = [int(value >= 0.999 * peak) - int(value <= -0.999 * peak) for value in signal]
    neighbours = [0, *sides, 0]
    clipped = [
        side != 0 and side in (neighbours[at], neighbours[at + 2]) for at, side in enumerate(sides)
    ]
    return sum(clipped) / len(signal)


@given(arrays(float, st.integers(1, 40), elements=st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0])))
def test_clipping_is_what_a_loop_counts(signal):
    assert clipping_share(signal) == naive_clipping_share(signal)


@given(st.floats(0.1, 0.9), st.floats(0.01, 10))
def test_clipping_shows_at_every_level(limit, gain):
    signal = np.sin(np.arange(16000) / 20) * np.linspace(0, 1, 16000)
    assert clipping_share(gain * signal) < 0.001
    clipped = gain * np.clip(signal, -limit, limit)
    assert clipping_share(clipped) == pytest.approx(np.mean(np.abs(signal) >= limit), abs=0.01)
