"""Contrastive representation distillation, with the negatives of the batch."""

import torch
from torch.nn import functional

from speechdistill.distillation.arithmetic.full_precision import full_precision


class ContrastiveRepresentation(torch.nn.Module):
    """How badly a critic tells matching from other pairs of student and teacher, per sample.

    ``d_i = -log h_ii - sum_{j in N_i} log(1 - h_ij)`` with the critic
    ``h_ij = exp(c_ij / T) / (exp(c_ij / T) + |N_i| / M)``, ``c_ij = cos(s_i, t_j)``; N_i are the
    samples of the batch whose person is not that of i, and M is the number of teachers that the
    negatives are sampled from: here the batch's size, in the paper the data set's, whose memory of
    embeddings this distance does without. Beside :class:`InfoNCE`, negatives do not compete: each
    is pushed until it is far from the student on its own account. At least 0; it grows with the
    number of negatives, never reaches 0 with them, and is 0 without.

    Source: Tian, Krishnan, Isola, "Contrastive Representation Distillation", ICLR 2020,
    section 3.1: the critic's noise-contrastive objective, with its sign turned.

    Arguments
    ---------
    temperature: T > 0 on the cosines.

    Example
    -------
    >>> distance = ContrastiveRepresentation(temperature=0.5)
    >>> teacher = torch.tensor([[1.0, 0.0], [-1.0, 0.0]])
    >>> distance(teacher, teacher, torch.tensor([0, 1]))
    tensor([0.3050, 0.3050])
    >>> distance(teacher, teacher, torch.tensor([0, 0]))
    tensor([0., 0.])
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
        cosines = unit_student @ unit_teacher.T
        is_negative = labels.unsqueeze(1) != labels
        negatives = is_negative.sum(dim=1)
        noise = negatives.clamp(min=1).to(cosines.dtype) / len(labels)
        # h is the sigmoid of these, so that both logarithms stay finite.
        logits = cosines / self.temperature - noise.log().unsqueeze(1)
        match = -functional.logsigmoid(logits.diagonal())
        mismatch = -functional.logsigmoid(-logits).masked_fill(~is_negative, 0).sum(dim=1)
        return torch.where(negatives > 0, match + mismatch, 0)
