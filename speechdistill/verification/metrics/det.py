"""Detection error trade-off: miss rate against false alarm rate over all thresholds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from speechdistill.errors import InputError


@dataclass(frozen=True)
class DetCurve:
    """Operating points in the order of rising thresholds, from accept-all to reject-all.

    Every point where the curve bends is there, so straight lines between the points (of linear
    axes) are the whole curve.

    Attributes
    ----------
    thresholds: shape ``(points,)``; trials with ``score >= threshold`` are accepted.
    miss_rates: share of targets rejected, rising from 0 to 1.
    false_alarm_rates: share of non-targets accepted, falling from 1 to 0.
    """

    thresholds: np.ndarray
    miss_rates: np.ndarray
    false_alarm_rates: np.ndarray

    def eer(self) -> float:
        """Return the rate where the linearly interpolated curve has equal error rates."""
        difference = self.miss_rates - self.false_alarm_rates
        after = int(np.searchsorted(difference, 0.0))
        share = difference[after] / (difference[after] - difference[after - 1])
        fall = self.miss_rates[after] - self.miss_rates[after - 1]
        return float(self.miss_rates[after] - share * fall)

    def min_dcf(self, p_target: float = 0.01, c_miss: float = 1.0, c_fa: float = 1.0) -> float:
        """Return the lowest normalised detection cost (see :func:`metrics.min_dcf`)."""
        if not 0 < p_target < 1 or c_miss <= 0 or c_fa <= 0:
            raise InputError(
                f"p_target {p_target}, c_miss {c_miss}, c_fa {c_fa}: "
                "give a prior between 0 and 1 and costs above 0"
            )
        miss_cost, false_alarm_cost = c_miss * p_target, c_fa * (1 - p_target)
        costs = miss_cost * self.miss_rates + false_alarm_cost * self.false_alarm_rates
        return float(costs.min() / min(miss_cost, false_alarm_cost))


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
    def of_sorted(cls, targets: np.ndarray, nontargets: np.ndarray) -> "OperatingPoints":
        """Find the points of two ascending score arrays; tied scores share a point."""
        is_first = np.concatenate(([True], targets[1:] != targets[:-1]))
        first_of_tie = np.flatnonzero(is_first)
        values = targets[first_of_tie]
        return cls(
            _between(-np.inf, values, np.nextafter(values, np.inf), np.inf),
            _between(0, first_of_tie, np.append(first_of_tie[1:], len(targets)), len(targets)),
            _between(
                0,
                np.searchsorted(nontargets, values, side="left"),
                np.searchsorted(nontargets, values, side="right"),
                len(nontargets),
            ),
        )


def _between(start: float, lower: np.ndarray, upper: np.ndarray, end: float) -> np.ndarray:
    """Return ``[start, lower[0], upper[0], lower[1], upper[1], ..., end]``."""
    interleaved = np.empty(2 * len(lower) + 2, dtype=lower.dtype)
    interleaved[0], interleaved[-1] = start, end
    interleaved[1:-1:2], interleaved[2:-1:2] = lower, upper
    return interleaved


def finite_scores(scores: ArrayLike, kind: str) -> np.ndarray:
    """Return ``scores`` as a flat float64 array.

    Raises
    ------
    InputError: there is none, or one is not finite; ``kind`` names them in the message.

    Example
    -------
    >>> finite_scores([0.5, float("nan")], "target")
    Traceback (most recent call last):
    speechdistill.errors.InputError: 1 of 2 target scores is not finite: make the scores again
    """
    flat = np.asarray(scores, dtype=np.float64).ravel()
    if flat.size == 0:
        raise InputError(f"there are no {kind} scores: give trials of both kinds")
    broken = flat.size - np.count_nonzero(np.isfinite(flat))
    if broken:
        raise InputError(
            f"{broken} of {flat.size} {kind} scores {'is' if broken == 1 else 'are'} not finite: "
            "make the scores again"
        )
    return flat


def det_curve(target_scores: ArrayLike, nontarget_scores: ArrayLike) -> DetCurve:
    """Compute the DET curve; ties, duplicates and the order of scores do not change it.

    Costs one sort of each side (Martin et al., "The DET curve in assessment of detection task
    performance", Eurospeech 1997).

    Arguments
    ---------
    target_scores: shape ``(targets,)``.
    nontarget_scores: shape ``(nontargets,)``.

    Raises
    ------
    InputError: a side is empty or holds a score that is not finite.

    Example
    -------
    >>> curve = det_curve([0.9, 0.3], [0.5, 0.1])
    >>> curve.miss_rates[curve.thresholds == 0.9], curve.false_alarm_rates[curve.thresholds == 0.9]
    (array([0.5]), array([0.]))
    """
    targets = np.sort(finite_scores(target_scores, "target"))
    nontargets = np.sort(finite_scores(nontarget_scores, "non-target"))
    points = OperatingPoints.of_sorted(targets, nontargets)
    return DetCurve(
        points.thresholds,
        points.targets_below / len(targets),
        (len(nontargets) - points.nontargets_below) / len(nontargets),
    )
