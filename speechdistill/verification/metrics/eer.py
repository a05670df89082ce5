"""Equal error rate."""

import numpy as np
from numpy.typing import ArrayLike

from speechdistill.verification.metrics.checked_scores import checked_scores
from speechdistill.verification.metrics.det import det_curve
from speechdistill.verification.metrics.error_rates import equal_error_rate
from speechdistill.verification.metrics.score_histogram import ScoreHistogram


def eer(
    target_scores: ArrayLike, nontarget_scores: ArrayLike, *, convex_hull: bool = False
) -> float:
    """Compute the equal error rate, as a fraction.

    Plain (the default), it is the point where the piecewise linear ROC curve through all operating
    points meets ``miss rate == false alarm rate``: what scikit-learn's ``roc_curve`` with linear
    interpolation gives, not the value of the nearest operating point. On the convex hull it is
    where the hull meets that line, which is never higher: the highest error rate that the best
    threshold has at any prior (Brümmer and de Villiers, "The BOSARIS Toolkit", 2011). Say which of
    the two a table holds.

    The plain EER sorts only the scores near it. To get several values from one sort, use
    :func:`det_curve`.

    Arguments
    ---------
    target_scores: shape ``(targets,)``.
    nontarget_scores: shape ``(nontargets,)``.
    convex_hull: take the ROC curve's convex hull.

    Raises
    ------
    InputError: a side is empty or holds a score that is not finite, or all scores are equal.

    Example
    -------
    >>> eer([0.9, 0.8, 0.3], [0.5, 0.2, 0.1])
    0.3333333333333333
    >>> round(eer([0.9, 0.8, 0.3], [0.5, 0.2, 0.1], convex_hull=True), 6)
    0.166667
    """
    if convex_hull:
        return det_curve(target_scores, nontarget_scores).convex_hull().eer()
    histogram = ScoreHistogram.of(*checked_scores(target_scores, nontarget_scores))
    miss_rates, false_alarm_rates = histogram.edge_rates()
    after = int(np.searchsorted(miss_rates - false_alarm_rates, 0.0))
    around = slice(after - 1, after + 1)
    is_crossed = np.zeros(len(miss_rates) - 1, dtype=bool)
    is_crossed[after - 1] = True
    inside = histogram.rates_inside(is_crossed)
    return equal_error_rate(
        np.insert(miss_rates[around], 1, inside[0]),
        np.insert(false_alarm_rates[around], 1, inside[1]),
    )
