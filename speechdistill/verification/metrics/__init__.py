"""Error rates of a verification system, without ever comparing all thresholds with all scores.

Scores are log-likelihood ratios, cosines or anything else that is higher for targets; a trial is
accepted at threshold ``t`` if its score is ``>= t``. :func:`cllr` and :func:`act_dcf` take scores
at their word: these must be natural-log likelihood ratios.
"""

from speechdistill.verification.metrics.act_dcf import act_dcf
from speechdistill.verification.metrics.cllr import cllr
from speechdistill.verification.metrics.det import DetCurve, det_curve
from speechdistill.verification.metrics.detection_cost import DetectionCost
from speechdistill.verification.metrics.eer import eer
from speechdistill.verification.metrics.min_cllr import min_cllr
from speechdistill.verification.metrics.min_dcf import min_dcf

__all__ = [
    "DetCurve",
    "DetectionCost",
    "act_dcf",
    "cllr",
    "det_curve",
    "eer",
    "min_cllr",
    "min_dcf",
]
