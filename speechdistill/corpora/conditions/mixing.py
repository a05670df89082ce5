"""Speech and noise at a signal-to-noise ratio."""

import numpy as np

FULL_SCALE = 32768
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
    power, noise_power = np.mean(signal**2), np.mean(noise**2)
    if not (power and noise_power):
        return signal
    return signal + np.sqrt(power / noise_power) * 10 ** (-snr_db / 20) * noise


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
    mixture *= min(1.0, HIGHEST_SAMPLE / np.abs(mixture).max())
    return np.round(mixture).astype(np.int16)
