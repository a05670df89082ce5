"""Cost of log-likelihood ratios after the best monotone calibration."""

from numpy.typing import ArrayLike

from speechdistill.verification.metrics.det import det_curve


def min_cllr(target_scores: ArrayLike, nontarget_scores: ArrayLike) -> float:
    """Compute the lowest Cllr that a rising map of the scores can reach on these trials, in bits.

    The map is found by pooling adjacent violators (Brümmer and du Preez, Computer Speech and
    Language 20, 2006). ``cllr - min_cllr`` is what bad calibration costs.

    Arguments
    ---------
    target_scores: shape ``(targets,)``; of any scale.
    nontarget_scores: shape ``(nontargets,)``.

    Raises
    ------
    InputError: a side is empty or holds a score that is not finite, or all scores are equal.

    Example
    -------
    >>> round(min_cllr([0.9, 0.8, 0.3], [0.5, 0.2, 0.1]), 4)
    0.3333
    """
    return det_curve(target_scores, nontarget_scores).min_cllr()
