"""How much of a recording is speech."""

import numpy as np

from speechdistill.quality.percentiles import percentiles

FRAMES_PER_SECOND = 100


def net_duration(signal: np.ndarray, sample_rate: int) -> float:
    """Seconds of speech: frames of 10 ms whose level stands out.

    Example
    -------
    >>> random = np.random.default_rng(0)
    >>> tone = np.sin(np.arange(16000))
    >>> round(net_duration(np.concatenate([tone, 0.001 * random.normal(size=16000)]), 16000), 1)
    1.0
    """
    is_speech = stands_out(frame_power(signal, sample_rate))
    return float(np.count_nonzero(is_speech) / FRAMES_PER_SECOND)


def frame_power(signal: np.ndarray, sample_rate: int) -> np.ndarray:
    """Return the mean square of each whole frame of 10 ms, float64 ``(frames,)``.

    Example
    -------
    >>> frame_power(np.repeat([0.5, 0.0], 80), 8000).tolist()
    [0.25, 0.0]
    """
    length = sample_rate // FRAMES_PER_SECOND
    frames = signal[: len(signal) // length * length].reshape(-1, length)
    return np.mean(np.square(frames, dtype=np.float64), axis=1)


def stands_out(power: np.ndarray) -> np.ndarray:
    """Tell which frames of a recording are loud enough to be speech: bool ``(frames,)``.

    A frame counts if its power is less than 30 dB below the loud ones' (95th percentile), and
    more than a third of the way, in dB, from the soft ones' (5th percentile) to theirs.

    Example
    -------
    >>> stands_out(np.array([0.25, 1e-6, 0.25])).tolist()
    [True, False, True]
    """
    if len(power) == 0 or power.max() == 0:
        return np.zeros(len(power), dtype=bool)
    level = 10 * np.log10(np.maximum(power, 1e-12 * power.max()))
    soft, loud = percentiles(level, [5, 95])
    return level >= max(loud - 30, soft + (loud - soft) / 3)
