"""Batches of whole items that have one shape: no padding, so that none hears its neighbours."""

from collections.abc import Iterator

from speechdistill.inputs.perceived import PerceivedSet

# More at once is slower on a CPU: what a layer hands to the next no longer stays in its cache.
SECONDS_AT_ONCE = 60.0
ITEMS_AT_ONCE = 64


def equal_shape_batches(perceived: PerceivedSet) -> list[list[int]]:
    """Group the rows of items of one shape; at most 60 seconds of them, or 64 without duration.

    A longer item is alone in its batch.

    Example
    -------
    >>> from speechdistill.quality.table import QualityTable
    >>> import numpy as np
    >>> none = QualityTable([], {"quality": np.zeros(0)})
    >>> equal_shape_batches(PerceivedSet(list("abcde"), None, none, [30, 20, 30, 30, 90]))
    [[0, 2], [3], [1], [4]]
    """
    if perceived.durations is None:
        return list(_split(list(range(len(perceived))), ITEMS_AT_ONCE))
    alike: dict[float, list[int]] = {}
    for row, duration in enumerate(perceived.durations):
        alike.setdefault(duration, []).append(row)
    return [
        batch
        for duration, rows in alike.items()
        for batch in _split(rows, max(1, int(SECONDS_AT_ONCE / duration)))
    ]


def _split(rows: list[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
