"""Noise that covers one octave."""

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft, rfftfreq

LOWEST_HZ = 100.0
HIGHEST_HZ = 6000.0


def band_limited_noise(length: int, sample_rate: int, rng: np.random.Generator) -> np.ndarray:
    """Return Gaussian noise with a flat spectrum from f to 2 f and nothing elsewhere.

    f is log-uniform from 100 Hz on, such that 2 f reaches at most 6 kHz or half the sample rate:
    every octave is as likely to be hit. The edges are those of the discrete Fourier transform.

    Arguments
    ---------
    length: in samples.
    sample_rate: in Hz, above 400.
    rng: draws the band, then the noise.

    Returns
    -------
    float64 ``(length,)``.

    Example
    -------
    >>> noise = band_limited_noise(16000, 16000, np.random.default_rng(1))
    >>> heard = np.flatnonzero(np.abs(np.fft.rfft(noise)) > 1)
    >>> int(heard[0]), int(heard[-1])
    (571, 1140)
    """
    highest = min(HIGHEST_HZ, sample_rate / 2)
    low_hz = np.exp(rng.uniform(np.log(LOWEST_HZ), np.log(highest / 2)))
    fast_length = next_fast_len(length, real=True)
    spectrum = rfft(rng.standard_normal(fast_length))
    frequencies = rfftfreq(fast_length, 1 / sample_rate)
    spectrum[(frequencies < low_hz) | (frequencies > 2 * low_hz)] = 0
    return irfft(spectrum, fast_length)[:length]
