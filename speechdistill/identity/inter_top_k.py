"""A penalty for the other people that a sample is nearest to."""

import math

import torch

from speechdistill.identity.margin_schedule import MarginSchedule


class InterTopK(torch.nn.Module):
    """Make a sample's nearest other classes seem nearer than they are, by an angle.

    For the ``k`` other classes of highest cosine, ``cos theta`` becomes ``cos(theta - m')``: what
    is to be told apart with difficulty is to be told apart by more.

    Source: Zhao, Ma, Ding, Zheng, Liu, Xu, "Multi-query multi-head attention pooling and inter-topK
    penalty for speaker verification", ICASSP 2022 (arXiv 2110.05042).

    Arguments
    ---------
    k: how many classes; 0 for none. Where there are fewer others, all of them.
    margin: m', radians; a number or a :class:`MarginSchedule`.

    Example
    -------
    >>> penalise = InterTopK(k=1, margin=0.1)
    >>> cosines, targets = torch.tensor([[0.9, 0.5, 0.1]]), torch.tensor([[1.0, 0.0, 0.0]])
    >>> penalise(cosines, targets)
    tensor([[0.0000, 0.0840, 0.0000]])
    """

    def __init__(self, k: int, margin: float | MarginSchedule = 0.06) -> None:
        super().__init__()
        if k < 0:
            raise ValueError(f"inter_top_k is a number of classes, 0 or more, not {k}")
        self.k = k
        self.margin = margin if isinstance(margin, MarginSchedule) else MarginSchedule(margin)

    def forward(
        self, cosines: torch.Tensor, targets: torch.Tensor, epochs_done: float = 0.0
    ) -> torch.Tensor:
        """Return what is to be added to the cosines, ``(batch, classes)``.

        Arguments
        ---------
        cosines: ``(batch, classes)``.
        targets: of the same shape: 1 for a sample's own class, else 0.
        epochs_done: of training.
        """
        others = cosines.detach().masked_fill(targets > 0, -torch.inf)
        nearest = others.topk(min(self.k, cosines.shape[1] - 1), dim=1).indices
        near = cosines.gather(1, nearest)
        # The slope of the sine has no end at 0 and pi.
        sine = (1 - near.square()).clamp(min=torch.finfo(near.dtype).eps).sqrt()
        margin = self.margin.at(epochs_done)
        nearer = near * math.cos(margin) + sine * math.sin(margin)
        return torch.zeros_like(cosines).scatter(1, nearest, nearer - near)
