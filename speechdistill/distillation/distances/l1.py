"""L1 distance of length-normalised embeddings."""

import torch
from torch.nn import functional

from speechdistill.distillation.arithmetic.full_precision import full_precision


class L1Distance(torch.nn.Module):
    """L1 distance of two embeddings after both are brought to unit length, per sample.

    ``d_i = sum_k | s_ik/|s_i| - t_ik/|t_i| |``, in [0, 2 sqrt(dimension)]: unlike the squared L2
    distance it grows with the dimension, and so must its margin. A few components that differ
    much weigh less in it than many that differ little.

    Source: Kim, Park, Kwak, "Paraphrasing Complex Network: Network Compression via Factor
    Transfer", NeurIPS 2018, the loss L_FT with p = 1 (section 3.2).

    Example
    -------
    >>> distance = L1Distance()
    >>> student = torch.tensor([[2.0, 0.0], [0.0, 1.0]])
    >>> teacher = torch.tensor([[0.0, 1.0], [0.0, 3.0]])
    >>> distance(student, teacher)
    tensor([2., 0.])
    """

    level = "feature"

    @full_precision
    def forward(self, student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
        """Compare ``student`` and ``teacher``, both ``(batch, dimension)``; return ``(batch,)``."""
        difference = functional.normalize(student, dim=-1) - functional.normalize(teacher, dim=-1)
        return difference.abs().sum(dim=-1)
