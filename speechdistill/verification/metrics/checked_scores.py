"""What every metric asks of its scores."""

import numpy as np
from numpy.typing import ArrayLike

from speechdistill.base.errors import InputError


def checked_scores(
    target_scores: ArrayLike, nontarget_scores: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """Return both sides as flat arrays: float32 if both are, else float64.

    Raises
    ------
    InputError: a side is empty or holds a score that is not finite, or all scores of both sides
        are equal.

    Example
    -------
    >>> checked_scores([0.5, float("nan")], [0.1])
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: 1 of 2 target scores is not finite: make the scores again
    """
    sides = np.asarray(target_scores).ravel(), np.asarray(nontarget_scores).ravel()
    is_single = all(side.dtype == np.float32 for side in sides)
    dtype = np.float32 if is_single else np.float64
    targets, nontargets = (side.astype(dtype, copy=False) for side in sides)
    lowest, highest = zip(
        _finite_range(targets, "target"), _finite_range(nontargets, "non-target"), strict=True
    )
    if min(lowest) == max(highest):
        raise InputError(
            f"all {targets.size + nontargets.size} scores are equal ({lowest[0]:g}): "
            "look whether the embeddings differ at all, and score the trials again"
        )
    return targets, nontargets


def _finite_range(scores: np.ndarray, kind: str) -> tuple[float, float]:
    if scores.size == 0:
        raise InputError(f"there are no {kind} scores: give trials of both kinds")
    lowest, highest = float(scores.min()), float(scores.max())
    # NaN and infinity show in the extremes: no pass over the scores of its own.
    if not (np.isfinite(lowest) and np.isfinite(highest)):
        broken = scores.size - np.count_nonzero(np.isfinite(scores))
        raise InputError(
            f"{broken} of {scores.size} {kind} scores {'is' if broken == 1 else 'are'} not finite: "
            "make the scores again"
        )
    return lowest, highest
