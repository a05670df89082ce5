from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from speechdistill.quality.wada import wada_curve, wada_snr

MINIVOX = Path(__file__).parents[3] / "shared" / "minivox"


def gamma_speech(seed: int, samples: int = 60000) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.gamma(0.4, size=samples) * random.choice([-1.0, 1.0], size=samples)


def mixed(speech: np.ndarray, noise: np.ndarray, snr: float) -> np.ndarray:
    gain = np.sqrt(np.mean(speech**2) / np.mean(noise**2)) * 10 ** (-snr / 20)
    return speech + gain * noise


@pytest.mark.parametrize("snr", [-15, -5, 0, 7, 20, 45])
def test_the_curve_is_what_sampling_gives(snr):
    """The definition, by Monte Carlo: independent of the formulas in the module."""
    random = np.random.default_rng(snr + 100)
    z = np.abs(mixed(gamma_speech(snr + 100, 1_000_000), random.normal(size=1_000_000), snr))
    snrs, curve = wada_curve()
    assert curve[snrs == snr] == pytest.approx(np.log(z.mean()) - np.log(z).mean(), abs=5e-3)


def test_the_curve_rises_from_normal_to_gamma():
    _, curve = wada_curve()
    assert np.all(np.diff(curve) > 0)
    # ln E|n| - E ln|n| of normal noise is (ln(4 / pi) + Euler's gamma) / 2.
    assert curve[0] == pytest.approx((np.log(4 / np.pi) + np.euler_gamma) / 2, abs=1e-3)


@pytest.mark.parametrize("snr", [0, 5, 10, 15, 20, 30])
def test_mixtures_of_known_snr(snr):
    noise = np.random.default_rng(1).normal(size=60000)
    assert wada_snr(mixed(gamma_speech(0), noise, snr)) == pytest.approx(snr, abs=1)


@given(gain=st.floats(1e-3, 1e3), offset=st.floats(-10, 10))
def test_neither_level_nor_offset_matters(gain, offset):
    signal = mixed(gamma_speech(0, 4000), np.random.default_rng(1).normal(size=4000), 10)
    assert wada_snr(gain * (signal + offset)) == pytest.approx(wada_snr(signal), abs=1e-3)


@pytest.mark.parametrize("signal", [np.zeros(100), np.ones(100), np.zeros(0)])
def test_silence_has_the_lowest_snr(signal):
    assert wada_snr(signal) == -20


@pytest.mark.skipif(not MINIVOX.is_dir(), reason=f"{MINIVOX} is not here")
@pytest.mark.parametrize("kind", ["white", "modulated", "babble"])
def test_real_speech_is_ranked_by_its_snr(kind):
    random = np.random.default_rng(0)
    signals = [soundfile.read(path)[0] for path in sorted(MINIVOX.glob("wav/*/*/*.flac"))[::12]]
    signals = [signal - signal.mean() for signal in signals]
    clean = [signal for signal in signals if wada_snr(signal) > 40]

    def noise(samples: int) -> np.ndarray:
        if kind == "babble":
            voices = random.choice(len(signals), 8)
            return sum(np.resize(signals[at] / signals[at].std(), samples) for at in voices)
        white = random.normal(size=samples)
        phase = 2 * np.pi * 3 * np.arange(samples) / 16000
        return white * (1 + 0.8 * np.sin(phase)) if kind == "modulated" else white

    true = random.uniform(0, 30, size=len(clean))
    estimated = [
        wada_snr(mixed(signal, noise(len(signal)), snr))
        for signal, snr in zip(clean, true, strict=True)
    ]
    assert stats.spearmanr(true, estimated).statistic > 0.9
