"""Probabilistic knowledge transfer: who would be taken for a neighbour of whom."""

import torch
from torch.nn import functional

from speechdistill.distillation.arithmetic.full_precision import full_precision
from speechdistill.distillation.arithmetic.off_diagonal import off_diagonal

# Keeps the logarithm finite where two embeddings point in opposite directions.
SMALLEST_KERNEL = 1e-6


class ProbabilisticTransfer(torch.nn.Module):
    """KL divergence of a sample's neighbours by the student from those by the teacher.

    ``d_i = sum_{j != i} p_{j|i} log(p_{j|i} / q_{j|i})`` with
    ``p_{j|i} = K(t_i, t_j) / sum_{k != i} K(t_i, t_k)``, the same of the student for q, and the
    kernel ``K(a, b) = (cos(a, b) + 1) / 2``. At least 0; the length of no embedding matters, nor
    does a common rotation; 0 for batches of one or two.

    Source: Passalis, Tefas, "Learning Deep Representations with Probabilistic Knowledge Transfer",
    ECCV 2018, section 3 (PKT with the cosine-similarity kernel, which has no width to tune).

    Example
    -------
    >>> distance = ProbabilisticTransfer()
    >>> teacher = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    >>> distance(teacher, teacher)
    tensor([0., 0., 0.])
    >>> distance(torch.eye(3), teacher)
    tensor([0.0566, 0.0566, 0.0000])
    """

    level = "relational"

    @full_precision
    def forward(self, student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
        """Compare ``(batch, student dimension)`` and ``(batch, teacher dimension)``.

        Return ``(batch,)``.
        """
        log_q, log_p = _log_neighbours(student), _log_neighbours(teacher)
        divergence = functional.kl_div(log_q, log_p, log_target=True, reduction="none")
        return divergence.sum(dim=1)


def _log_neighbours(embeddings: torch.Tensor) -> torch.Tensor:
    unit = functional.normalize(embeddings, dim=-1)
    kernel = off_diagonal((unit @ unit.T + 1) / 2)
    return functional.log_softmax(kernel.clamp(min=SMALLEST_KERNEL).log(), dim=1)
