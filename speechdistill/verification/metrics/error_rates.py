"""What can be read off operating points, given as miss and false alarm rates.

All arrays here have shape ``(points,)`` and are in the order of rising thresholds: miss rates rise
from 0 to 1 and false alarm rates fall from 1 to 0.
"""

from bisect import bisect_left

import numpy as np
from scipy.optimize import isotonic_regression

from speechdistill.verification.metrics.detection_cost import DetectionCost

POINTS_PER_SEGMENT = 64


def equal_error_rate(miss_rates: np.ndarray, false_alarm_rates: np.ndarray) -> float:
    """Return the rate where the linearly interpolated curve has equal error rates.

    Example
    -------
    >>> equal_error_rate(np.array([0, 0, 0.5, 1]), np.array([1, 0.25, 0.25, 0]))
    0.25
    """

    def difference(point: int) -> float:
        return float(miss_rates[point] - false_alarm_rates[point])

    after = bisect_left(range(len(miss_rates)), 0.0, key=difference)
    share = difference(after) / (difference(after) - difference(after - 1))
    return float(miss_rates[after] - share * (miss_rates[after] - miss_rates[after - 1]))


def may_hold_lowest_cost(
    miss_rates: np.ndarray, false_alarm_rates: np.ndarray, cost: DetectionCost
) -> np.ndarray:
    """Tell which segments between two points can hold a lower cost than all these points.

    Whatever lies between two points misses at least as much as the first and has at least the
    false alarms of the second.

    Returns
    -------
    bool ``(points - 1,)``.
    """
    lowest = cost.at(miss_rates, false_alarm_rates).min()
    return cost.at(miss_rates[:-1], false_alarm_rates[1:]) < lowest


def lowest_cost(
    miss_rates: np.ndarray, false_alarm_rates: np.ndarray, cost: DetectionCost
) -> float:
    """Return the lowest normalised cost of all points, looking at few of them.

    Example
    -------
    >>> cost = DetectionCost(p_target=0.5)
    >>> lowest_cost(np.array([0, 0, 0.5, 1]), np.array([1, 0.25, 0.25, 0]), cost)
    0.25
    """
    last = len(miss_rates) - 1
    ends = np.append(np.arange(0, last, POINTS_PER_SEGMENT), last)
    is_promising = may_hold_lowest_cost(miss_rates[ends], false_alarm_rates[ends], cost)
    inside = ends[:-1][is_promising, None] + np.arange(POINTS_PER_SEGMENT)
    points = np.concatenate([ends, np.minimum(inside, last).ravel()])
    return float(cost.at(miss_rates[points], false_alarm_rates[points]).min())


def convex_hull(miss_rates: np.ndarray, false_alarm_rates: np.ndarray) -> np.ndarray:
    """Return the points that span the lower convex hull of the curve, ends included.

    Found by pooling adjacent violators: along the hull the share of targets among the trials
    between two points rises (Fawcett and Niculescu-Mizil, "PAV and the ROC convex hull", Machine
    Learning 68(1), 2007).

    Returns
    -------
    integers ``(vertices,)``: positions in the arrays.

    Example
    -------
    >>> convex_hull(np.array([0, 0, 0.5, 1]), np.array([1, 0.25, 0.25, 0]))
    array([0, 1, 3])
    """
    missed, rejected = np.diff(miss_rates), -np.diff(false_alarm_rates)
    weights = missed + rejected
    moves = np.flatnonzero(weights > 0)
    missed, weights = missed[moves], weights[moves]
    blocks = isotonic_regression(missed / weights, weights=weights).blocks
    return np.append(moves[blocks[:-1]], len(miss_rates) - 1)
