"""InfoNCE: find the teacher's embedding of the same person among those of the batch."""

import torch
from torch.nn import functional

from speechdistill.distillation.arithmetic.full_precision import full_precision


class InfoNCE(torch.nn.Module):
    """How hard it is to tell the matching teacher from those of other people, per sample.

    ``d_i = -log [ exp(c_ii / T) / (exp(c_ii / T) + sum_{j in N_i} exp(c_ij / T)) ]`` with
    ``c_ij = cos(s_i, t_j)`` and N_i the samples of the batch whose person is not that of i: other
    samples of the same person are no negatives, since their teacher is right too. At least 0, but
    not 0 where ``s_i = t_i``: that takes negatives far away. It is 0 without negatives.

    Source: van den Oord, Li, Vinyals, "Representation Learning with Contrastive Predictive Coding"
    (arXiv 1807.03748), equation 4, with the cosine over a temperature as its log density ratio.

    Arguments
    ---------
    temperature: T > 0 on the cosines; the smaller, the more the nearest negatives count.

    Example
    -------
    >>> distance = InfoNCE(temperature=0.5)
    >>> teacher = torch.eye(2)
    >>> distance(teacher, teacher, torch.tensor([0, 1]))  # log(1 + exp(-2))
    tensor([0.1269, 0.1269])
    >>> distance(teacher, teacher, torch.tensor([0, 0])) == 0
    tensor([True, True])
    """

    level = "feature"
    uses_labels = True

    def __init__(self, temperature: float = 0.1) -> None:
        super().__init__()
        if not temperature > 0:
            raise ValueError(f"the temperature must be above 0, not {temperature}")
        self.temperature = temperature

    @full_precision
    def forward(
        self, student: torch.Tensor, teacher: torch.Tensor, labels: torch.Tensor
    ) -> torch.Tensor:
        """Compare ``student`` and ``teacher``, both ``(batch, dimension)``; return ``(batch,)``.

        ``labels`` is ``(batch,)``: integers that tell persons apart.
        """
        unit_student, unit_teacher = (functional.normalize(x, dim=-1) for x in (student, teacher))
        own = torch.arange(len(labels), device=labels.device)
        is_same_person = labels.unsqueeze(1) == labels
        is_left_out = is_same_person & (own.unsqueeze(1) != own)
        logits = unit_student @ unit_teacher.T / self.temperature
        logits = logits.masked_fill(is_left_out, -torch.inf)
        return functional.cross_entropy(logits, own, reduction="none")
