"""Noises of a known spectrum."""

from collections.abc import Callable

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft, rfftfreq

# From a length in samples, a sample rate in Hz and a generator: float64 ``(length,)``.
NoiseMaker = Callable[[int, int, np.random.Generator], np.ndarray]

HARMONICS = 40
LOWEST_PINK_HZ = 30.0
LOWEST_OCTAVE_HZ, HIGHEST_OCTAVE_HZ = 100.0, 6000.0


def white_noise(length: int, sample_rate: int, rng: np.random.Generator) -> np.ndarray:
    """Return noise of equal power at all frequencies."""
    return rng.standard_normal(length)


def pink_noise(length: int, sample_rate: int, rng: np.random.Generator) -> np.ndarray:
    """Return noise of equal power per octave above 30 Hz."""
    return _coloured(
        lambda spectrum, hz: spectrum / np.sqrt(np.maximum(hz, LOWEST_PINK_HZ)),
        *(length, sample_rate, rng),
    )


def octave_noise(length: int, sample_rate: int, rng: np.random.Generator) -> np.ndarray:
    """Return Gaussian noise with a flat spectrum from f to 2 f and nothing elsewhere.

    f is log-uniform from 100 Hz on, such that 2 f reaches at most 6 kHz or half the sample rate:
    every octave is as likely to be hit. The edges are those of the discrete Fourier transform.

    Arguments
    ---------
    length: in samples.
    sample_rate: in Hz, above 400.
    rng: samples the band, then the noise.

    Returns
    -------
    float64 ``(length,)``.

    Example
    -------
    >>> noise = octave_noise(16000, 16000, np.random.default_rng(1))
    >>> heard = np.flatnonzero(np.abs(np.fft.rfft(noise)) > 1)
    >>> int(heard[0]), int(heard[-1])
    (571, 1140)
    """
    highest = min(HIGHEST_OCTAVE_HZ, sample_rate / 2)
    low_hz = np.exp(rng.uniform(np.log(LOWEST_OCTAVE_HZ), np.log(highest / 2)))
    return _coloured(
        lambda spectrum, hz: np.where((hz < low_hz) | (hz > 2 * low_hz), 0, spectrum),
        *(length, sample_rate, rng),
    )


def hum(length: int, sample_rate: int, rng: np.random.Generator) -> np.ndarray:
    """Return mains hum, 50 or 60 Hz with harmonics falling by 6 dB per octave, over faint hiss."""
    mains_hz = float(rng.choice([50.0, 60.0]))
    times = np.arange(length) / sample_rate
    sound = 0.02 * rng.standard_normal(length)
    for harmonic in range(1, HARMONICS + 1):
        strength = rng.uniform(0.2, 1.0) / harmonic
        sound += strength * np.sin(2 * np.pi * (mains_hz * harmonic * times + rng.random()))
    return sound


def modulated_noise(length: int, sample_rate: int, rng: np.random.Generator) -> np.ndarray:
    """Return pink noise that swells and fades 0.5 to 4 times a second, as of a machine."""
    times = np.arange(length) / sample_rate
    phase = 2 * np.pi * (rng.uniform(0.5, 4.0) * times + rng.random())
    return pink_noise(length, sample_rate, rng) * (1.05 + np.sin(phase))


def _coloured(
    colour: Callable[[np.ndarray, np.ndarray], np.ndarray],
    length: int,
    sample_rate: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Give white noise the spectrum that ``colour`` makes of its own and of the bins' Hz."""
    fast_length = next_fast_len(length, real=True)
    spectrum = rfft(rng.standard_normal(fast_length))
    frequencies = rfftfreq(fast_length, 1 / sample_rate)
    return irfft(colour(spectrum, frequencies), fast_length)[:length]
