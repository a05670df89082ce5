"""How much of a recording is speech."""

import numpy as np

from speechdistill.quality.percentiles import percentiles


def net_duration(signal: np.ndarray, sample_rate: int) -> float:
    """Seconds of speech: frames of 10 ms whose level stands out.

    A frame counts if its power is less than 30 dB below the loud ones' (95th percentile), and
    more than a third of the way, in dB, from the soft ones' (5th percentile) to theirs.

    Example
    -------
    >>> random = np.random.default_rng(0)
    >>> tone = np.sin(np.arange(16000))
    >>> round(net_duration(np.concatenate([tone, 0.001 * random.normal(size=16000)]), 16000), 1)
    1.0
    """
    length = sample_rate // 100
    frames = signal[: len(signal) // length * length].reshape(-1, length)
    if len(frames) == 0:
        return 0.0
    power = np.mean(np.square(frames, dtype=np.float64), axis=1)
    if power.max() == 0:
        return 0.0
    level = 10 * np.log10(np.maximum(power, 1e-12 * power.max()))
    soft, loud = percentiles(level, [5, 95])
    is_speech = level >= max(loud - 30, soft + (loud - soft) / 3)
    return float(np.count_nonzero(is_speech) / 100)
