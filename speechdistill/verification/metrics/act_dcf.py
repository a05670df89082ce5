"""Actual detection cost."""

import numpy as np
from numpy.typing import ArrayLike

from speechdistill.verification.metrics.checked_scores import checked_scores
from speechdistill.verification.metrics.detection_cost import DetectionCost


def act_dcf(
    target_llrs: ArrayLike,
    nontarget_llrs: ArrayLike,
    p_target: float = 0.01,
    c_miss: float = 1.0,
    c_fa: float = 1.0,
) -> float:
    """Compute the normalised detection cost at the threshold that Bayes' rule sets.

    The threshold is ``ln(c_fa (1 - p_target)) - ln(c_miss p_target)``: what the scores cost if
    they are taken for log-likelihood ratios. It is never below minDCF; the difference is what bad
    calibration costs. Normalised as :class:`DetectionCost` says.

    Arguments
    ---------
    target_llrs: natural-log likelihood ratios, shape ``(targets,)``.
    nontarget_llrs: shape ``(nontargets,)``.
    p_target: prior probability of a target trial, in (0, 1).
    c_miss, c_fa: cost of a miss and of a false alarm, above 0.

    Raises
    ------
    InputError: a side is empty or holds a score that is not finite, or all scores are equal; a
        prior or cost out of range.

    Example
    -------
    >>> act_dcf([2.0, -1.0], [-3.0, -2.0], p_target=0.5)
    0.5
    """
    cost = DetectionCost(p_target, c_miss, c_fa)
    targets, nontargets = checked_scores(target_llrs, nontarget_llrs)
    miss_rate = np.count_nonzero(targets < cost.threshold) / len(targets)
    false_alarm_rate = np.count_nonzero(nontargets >= cost.threshold) / len(nontargets)
    return float(cost.at(np.array(miss_rate), np.array(false_alarm_rate)))
