"""Equal error rate."""

from numpy.typing import ArrayLike

from speechdistill.verification.metrics.det import det_curve


def eer(target_scores: ArrayLike, nontarget_scores: ArrayLike) -> float:
    """Compute the equal error rate, as a fraction.

    It is the point where the piecewise linear ROC curve through all operating points meets
    ``miss rate == false alarm rate`` (:meth:`DetCurve.eer`): what scikit-learn's ``roc_curve``
    with linear interpolation gives, not the value of the nearest operating point and not that of
    the convex hull. To get several metrics from one sort, use :func:`det_curve`.

    Arguments
    ---------
    target_scores: shape ``(targets,)``.
    nontarget_scores: shape ``(nontargets,)``.

    Raises
    ------
    InputError: a side is empty or holds a score that is not finite.

    Example
    -------
    >>> eer([0.9, 0.8, 0.3], [0.5, 0.2, 0.1])
    0.3333333333333333
    """
    return det_curve(target_scores, nontarget_scores).eer()
