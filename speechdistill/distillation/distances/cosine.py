"""Cosine distance of embeddings."""

import torch
from torch.nn import functional

from speechdistill.distillation.arithmetic.full_precision import full_precision


class CosineDistance(torch.nn.Module):
    """One minus the cosine of two embeddings, per sample.

    ``d_i = 1 - <s_i, t_i> / (|s_i| |t_i|)``, in [0, 2]; 0 where both point the same way. Of
    unit-length vectors it is half their squared L2 distance.

    Example
    -------
    >>> distance = CosineDistance()
    >>> student = torch.tensor([[2.0, 0.0], [0.0, 1.0]])
    >>> teacher = torch.tensor([[1.0, 0.0], [0.0, -3.0]])
    >>> distance(student, teacher)
    tensor([0., 2.])
    """

    level = "feature"

    @full_precision
    def forward(self, student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
        """Compare ``student`` and ``teacher``, both ``(batch, dimension)``; return ``(batch,)``."""
        return 1 - functional.cosine_similarity(student, teacher, dim=-1)
