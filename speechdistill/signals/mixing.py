"""Speech and noise at a signal-to-noise ratio."""

from collections.abc import Sequence

import numpy as np

from speechdistill.signals.level import FULL_SCALE, power

HIGHEST_SAMPLE = 32767


def noisy(signal: np.ndarray, noise: np.ndarray, snr_db: float) -> np.ndarray:
    """Add noise to an utterance at the SNR ``10 log10(sum(signal^2) / sum(noise^2))``.

    Both powers are those of the whole utterance, pauses included; what noise the utterance has of
    its own counts as signal. Nothing is clipped. Where either is silent, there is no such ratio:
    the utterance stays as it is.

    Arguments
    ---------
    signal, noise: of shape ``(samples,)``.
    snr_db: in dB.

    Returns
    -------
    float64 ``(samples,)``.

    Example
    -------
    >>> noisy(np.array([0.5, -0.5]), np.array([0.1, 0.1]), snr_db=20)
    array([ 0.55, -0.45])
    """
    signal, noise = signal.astype(np.float64), noise.astype(np.float64)
    speech_power, noise_power = power(signal), power(noise)
    if not (speech_power and noise_power):
        return signal
    return signal + np.sqrt(speech_power / noise_power) * 10 ** (-snr_db / 20) * noise


def at_random_ratio(
    signal: np.ndarray, noise: np.ndarray, snr_db: Sequence[float], rng: np.random.Generator
) -> np.ndarray:
    """Add noise to an utterance as :func:`noisy` does, at a ratio sampled uniformly in dB.

    Arguments
    ---------
    signal, noise: of shape ``(samples,)``.
    snr_db: lowest and highest ratio, in dB.
    rng: samples the ratio.

    Returns
    -------
    float32 ``(samples,)``, not clipped.

    Example
    -------
    >>> at_random_ratio(np.ones(2), np.ones(2), [20, 20], np.random.default_rng(0))
    array([1.1, 1.1], dtype=float32)
    """
    lowest, highest = snr_db
    return noisy(signal, noise, rng.uniform(lowest, highest)).astype(np.float32)


def mixed(signal: np.ndarray, noise: np.ndarray, snr_db: float) -> np.ndarray:
    """Add noise to an utterance as :func:`noisy` does, in 16 bits.

    A mixture that would clip is scaled down until its peak fits.

    Arguments
    ---------
    signal: in [-1, 1], shape ``(samples,)``, not silent.
    noise: of any power above 0, shape ``(samples,)``.
    snr_db: in dB.

    Returns
    -------
    int16 ``(samples,)``.

    Example
    -------
    >>> mixed(np.array([0.5, -0.5]), np.array([1.0, 1.0]), snr_db=0)
    array([32767,     0], dtype=int16)
    """
    mixture = FULL_SCALE * noisy(signal, noise, snr_db)
    mixture *= min(1.0, HIGHEST_SAMPLE / max(np.abs(mixture).max(), 1.0))
    return np.round(mixture).astype(np.int16)
