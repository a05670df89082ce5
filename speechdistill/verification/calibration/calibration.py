"""From scores, and measures of how far they can be trusted, to log-likelihood ratios."""

from dataclasses import dataclass

import numpy as np
from scipy.special import logit
from sklearn.linear_model import LogisticRegression

from speechdistill.base.errors import InputError
from speechdistill.verification.metrics.checked_scores import checked_scores


@dataclass(frozen=True)
class Calibration:
    """A linear map of a score and quality measures to a natural-log likelihood ratio.

    ``llr = score_weight score + measure_weights . measures + offset``

    Without measures the order of trials stays, and only Cllr and the actual detection cost change;
    with measures EER and minDCF change too.

    Attributes
    ----------
    score_weight, offset: numbers.
    measure_weights: shape ``(measures,)``.

    Example
    -------
    >>> calibration = Calibration(10.0, np.array([0.5]), -4.0)
    >>> calibration.llrs(np.array([0.3, 0.6]), np.array([[0.0], [2.0]]))
    array([-1.,  3.])
    """

    score_weight: float
    measure_weights: np.ndarray
    offset: float

    @classmethod
    def fit(
        cls,
        scores: np.ndarray,
        labels: np.ndarray,
        measures: np.ndarray | None = None,
        p_target: float = 0.5,
    ) -> "Calibration":
        """Fit on trials whose truth is known, by logistic regression at a prior.

        Minimises ``p mean_targets log(1 + exp(-s)) + (1 - p) mean_nontargets log(1 + exp(s))`` with
        ``s = llr + logit(p)``, whatever the shares of the trials; for ``p`` = 0.5 that is Cllr
        (Brümmer and de Villiers, "The BOSARIS Toolkit", 2011; with quality measures Mandasari et
        al., IEEE TASLP 21(11), 2013). Fit on other speakers than those of the evaluation.

        Arguments
        ---------
        scores: shape ``(trials,)``.
        labels: 1 for target, 0 for non-target, shape ``(trials,)``.
        measures: shape ``(trials, measures)``; see :func:`pair_measures`.
        p_target: the prior, in (0, 1).

        Raises
        ------
        InputError: a score or measure is not finite, trials of a kind are missing, or no trial is
            on the wrong side, so that no finite map is best.

        Example
        -------
        >>> generator = np.random.default_rng(0)
        >>> llrs = generator.normal([[1.0], [-1.0]], 2**0.5, (2, 5000)).ravel()
        >>> labels = np.repeat([1, 0], 5000)
        >>> calibration = Calibration.fit(0.1 * llrs + 0.4, labels)
        >>> round(calibration.score_weight), round(calibration.offset)
        (10, -4)
        """
        if not 0 < p_target < 1:
            raise InputError(f"calibration for p_target {p_target}: give a prior between 0 and 1")
        is_target = labels == 1
        checked_scores(scores[is_target], scores[~is_target])
        inputs = _columns(scores, measures)
        # Scaled first: squares of very large or small scores leave float64.
        sizes = np.abs(inputs).max(axis=0)
        sizes[sizes == 0] = 1
        inputs = inputs / sizes
        centres, scales = inputs.mean(axis=0), inputs.std(axis=0)
        scales[scales == 0] = 1
        shares = p_target / np.count_nonzero(is_target), (1 - p_target) / np.sum(~is_target)
        # No regularisation, which would pull ratios towards 1.
        regression = LogisticRegression(C=np.inf, tol=1e-8, max_iter=1000)
        standardised = (inputs - centres) / scales
        regression.fit(
            standardised, is_target, sample_weight=len(scores) * np.where(is_target, *shares)
        )
        if np.array_equal(regression.decision_function(standardised) > 0, is_target):
            raise InputError(
                f"the {len(scores)} calibration trials are all decided rightly, so any scale fits: "
                "calibrate on more trials, or on harder ones"
            )
        weights = regression.coef_[0] / scales
        offset = regression.intercept_[0] - weights @ centres - logit(p_target)
        weights = weights / sizes
        return cls(float(weights[0]), weights[1:], float(offset))

    def llrs(self, scores: np.ndarray, measures: np.ndarray | None = None) -> np.ndarray:
        """Map the scores of other trials; the same measures as in the fit, in the same order.

        Arguments
        ---------
        scores: shape ``(trials,)``.
        measures: shape ``(trials, measures)``.

        Returns
        -------
        float64 ``(trials,)``.

        Raises
        ------
        InputError: a measure is not finite, or their number is not that of the fit.
        """
        inputs = _columns(scores, measures)
        if inputs.shape[1] != 1 + len(self.measure_weights):
            raise InputError(
                f"{inputs.shape[1] - 1} quality measures, but calibrated with "
                f"{len(self.measure_weights)}: give the same to both"
            )
        return inputs @ np.append(self.score_weight, self.measure_weights) + self.offset


def _columns(scores: np.ndarray, measures: np.ndarray | None) -> np.ndarray:
    measures = np.empty((len(scores), 0)) if measures is None else measures
    if not np.isfinite(measures).all():
        broken = np.count_nonzero(~np.isfinite(measures).all(axis=1))
        raise InputError(
            f"{broken} of {len(scores)} trials have a quality measure that is not finite: "
            "measure their utterances again"
        )
    return np.column_stack([scores, measures]).astype(np.float64)
