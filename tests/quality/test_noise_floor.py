import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from speechdistill.quality.noise_floor import noise_floor_snrs
from speechdistill.quality.spectrogram import Spectrogram
from tests.quality.signals import noisy, speech_like


def naive_snrs(bands):
    frames, count = bands.shape
    smooth = np.empty_like(bands)
    for t in range(frames):
        for b in range(count):
            # At the ends the signal is mirrored.
            around = [min(max(s, -s - 1), 2 * frames - 1 - s) for s in range(t - 2, t + 3)]
            smooth[t, b] = np.mean([bands[s, b] for s in around])
    floor = [np.percentile(smooth[:, b], 10) for b in range(count)]
    above = [
        np.percentile([smooth[t, b] / floor[b] for b in range(count)], 5) for t in range(frames)
    ]
    gains = [min(100, max(1, value / np.percentile(above, 10))) for value in above]
    speech = sum(smooth.mean(axis=0))
    noises = (sum(floor), np.mean(gains) * sum(floor))
    return [10 * np.log10(max(speech / noise - 1, 0.01)) for noise in noises]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_both_are_what_a_loop_computes(seed):
    bands = np.random.default_rng(seed).gamma(0.5, size=(40, 8)) + 0.05
    assert noise_floor_snrs(bands) == pytest.approx(naive_snrs(bands), abs=1e-6)


@pytest.mark.parametrize("snr", [0, 5, 10, 20, 30])
def test_steady_noise_is_measured(snr):
    bands = Spectrogram.of(noisy(speech_like(0), snr, 1), 16000).bands
    assert noise_floor_snrs(bands) == pytest.approx((snr, snr), abs=3)


def test_noise_that_swells_misleads_the_first_only():
    speech = speech_like(0)
    times = np.arange(len(speech)) / 16000
    noise = np.random.default_rng(1).normal(size=len(speech))
    noise *= 1.05 + np.sin(2 * np.pi * 0.8 * times)
    noise *= np.sqrt(np.mean(speech**2) / np.mean(noise**2)) * 10 ** (-10 / 20)
    steady, swelling = noise_floor_snrs(Spectrogram.of(speech + noise, 16000).bands)
    assert abs(swelling - 10) < 2 < 4 < steady - 10


def test_ranks():
    true = np.random.default_rng(0).uniform(0, 30, 40)
    estimates = [
        noise_floor_snrs(Spectrogram.of(noisy(speech_like(at), snr, at), 16000).bands)
        for at, snr in enumerate(true)
    ]
    for column in np.transpose(estimates):
        assert stats.spearmanr(true, column).statistic > 0.95


@given(st.integers(1, 30), st.floats(1e-6, 1e6), st.integers(0, 5))
def test_any_bands_give_both_in_range_and_the_second_never_above(frames, gain, seed):
    bands = gain * np.random.default_rng(seed).gamma(0.1, size=(frames, 32))
    steady, swelling = noise_floor_snrs(bands)
    assert -20 <= swelling <= steady <= 60


@pytest.mark.parametrize("bands", [np.zeros((10, 32)), np.zeros((1, 32))])
def test_silence_has_the_lowest(bands):
    assert noise_floor_snrs(bands) == (-20, -20)


def test_silenced_pauses_do_not_make_speech_look_like_noise():
    """A noise gate takes the floor away, not the speech."""
    signal = noisy(speech_like(0), 30, 1)
    spectrogram = Spectrogram.of(signal, 16000)
    gated = spectrogram.bands.copy()
    gated[gated.sum(axis=1) < 0.1 * gated.sum(axis=1).mean()] *= 1e-9
    assert min(noise_floor_snrs(gated)) > 15


def test_digital_silence_between_words_is_a_high_snr_not_an_endless_one():
    bands = np.zeros((100, 32))
    bands[30:60] = 1
    assert noise_floor_snrs(bands)[0] == 60
