"""Noises have the spectrum they say, and mixtures the level."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.corpora.conditions.band_limited import band_limited_noise
from speechdistill.corpora.conditions.mixing import mixed


@given(st.integers(0, 10_000), st.sampled_from([8000, 16000]))
def test_a_band_is_one_octave_within_its_limits(seed, rate):
    noise = band_limited_noise(4000, rate, np.random.default_rng(seed))
    power = np.abs(np.fft.rfft(noise)) ** 2
    frequencies = np.fft.rfftfreq(len(noise), 1 / rate)
    heard = frequencies[power > 0.01 * power.max()]
    assert heard[0] >= 99 and heard[-1] <= min(6000, rate / 2) + 1
    assert heard[-1] / heard[0] < 2.2
    share = power[(frequencies >= heard[0]) & (frequencies <= heard[-1])].sum() / power.sum()
    assert share > 0.99


def test_every_octave_is_as_likely():
    lowest = []
    for seed in range(400):
        noise = band_limited_noise(2000, 16000, np.random.default_rng(seed))
        power = np.abs(np.fft.rfft(noise))
        lowest.append(8 * np.argmax(power > 0.1 * power.max()))
    octaves = np.log2(np.array(lowest) / 100) / np.log2(30)
    counts, _ = np.histogram(octaves, bins=4, range=(0, 1.0001))
    assert counts.min() > 60


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
