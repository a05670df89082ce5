import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdistill.signals.noise import (
    NoiseMaker,
    hum,
    modulated_noise,
    octave_noise,
    pink_noise,
    white_noise,
)

RATE = 16000
LENGTH = 4 * RATE


def band_power_db(noise: np.ndarray, low: float, high: float) -> float:
    power = np.abs(np.fft.rfft(noise)) ** 2
    return 10 * float(np.log10(power[round(4 * low) : round(4 * high)].sum()))


@pytest.mark.parametrize(
    ("make", "slope_db"), [(white_noise, 3), (pink_noise, 0), (modulated_noise, 0)]
)
def test_power_per_octave(make, slope_db):
    noise = make(LENGTH, RATE, np.random.default_rng(1))
    for low in (250, 500, 1000, 2000):
        step = band_power_db(noise, 2 * low, 4 * low) - band_power_db(noise, low, 2 * low)
        assert step == pytest.approx(slope_db, abs=1)


def test_hum_has_its_power_on_the_harmonics():
    noise = hum(LENGTH, RATE, np.random.default_rng(1))
    power = np.abs(np.fft.rfft(noise)) ** 2
    peaks = np.flatnonzero(power > 0.01 * power.max()) / 4
    assert np.allclose(peaks % 50, 0) or np.allclose(peaks % 60, 0)


def test_modulated_noise_swells():
    def swing(make: NoiseMaker) -> float:
        noise = make(LENGTH, RATE, np.random.default_rng(2))
        levels = np.sqrt((noise.reshape(-1, 800) ** 2).mean(axis=1))
        return float(levels.std() / levels.mean())

    assert swing(modulated_noise) > 0.4 > 2 * swing(white_noise)


@given(st.integers(0, 10_000), st.sampled_from([8000, 16000]))
def test_a_band_is_one_octave_within_its_limits(seed, rate):
    noise = octave_noise(4000, rate, np.random.default_rng(seed))
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
        noise = octave_noise(2000, 16000, np.random.default_rng(seed))
        power = np.abs(np.fft.rfft(noise))
        lowest.append(8 * np.argmax(power > 0.1 * power.max()))
    octaves = np.log2(np.array(lowest) / 100) / np.log2(30)
    counts, _ = np.histogram(octaves, bins=4, range=(0, 1.0001))
    assert counts.min() > 60
