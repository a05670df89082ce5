"""Percentiles of many short rows, faster than NumPy's."""

from collections.abc import Sequence

import numpy as np


def percentiles(
    values: np.ndarray, percents: Sequence[float], axis: int | None = None
) -> list[np.ndarray]:
    """Return what ``np.percentile`` does, to the last bit, for values that are finite.

    NumPy partitions every row by itself; sorting all of them is 2 to 6 times as fast for rows of
    some hundred values.

    Arguments
    ---------
    values: float64, of any shape.
    percents: in [0, 100].
    axis: along which, or None for all values.

    Returns
    -------
    An array for each of the ``percents``, of the shape of ``values`` without ``axis``.

    Example
    -------
    >>> [float(found) for found in percentiles(np.array([3.0, 1.0, 2.0]), [25, 100])]
    [1.5, 3.0]
    """
    ordered = np.sort(values, axis=axis)
    along = 0 if axis is None else axis
    last = ordered.shape[along] - 1
    found = []
    for percent in percents:
        place = percent / 100 * last
        below = int(place)
        share = place - below
        low, high = ordered.take(below, along), ordered.take(min(below + 1, last), along)
        step = high - low
        # As NumPy interpolates: from the nearer end.
        found.append(low + step * share if share < 0.5 else high - step * (1 - share))
    return found
