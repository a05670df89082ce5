"""What each trial costs, for metrics that are means over trials and not over thresholds.

Targets' costs are scaled so that the mean of the targets' costs plus that of the non-targets' is
the metric: see :meth:`SpeakerBootstrap.evaluate_mean`.
"""

import numpy as np

from speechdistill.verification.metrics.cllr import bits
from speechdistill.verification.metrics.detection_cost import DetectionCost


def cllr_costs(llrs: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return every trial's part of :func:`metrics.cllr`, in bits.

    Arguments
    ---------
    llrs: natural-log likelihood ratios, shape ``(trials,)``.
    labels: 1 for target, 0 for non-target, shape ``(trials,)``.

    Example
    -------
    >>> cllr_costs(np.array([0.0, -np.log(3)]), np.array([0, 1]))
    array([0.5, 1. ])
    """
    return bits(np.where(labels == 1, -llrs, llrs)) / 2


def act_dcf_costs(llrs: np.ndarray, labels: np.ndarray, cost: DetectionCost) -> np.ndarray:
    """Return every trial's part of :func:`metrics.act_dcf`: 0, or what its wrong decision costs.

    Arguments
    ---------
    llrs: natural-log likelihood ratios, shape ``(trials,)``.
    labels: 1 for target, 0 for non-target, shape ``(trials,)``.
    cost: prior and costs, which set the threshold.

    Example
    -------
    >>> act_dcf_costs(np.array([1.0, 1.0, -1.0]), np.array([1, 0, 0]), DetectionCost(0.2, c_miss=4))
    array([0., 1., 0.])
    """
    is_accepted, is_target = llrs >= cost.threshold, labels == 1
    return cost.at(is_target & ~is_accepted, ~is_target & is_accepted)
