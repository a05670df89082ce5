import numpy as np
import pytest

from speechdistill.corpora.synthvox.noise import NOISE_MAKERS, babble_noise

RATE = 16000
LENGTH = 4 * RATE


def band_power_db(noise: np.ndarray, low: float, high: float) -> float:
    power = np.abs(np.fft.rfft(noise)) ** 2
    return 10 * float(np.log10(power[round(4 * low) : round(4 * high)].sum()))


@pytest.mark.parametrize(("kind", "slope_db"), [("white", 3), ("pink", 0), ("modulated", 0)])
def test_power_per_octave(kind, slope_db):
    noise = NOISE_MAKERS[kind](LENGTH, RATE, np.random.default_rng(1))
    for low in (250, 500, 1000, 2000):
        step = band_power_db(noise, 2 * low, 4 * low) - band_power_db(noise, low, 2 * low)
        assert step == pytest.approx(slope_db, abs=1)


def test_hum_has_its_power_on_the_harmonics():
    noise = NOISE_MAKERS["hum"](LENGTH, RATE, np.random.default_rng(1))
    power = np.abs(np.fft.rfft(noise)) ** 2
    peaks = np.flatnonzero(power > 0.01 * power.max()) / 4
    assert np.allclose(peaks % 50, 0) or np.allclose(peaks % 60, 0)


def test_modulated_noise_swells():
    def swing(kind: str) -> float:
        noise = NOISE_MAKERS[kind](LENGTH, RATE, np.random.default_rng(2))
        levels = np.sqrt((noise.reshape(-1, 800) ** 2).mean(axis=1))
        return float(levels.std() / levels.mean())

    assert swing("modulated") > 0.4 > 2 * swing("white")


def test_babble_is_all_voices_at_once():
    rng = np.random.default_rng(1)
    voices = [np.sin(np.arange(8000) * frequency) for frequency in (0.1, 0.3, 0.7)]
    babble = babble_noise(20000, voices, rng)
    for voice in voices:
        spectrum = np.abs(np.fft.rfft(babble, 80000))
        frequency = np.abs(np.fft.rfft(voice, 80000)).argmax()
        assert spectrum[frequency - 20 : frequency + 20].max() > 0.2 * spectrum.max()
