"""Clipping: how many samples of a recording were cut off at the peak."""

import numpy as np


def clipping_share(signal: np.ndarray) -> float:
    """The share of samples in flat tops: two or more neighbours at the positive or negative peak.

    The peak is the recording's own, so that clipping shows even if the level was lowered later.

    Example
    -------
    >>> clipping_share(np.array([0.0, 0.5, 0.5, 0.5, 0.1, -0.2, -0.5, 0.1]))
    0.375
    """
    peak = np.max(np.abs(signal), initial=0.0)
    if peak == 0:
        return 0.0
    clipped = 0
    for is_top in (signal >= 0.999 * peak, signal <= -0.999 * peak):
        pairs = is_top[1:] & is_top[:-1]
        clipped += np.count_nonzero(np.append(pairs, False) | np.append(False, pairs))
    return float(clipped / len(signal))
