"""The power of a waveform, and the scale of 16-bit samples."""

import numpy as np

FULL_SCALE = 32768


def power(signal: np.ndarray) -> float:
    """Return the mean square of a waveform ``(samples,)``, computed in float64.

    Example
    -------
    >>> power(np.array([3.0, -4.0]))
    12.5
    """
    return float(np.mean(np.square(signal, dtype=np.float64)))
