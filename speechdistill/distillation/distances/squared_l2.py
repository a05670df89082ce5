"""Squared Euclidean distance of length-normalised embeddings."""

import torch
from torch.nn import functional

from speechdistill.distillation.arithmetic.full_precision import full_precision


class SquaredL2Distance(torch.nn.Module):
    """Squared L2 distance of two embeddings after both are brought to unit length, per sample.

    ``d_i = | s_i/|s_i| - t_i/|t_i| |^2``, in [0, 4].

    Example
    -------
    >>> distance = SquaredL2Distance()
    >>> student = torch.tensor([[2.0, 0.0], [0.0, 1.0]])
    >>> teacher = torch.tensor([[1.0, 0.0], [0.0, -3.0]])
    >>> distance(student, teacher)
    tensor([0., 4.])
    """

    level = "feature"

    @full_precision
    def forward(self, student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
        """Compare ``student`` and ``teacher``, both ``(batch, dimension)``; return ``(batch,)``."""
        difference = functional.normalize(student, dim=-1) - functional.normalize(teacher, dim=-1)
        return difference.square().sum(dim=-1)
