"""The method: distances made soft by margins, terms of them, and the objective that weighs them."""

from speechdistill.distillation.objective import DistillationObjective
from speechdistill.distillation.soft import SoftConstraint
from speechdistill.distillation.term import Term
from speechdistill.distillation.weights import (
    Difference,
    Minimum,
    Product,
    QualityWeights,
    StudentOnly,
)

__all__ = [
    "Difference",
    "DistillationObjective",
    "Minimum",
    "Product",
    "QualityWeights",
    "SoftConstraint",
    "StudentOnly",
    "Term",
]
