"""Minimum detection cost."""

from numpy.typing import ArrayLike

from speechdistill.verification.metrics.checked_scores import checked_scores
from speechdistill.verification.metrics.detection_cost import DetectionCost
from speechdistill.verification.metrics.error_rates import may_hold_lowest_cost
from speechdistill.verification.metrics.score_histogram import ScoreHistogram


def min_dcf(
    target_scores: ArrayLike,
    nontarget_scores: ArrayLike,
    p_target: float = 0.01,
    c_miss: float = 1.0,
    c_fa: float = 1.0,
) -> float:
    """Compute the normalised minimum of the detection cost function over all thresholds.

    ``min_t c_miss p_target miss(t) + c_fa (1 - p_target) fa(t)``, divided by the cost of the
    better system without scores, ``min(c_miss p_target, c_fa (1 - p_target))``, so that 1 means
    useless (:class:`DetectionCost`). It sorts only the scores near the optimum.

    Arguments
    ---------
    target_scores: shape ``(targets,)``.
    nontarget_scores: shape ``(nontargets,)``.
    p_target: prior probability of a target trial, in (0, 1).
    c_miss, c_fa: cost of a miss and of a false alarm, above 0.

    Raises
    ------
    InputError: a side is empty or holds a score that is not finite, or all scores are equal; a
        prior or cost out of range.

    Example
    -------
    >>> round(min_dcf([0.9, 0.8, 0.3], [0.5, 0.2, 0.1], p_target=0.5), 6)
    0.333333
    """
    cost = DetectionCost(p_target, c_miss, c_fa)
    histogram = ScoreHistogram.of(*checked_scores(target_scores, nontarget_scores))
    edges = histogram.edge_rates()
    inside = histogram.rates_inside(may_hold_lowest_cost(*edges, cost))
    return float(min(cost.at(*edges).min(), cost.at(*inside).min(initial=1.0)))
