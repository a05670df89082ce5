"""Kullback-Leibler divergence of class posteriors."""

import torch
from torch.nn import functional

from speechdistill.distillation.arithmetic.full_precision import full_precision


class PosteriorKL(torch.nn.Module):
    """KL divergence of the student's class posterior from the teacher's, per sample.

    ``d_i = T^2 sum_c p_ic (log p_ic - log q_ic)`` with ``p = softmax(teacher / T)`` and
    ``q = softmax(student / T)``; ``T^2`` keeps the size of its gradient as T changes. Computed
    in log space, so that posteriors of zero do no harm.

    Source: Hinton, Vinyals, Dean, "Distilling the Knowledge in a Neural Network" (2015), section 2.

    Arguments
    ---------
    temperature: T > 0; above 1 it softens both posteriors.

    Example
    -------
    >>> divergence = PosteriorKL(temperature=2.0)
    >>> logits = torch.tensor([[3.0, 1.0], [0.0, 5.0]])
    >>> divergence(logits, logits)
    tensor([0., 0.])
    """

    level = "classifier"

    def __init__(self, temperature: float = 1.0) -> None:
        super().__init__()
        if temperature <= 0:
            raise ValueError(f"the temperature must be above 0, not {temperature}")
        self.temperature = temperature

    @full_precision
    def forward(self, student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
        """Compare logits, both ``(batch, classes)``; return ``(batch,)``."""
        log_q = functional.log_softmax(student / self.temperature, dim=-1)
        log_p = functional.log_softmax(teacher / self.temperature, dim=-1)
        divergence = functional.kl_div(log_q, log_p, log_target=True, reduction="none")
        return self.temperature**2 * divergence.sum(dim=-1)
