"""Distances between what student and teacher say of a person: one per file, one value per sample.

A distance is a module with ``forward(student, teacher) -> (batch,)``, at least 0, and class
attributes ``level`` and, where it needs to know who is who, ``uses_labels = True``: its call is
then ``forward(student, teacher, labels)`` with int64 ``(batch,)`` labels.

========== ===================================== ================================================
level      student                               teacher
========== ===================================== ================================================
feature    embeddings ``(batch, dimension)``     embeddings ``(batch, dimension)``
relational its own embeddings, of any width      embeddings ``(batch, dimension)``
classifier scaled logits ``(batch, classes)``    scaled logits ``(batch, classes)``
proxy      embeddings ``(batch, dimension)``     frozen class weights ``(classes, dimension)``
========== ===================================== ================================================

Whose embeddings and class weights are projected first, by default the student's to the teacher's
width, is the objective's ``projection``: see
:class:`speechdistill.distillation.teacher_head.TeacherHead`.

At the levels ``classifier`` and ``proxy`` labels are indices of classes, elsewhere any integers
that tell persons apart.
"""

from speechdistill.distillation.distances.contrastive_representation import (
    ContrastiveRepresentation,
)
from speechdistill.distillation.distances.cosine import CosineDistance
from speechdistill.distillation.distances.decoupled_kl import DecoupledKL
from speechdistill.distillation.distances.info_nce import InfoNCE
from speechdistill.distillation.distances.l1 import L1Distance
from speechdistill.distillation.distances.posterior_correlation import PosteriorCorrelation
from speechdistill.distillation.distances.posterior_kl import PosteriorKL
from speechdistill.distillation.distances.probabilistic_transfer import ProbabilisticTransfer
from speechdistill.distillation.distances.proxy_softmax import ProxySoftmax
from speechdistill.distillation.distances.rkd_angle import RKDAngle
from speechdistill.distillation.distances.rkd_distance import RKDDistance
from speechdistill.distillation.distances.similarity_preserving import SimilarityPreserving
from speechdistill.distillation.distances.squared_l2 import SquaredL2Distance
from speechdistill.distillation.distances.standardised_kl import StandardisedKL

__all__ = [
    "ContrastiveRepresentation",
    "CosineDistance",
    "DecoupledKL",
    "InfoNCE",
    "L1Distance",
    "PosteriorCorrelation",
    "PosteriorKL",
    "ProbabilisticTransfer",
    "ProxySoftmax",
    "RKDAngle",
    "RKDDistance",
    "SimilarityPreserving",
    "SquaredL2Distance",
    "StandardisedKL",
]
