"""Speech and noise at a signal-to-noise ratio, in 16 bits."""

import numpy as np

FULL_SCALE = 32768
HIGHEST_SAMPLE = 32767


def mixed(signal: np.ndarray, noise: np.ndarray, snr_db: float) -> np.ndarray:
    """Add noise to an utterance at the SNR ``10 log10(sum(signal^2) / sum(noise^2))``.

    Both powers are those of the whole utterance, pauses included; what noise the utterance has of
    its own counts as signal. A mixture that would clip is scaled down until its peak fits.

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
    signal = signal.astype(np.float64)
    gain = np.sqrt(np.mean(signal**2) / np.mean(noise**2)) * 10 ** (-snr_db / 20)
    mixture = FULL_SCALE * (signal + gain * noise)
    mixture *= min(1.0, HIGHEST_SAMPLE / np.abs(mixture).max())
    return np.round(mixture).astype(np.int16)
