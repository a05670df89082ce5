"""The soft constraint: a distance counts only beyond a margin."""

import torch


class SoftConstraint(torch.nn.Module):
    """Relax any per-sample distance by a margin: ``relu(d - m)``.

    A hard constraint (m = 0) makes the student copy what it cannot hear; a soft one leaves it free
    as soon as it is near enough to the teacher.

    Source: Zhao et al., "Cross-Modal Distillation For Widely Differing Modalities"
    (arXiv 2507.16296); Jin et al., "Cross-Modal Distillation for Speaker Recognition" (AAAI 2023).

    Arguments
    ---------
    distance: a module ``(student, teacher) -> (batch,)`` with an attribute ``level``.
    margin: m >= 0, in the distance's own unit.

    Example
    -------
    >>> from speechdistill.distillation.distances.cosine import CosineDistance
    >>> soft = SoftConstraint(CosineDistance(), margin=0.5)
    >>> soft(torch.eye(2), torch.tensor([[1.0, 0.0], [1.0, 0.0]]))
    tensor([0.0000, 0.5000])
    """

    def __init__(self, distance: torch.nn.Module, margin: float = 0.0) -> None:
        super().__init__()
        if margin < 0:
            raise ValueError(f"the margin must not be negative: {margin}")
        self.distance = distance
        self.margin = margin
        self.level = distance.level

    def forward(self, student: torch.Tensor, teacher: torch.Tensor) -> torch.Tensor:
        """Compare ``student`` and ``teacher``; return ``(batch,)``, zero within the margin."""
        return torch.relu(self.distance(student, teacher) - self.margin)
