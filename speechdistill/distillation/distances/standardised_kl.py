"""KL divergence of posteriors from standardised logits."""

import math

import torch

from speechdistill.distillation.arithmetic.centring import centred_unit
from speechdistill.distillation.arithmetic.full_precision import full_precision
from speechdistill.distillation.distances.posterior_kl import PosteriorKL


class StandardisedKL(torch.nn.Module):
    """KL divergence of class posteriors after every sample's logits are standardised.

    ``d_i = T^2 KL(softmax(z^T_i / T) || softmax(z^S_i / T))`` with
    ``z = (logits - mean) / standard deviation`` over the classes. The student has to find the
    teacher's order and proportions, not the range of its logits; that suits a teacher whose
    cosines are scaled otherwise than the student's. At least 0; no shift and no positive factor of
    either's logits changes it. Constant logits stand for the uniform posterior.

    Source: Sun, Ren, Li, Wang, Cao, "Logit Standardization in Knowledge Distillation", CVPR 2024,
    algorithms 1 and 2.

    Arguments
    ---------
    temperature: T > 0, in standard deviations of the logits.

    Example
    -------
    >>> divergence = StandardisedKL(temperature=2.0)
    >>> logits = torch.tensor([[3.0, 1.0, 2.0], [0.0, 5.0, 1.0]])
    >>> divergence(10 * logits + 3, logits).abs() < 1e-6
    tensor([True, True])
    """

    level = "classifier"

    def __init__(self, temperature: float = 1.0) -> None:
        super().__init__()
        self.divergence = PosteriorKL(temperature)

    @full_precision
    def forward(self, student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
        """Compare logits, both ``(batch, classes)``; return ``(batch,)``."""
        return self.divergence(_standardise(student), _standardise(teacher))


def _standardise(logits: torch.Tensor) -> torch.Tensor:
    return math.sqrt(logits.shape[1]) * centred_unit(logits, dim=1)
