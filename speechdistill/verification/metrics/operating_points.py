"""Where a DET curve bends."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class OperatingPoints:
    """How many sorted scores lie below each threshold where a curve can bend.

    Between two neighbouring target scores only the false alarm rate moves, so the curve can bend
    only at a target score ``t``: its ends there are "accept ``>= t``" and "accept ``> t``".

    Attributes
    ----------
    thresholds: shape ``(points,)``, rising.
    targets_below, nontargets_below: integer arrays of shape ``(points,)``.
    """

    thresholds: np.ndarray
    targets_below: np.ndarray
    nontargets_below: np.ndarray

    @classmethod
    def bends(cls, targets: np.ndarray, nontargets: np.ndarray) -> "OperatingPoints":
        """Find the bends of two ascending score arrays; tied scores share one.

        Example
        -------
        >>> points = OperatingPoints.bends(np.array([0.3, 0.9, 0.9]), np.array([0.1, 0.9]))
        >>> points.targets_below, points.nontargets_below
        (array([0, 1, 1, 3]), array([1, 1, 1, 2]))
        """
        is_first = np.ones(len(targets), dtype=bool)
        np.not_equal(targets[1:], targets[:-1], out=is_first[1:])
        first_of_tie = np.flatnonzero(is_first)
        values = targets[first_of_tie]
        below = np.searchsorted(nontargets, values, side="left")
        # Only where a non-target ties with the target does "accept >" lose more of them.
        up_to = below.copy()
        has_next = below < len(nontargets)
        is_tied = has_next.copy()
        is_tied[has_next] = nontargets[below[has_next]] == values[has_next]
        up_to[is_tied] = np.searchsorted(nontargets, values[is_tied], side="right")
        return cls(
            _interleaved(values, np.nextafter(values, values.dtype.type(np.inf))),
            _interleaved(first_of_tie, np.append(first_of_tie[1:], len(targets))),
            _interleaved(below, up_to),
        )

    @classmethod
    def of_sorted(cls, targets: np.ndarray, nontargets: np.ndarray) -> "OperatingPoints":
        """Find the bends of two ascending score arrays, and the curve's ends before and after."""
        bends = cls.bends(targets, nontargets)
        return cls(
            np.concatenate(([-np.inf], bends.thresholds, [np.inf]), dtype=targets.dtype),
            np.concatenate(([0], bends.targets_below, [len(targets)])),
            np.concatenate(([0], bends.nontargets_below, [len(nontargets)])),
        )


def _interleaved(lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Return ``[lower[0], upper[0], lower[1], upper[1], ...]``."""
    both = np.empty(2 * len(lower), dtype=lower.dtype)
    both[::2], both[1::2] = lower, upper
    return both
