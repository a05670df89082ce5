"""The soft constraint: a distance counts only beyond a margin."""

import torch


class SoftConstraint(torch.nn.Module):
    """Relax any per-sample distance by a margin: ``relu(d - m)``.

    A hard constraint (m = 0) makes the student copy what it cannot hear; a soft one leaves it free
    as soon as it is near enough to the teacher. With m = 0 it is the distance itself, since no
    distance is negative.

    Source: Zhao et al., "Cross-Modal Distillation For Widely Differing Modalities"
    (arXiv 2507.16296); Jin et al., "Cross-Modal Distillation for Speaker Recognition" (AAAI 2023).

    Arguments
    ---------
    distance: a module with an attribute ``level``: see
        :mod:`speechdistill.distillation.distances`.
    margin: m >= 0, in the distance's own unit; or a module of
        :mod:`speechdistill.distillation.margins`.

    Example
    -------
    >>> from speechdistill.distillation.distances import CosineDistance
    >>> soft = SoftConstraint(CosineDistance(), margin=0.5)
    >>> soft(torch.eye(2), torch.tensor([[1.0, 0.0], [1.0, 0.0]]))
    tensor([0.0000, 0.5000])
    """

    def __init__(self, distance: torch.nn.Module, margin: float | torch.nn.Module = 0.0) -> None:
        super().__init__()
        if not isinstance(margin, torch.nn.Module) and not margin >= 0:
            raise ValueError(f"the margin must not be negative: {margin}")
        self.distance = distance
        self.margin = margin
        self.level = distance.level
        self.uses_labels = getattr(distance, "uses_labels", False)

    def forward(self, *inputs: torch.Tensor, epoch: int = 1) -> torch.Tensor:
        """Hand ``inputs`` to the distance; return ``(batch,)``, zero within the margin.

        ``epoch`` counts from 1; it matters to a margin that changes over training.
        """
        distances = self.distance(*inputs)
        if isinstance(self.margin, torch.nn.Module):
            return torch.relu(distances - self.margin(distances, epoch))
        return torch.relu(distances - self.margin)
