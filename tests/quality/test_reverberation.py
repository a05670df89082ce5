import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.signal import fftconvolve

from speechdistill.quality.reverberation import decay_rate
from speechdistill.quality.spectrogram import Spectrogram
from speechdistill.signals.statistical_room import StatisticalRoom
from tests.quality.signals import noisy, speech_like


def naive_decay_rate(bands):
    rates = []
    for band in bands.T:
        level = 10 * np.log10(band)
        floor = np.percentile(level, 10)
        for first in range(len(level) - 7):
            slope = np.polyfit(np.arange(8) / 100, level[first : first + 8], 1)[0]
            if slope < 0 and level[first] > floor + 10:
                rates.append(-slope)
    return np.percentile(rates, 90)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_it_is_what_a_loop_computes(seed):
    bands = 10 ** np.random.default_rng(seed).normal(0, 1.5, size=(60, 5))
    assert decay_rate(bands) == pytest.approx(naive_decay_rate(bands), rel=1e-6)


@pytest.mark.parametrize("reverberation_time", [0.2, 0.4, 0.8])
def test_an_exponential_decay_is_measured(reverberation_time):
    times = np.arange(0, 4, 0.01)
    decay = 10 ** (-6 * (times % 1.0) / reverberation_time) + 1e-9
    bands = np.repeat(decay[:, None], 32, axis=1)
    assert decay_rate(bands) == pytest.approx(60 / reverberation_time, rel=0.1)


@pytest.mark.parametrize("snr", [60, 20])
def test_rooms_are_ranked(snr):
    random = np.random.default_rng(0)
    rooms = [StatisticalRoom(time, 15 - 20 * time) for time in random.uniform(0.1, 0.8, 25)]
    rates = []
    for at, room in enumerate(rooms):
        response = room.impulse_response(16000, random)
        heard = noisy(fftconvolve(speech_like(at), response)[:64000], snr, at)
        rates.append(decay_rate(Spectrogram.of(heard, 16000).bands))
    times = [room.reverberation_time for room in rooms]
    assert stats.spearmanr(times, rates).statistic < -0.7


@given(st.integers(1, 20), st.floats(1e-9, 1e9))
def test_what_does_not_fall_has_no_rate(frames, power):
    assert decay_rate(np.full((frames, 32), power)) == 0
    assert decay_rate(np.zeros((frames, 32))) == 0
