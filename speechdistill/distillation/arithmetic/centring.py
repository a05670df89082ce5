"""Vectors as correlation sees them: without their mean and without their length."""

import torch
from torch.nn import functional

# In float32, a posterior or a logit that varies less than this does not vary.
SMALLEST_NORM = 1e-6


def centred_unit(values: torch.Tensor, dim: int) -> torch.Tensor:
    """Subtract the mean along ``dim`` and bring to unit length; what is constant becomes 0.

    The inner product of two such vectors is Pearson's correlation coefficient.

    Example
    -------
    >>> centred_unit(torch.tensor([[1.0, 3.0], [2.0, 2.0]]), dim=1)
    tensor([[-0.7071,  0.7071],
            [ 0.0000,  0.0000]])
    """
    centred = values - values.mean(dim=dim, keepdim=True)
    return functional.normalize(centred, dim=dim, eps=SMALLEST_NORM)
