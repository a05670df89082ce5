"""An utterance and a noise, at a random level."""

from collections.abc import Sequence

import numpy as np

from speechdistill.corpora.conditions.mixing import noisy


def at_random_ratio(
    signal: np.ndarray, noise: np.ndarray, snr_db: Sequence[float], generator: np.random.Generator
) -> np.ndarray:
    """Add noise at a signal-to-noise ratio drawn uniformly in dB; see :func:`noisy`.

    Arguments
    ---------
    signal, noise: of shape ``(samples,)``.
    snr_db: lowest and highest ratio, in dB.
    generator: draws the ratio.

    Returns
    -------
    float32 ``(samples,)``, not clipped.

    Example
    -------
    >>> at_random_ratio(np.ones(2), np.ones(2), [20, 20], np.random.default_rng(0))
    array([1.1, 1.1], dtype=float32)
    """
    lowest, highest = snr_db
    return noisy(signal, noise, generator.uniform(lowest, highest)).astype(np.float32)
