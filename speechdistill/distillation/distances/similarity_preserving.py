"""Similarity-preserving distillation: who is like whom in the batch."""

import torch
from torch.nn import functional

from speechdistill.distillation.arithmetic.full_precision import full_precision


class SimilarityPreserving(torch.nn.Module):
    """How much a sample's similarities to the batch differ between student and teacher.

    ``d_i = 1/b sum_j (G^T_ij - G^S_ij)^2`` for a batch of b, where G is the batch's matrix of inner
    products ``X X'`` with every row brought to unit length. Its mean over the samples is the
    paper's loss. In [0, 4/b]; it does not change where all of the student's or all of the
    teacher's embeddings are rotated or scaled alike; 0 for a batch of one.

    Source: Tung, Mori, "Similarity-Preserving Knowledge Distillation", ICCV 2019: L_SP, the mean
    squared difference of the row-normalised similarity matrices.

    Example
    -------
    >>> distance = SimilarityPreserving()
    >>> teacher = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> distance(5 * teacher, teacher)
    tensor([0., 0., 0.])
    >>> student = torch.eye(3)
    >>> distance(student, teacher)
    tensor([0.1953, 0.1953, 0.0000])
    """

    level = "relational"

    @full_precision
    def forward(self, student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
        """Compare ``(batch, student dimension)`` and ``(batch, teacher dimension)``.

        Return ``(batch,)``.
        """
        difference = _similarities(teacher) - _similarities(student)
        return difference.square().mean(dim=1)


def _similarities(embeddings: torch.Tensor) -> torch.Tensor:
    return functional.normalize(embeddings @ embeddings.T, dim=1)
