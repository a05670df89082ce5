import numpy as np
import scipy.signal
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.signals.reverberation import reverberated


@given(
    seed=st.integers(0, 2**32),
    samples=st.integers(2, 300),
    taps=st.integers(1, 400),
)
def test_reverberation_is_the_convolution_from_the_direct_sound_on(seed, samples, taps):
    generator = np.random.default_rng(seed)
    signal, response = generator.normal(size=samples), generator.normal(size=taps)
    direct = np.argmax(np.abs(response))
    expected = scipy.signal.convolve(signal, response, method="direct")
    expected = expected[direct : direct + samples]
    expected *= np.sqrt(np.sum(signal**2) / np.sum(expected**2))
    np.testing.assert_allclose(reverberated(signal, response), expected, atol=1e-9)


def test_silence_stays_silence():
    assert not reverberated(np.zeros(10, dtype=np.float32), np.ones(3)).any()
    np.testing.assert_array_equal(reverberated(np.ones(4), np.zeros(3)), np.ones(4))
