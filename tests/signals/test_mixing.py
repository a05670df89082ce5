import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.signals.mixing import mixed, noisy
from tests.augmentation.sets import snr_db


@given(st.integers(0, 10_000), st.sampled_from([20, 10, 5, 0]), st.sampled_from([0.05, 0.3, 0.99]))
def test_the_mixture_has_the_snr_and_never_clips(seed, snr_db, level):
    generator = np.random.default_rng(seed)
    signal = level * np.sin(np.arange(8000) / generator.uniform(2, 30))
    noise = generator.normal(size=8000)
    samples = mixed(signal, noise, snr_db)
    assert samples.dtype == np.int16
    assert np.abs(samples.astype(int)).max() <= 32767
    # What is in the samples, by least squares: a gain of the signal and one of the noise.
    gains, *_ = np.linalg.lstsq(np.stack([signal, noise], 1), samples / 32768, rcond=None)
    parts = gains[0] * signal, gains[1] * noise
    found = 10 * np.log10(np.sum(parts[0] ** 2) / np.sum(parts[1] ** 2))
    assert found == pytest.approx(snr_db, abs=0.1)
    assert gains[0] <= 1 + 1e-3
    if np.abs(samples.astype(int)).max() < 32000:
        assert gains[0] == pytest.approx(1, abs=1e-3)


@given(
    signal=st.integers(1, 2**32).map(lambda seed: np.random.default_rng(seed).normal(size=400)),
    loudness=st.floats(1e-3, 1e3),
    asked=st.floats(-20, 60),
)
def test_a_mixture_has_the_ratio_asked_for(signal, loudness, asked):
    noise = loudness * np.random.default_rng(0).normal(size=400)
    assert snr_db(signal, noisy(signal, noise, asked)) == pytest.approx(asked, abs=1e-6)


def test_silence_has_no_ratio_and_changes_nothing():
    np.testing.assert_array_equal(noisy(np.zeros(4), np.ones(4), 10), np.zeros(4))
    np.testing.assert_array_equal(noisy(np.ones(4), np.zeros(4), 10), np.ones(4))
