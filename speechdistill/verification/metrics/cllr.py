"""Cost of log-likelihood ratios."""

import numpy as np
from numpy.typing import ArrayLike

from speechdistill.verification.metrics.checked_scores import checked_scores


def cllr(target_llrs: ArrayLike, nontarget_llrs: ArrayLike) -> float:
    """Compute the cost of the log-likelihood ratios, in bits.

    ``1/2 mean_targets log2(1 + exp(-s)) + 1/2 mean_nontargets log2(1 + exp(s))``: 0 is perfect, and
    1 is what ratios of 1 for every trial cost (Brümmer and du Preez, "Application-independent
    evaluation of speaker detection", Computer Speech and Language 20, 2006). Scores that are no
    log-likelihood ratios, such as cosines, must be calibrated first.

    Arguments
    ---------
    target_llrs: natural-log likelihood ratios, shape ``(targets,)``.
    nontarget_llrs: shape ``(nontargets,)``.

    Raises
    ------
    InputError: a side is empty or holds a score that is not finite, or all scores are equal.

    Example
    -------
    >>> round(cllr([2.0, 1.0], [-1.0, -3.0]), 4)
    0.2893
    """
    targets, nontargets = checked_scores(target_llrs, nontarget_llrs)
    return float(bits(-targets).mean() + bits(nontargets).mean()) / 2


def bits(log_odds_against: np.ndarray) -> np.ndarray:
    """Return ``log2(1 + exp(x))``: the surprise at what had these natural-log odds against it.

    Example
    -------
    >>> bits(np.array([0.0, np.log(3)])).round(3)
    array([1., 2.])
    """
    return np.logaddexp(0.0, log_odds_against, dtype=np.float64) / np.log(2)
