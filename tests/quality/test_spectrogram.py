import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal as scipy_signal

from speechdistill.quality.spectrogram import Spectrogram


@pytest.mark.parametrize("rate", [8000, 16000])
def test_it_is_what_scipy_computes(rate):
    signal = np.random.default_rng(0).normal(size=rate)
    length, hop = round(0.032 * rate), rate // 100
    _, _, expected = scipy_signal.spectrogram(
        signal - signal.mean(),
        rate,
        window=np.hanning(length),
        nperseg=length,
        noverlap=length - hop,
        detrend=False,
        scaling="spectrum",
        mode="complex",
    )
    ours = Spectrogram.of(signal, rate).power
    scale = np.hanning(length).sum() ** 2
    np.testing.assert_allclose(ours, np.abs(expected.T) ** 2 * scale, rtol=1e-2, atol=1e-3)


@pytest.mark.parametrize("frequency", [100, 440, 1000, 3000, 7000])
def test_a_tone_is_loudest_in_the_band_around_it(frequency):
    tone = np.sin(2 * np.pi * frequency * np.arange(16000) / 16000)
    mel = 2595 * np.log10(1 + np.array([60, frequency, 0.975 * 8000]) / 700)
    expected = (mel[1] - mel[0]) / (mel[2] - mel[0]) * 33 - 1
    assert abs(Spectrogram.of(tone, 16000).bands[50].argmax() - expected) <= 1


@given(st.integers(0, 2000), st.sampled_from([8000, 11025, 16000, 48000]))
def test_any_length_and_rate_give_frames(samples, rate):
    spectrogram = Spectrogram.of(np.ones(samples), rate)
    assert len(spectrogram.power) >= 1
    assert spectrogram.bands.shape == (len(spectrogram.power), 32)
    assert spectrogram.power.max() < 1e-6
