"""Error rates of a verification system, each from one sort of its scores.

Scores are log-likelihood ratios, cosines or anything else that is higher for targets; a trial is
accepted at threshold ``t`` if its score is ``>= t``.
"""

from speechdistill.verification.metrics.dcf import min_dcf
from speechdistill.verification.metrics.det import DetCurve, det_curve
from speechdistill.verification.metrics.eer import eer

__all__ = ["DetCurve", "det_curve", "eer", "min_dcf"]
