"""A margin that keeps the same share of every batch active."""

import torch


class QuantileMargin(torch.nn.Module):
    """The given quantile of the batch's distances.

    With quantile p, about ``1 - p`` of the samples lie beyond the margin in every batch, whatever
    the distance's unit and however far training is: the student is pulled to the teacher only where
    it is furthest from it, relative to the others. In a batch of one, or of equal distances, no
    sample is beyond the margin.

    Arguments
    ---------
    quantile: in [0, 1); 0.5 is the median. Linear between neighbours.

    Example
    -------
    >>> QuantileMargin(0.5)(torch.tensor([0.1, 0.9, 0.4]), epoch=1)
    tensor(0.4000)
    """

    def __init__(self, quantile: float) -> None:
        super().__init__()
        if not 0 <= quantile < 1:
            raise ValueError(f"the quantile is {quantile}: give a number in [0, 1)")
        self.quantile = quantile

    def forward(self, distances: torch.Tensor, epoch: int) -> torch.Tensor:
        """Return the batch's margin, a scalar without gradient, from ``(batch,)`` distances."""
        return distances.detach().quantile(self.quantile)
