"""Detection error trade-off: miss rate against false alarm rate over all thresholds."""

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from speechdistill.base.errors import InputError
from speechdistill.verification.metrics.checked_scores import checked_scores
from speechdistill.verification.metrics.detection_cost import DetectionCost
from speechdistill.verification.metrics.error_rates import (
    convex_hull,
    equal_error_rate,
    lowest_cost,
)
from speechdistill.verification.metrics.operating_points import OperatingPoints


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
        return equal_error_rate(self.miss_rates, self.false_alarm_rates)

    def min_dcf(self, p_target: float = 0.01, c_miss: float = 1.0, c_fa: float = 1.0) -> float:
        """Return the lowest normalised detection cost (see :func:`metrics.min_dcf`)."""
        cost = DetectionCost(p_target, c_miss, c_fa)
        return lowest_cost(self.miss_rates, self.false_alarm_rates, cost)

    def miss_rate_at(self, false_alarm_rate: float) -> float:
        """Return the miss rate of the linearly interpolated curve at a false alarm rate.

        Where the curve is vertical there, its lower end.

        Arguments
        ---------
        false_alarm_rate: in [0, 1].

        Example
        -------
        >>> det_curve([0.9, 0.3], [0.5, 0.1]).miss_rate_at(0.25)
        0.5
        """
        if not 0 <= false_alarm_rate <= 1:
            raise InputError(f"a false alarm rate of {false_alarm_rate}: give one within 0 and 1")
        rates = self.false_alarm_rates
        at = bisect_left(rates, -false_alarm_rate, key=lambda rate: -rate)
        if at == 0:
            return float(self.miss_rates[0])
        share = (rates[at - 1] - false_alarm_rate) / (rates[at - 1] - rates[at])
        rise = self.miss_rates[at] - self.miss_rates[at - 1]
        return float(self.miss_rates[at - 1] + share * rise)

    def convex_hull(self) -> "DetCurve":
        """Return the curve's lower convex hull: what randomising between thresholds can reach."""
        vertices = convex_hull(self.miss_rates, self.false_alarm_rates)
        return DetCurve(
            self.thresholds[vertices], self.miss_rates[vertices], self.false_alarm_rates[vertices]
        )

    def min_cllr(self) -> float:
        """Return the lowest Cllr of a monotone calibration (see :func:`metrics.min_cllr`).

        On the hull's segment with shares ``m`` of the targets and ``f`` of the non-targets the
        best likelihood ratio is ``m / f``; it costs ``m log2(1 + f/m) + f log2(1 + m/f)``, twice.
        """
        hull = self.convex_hull()
        missed, rejected = np.diff(hull.miss_rates), -np.diff(hull.false_alarm_rates)
        is_mixed = (missed > 0) & (rejected > 0)
        missed, rejected = missed[is_mixed], rejected[is_mixed]
        nats = missed * np.log1p(rejected / missed) + rejected * np.log1p(missed / rejected)
        return float(nats.sum() / np.log(4))


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
    InputError: a side is empty or holds a score that is not finite, or all scores are equal.

    Example
    -------
    >>> curve = det_curve([0.9, 0.3], [0.5, 0.1])
    >>> curve.miss_rates[curve.thresholds == 0.9], curve.false_alarm_rates[curve.thresholds == 0.9]
    (array([0.5]), array([0.]))
    """
    targets, nontargets = checked_scores(target_scores, nontarget_scores)
    points = OperatingPoints.of_sorted(np.sort(targets), np.sort(nontargets))
    return DetCurve(
        points.thresholds,
        points.targets_below / len(targets),
        (len(nontargets) - points.nontargets_below) / len(nontargets),
    )
