"""The loss that tells people apart: AAM-softmax, its margin, sub-centres, inter-top-k."""

from speechdistill.identity.aam_logits import AamLogits
from speechdistill.identity.inter_top_k import InterTopK
from speechdistill.identity.margin_schedule import MarginSchedule
from speechdistill.identity.sub_centres import SubCentreClassifier

__all__ = [
    "AamLogits",
    "InterTopK",
    "MarginSchedule",
    "SubCentreClassifier",
]
