"""Maps from the quality of samples to what they count, both in [0, 1]: the shape of the weights.

A map takes the qualities ``(batch,)`` of samples that are weighed together and returns as many
values. It never ranks a better sample below a worse one.
"""

from collections.abc import Callable

import torch

QualityMap = Callable[[torch.Tensor], torch.Tensor]


class LinearMap:
    """A sample counts what its quality is: ``q``.

    Example
    -------
    >>> LinearMap()(torch.tensor([0.2, 0.9]))
    tensor([0.2000, 0.9000])
    """

    def __call__(self, quality: torch.Tensor) -> torch.Tensor:
        return quality


LINEAR = LinearMap()


class RankMap:
    """A sample counts by its place among the others: ``(rank - 1/2) / n``, ranks from 1.

    Equal samples have their mean rank. Only the order of qualities matters, not their scale: for
    qualities that crowd in a part of [0, 1].

    Example
    -------
    >>> RankMap()(torch.tensor([0.1, 0.12, 0.9, 0.12]))
    tensor([0.1250, 0.5000, 0.8750, 0.5000])
    """

    def __call__(self, quality: torch.Tensor) -> torch.Tensor:
        _, place, counts = torch.unique(quality, return_inverse=True, return_counts=True)
        mean_rank = counts.cumsum(0) - (counts - 1) / 2
        return ((mean_rank - 0.5) / len(quality))[place].to(quality.dtype)


class SoftmaxMap:
    """The best sample counts 1, others by their distance to it: ``exp((q - max q) / T)``.

    Made of mean 1, and without a floor, this is ``n softmax(q / T)``.

    Arguments
    ---------
    temperature: T, above 0; the lower, the more the best samples count beside the others.

    Example
    -------
    >>> SoftmaxMap(temperature=0.5)(torch.tensor([1.0, 0.5]))
    tensor([1.0000, 0.3679])
    """

    def __init__(self, temperature: float) -> None:
        if not temperature > 0:
            raise ValueError(f"the temperature is {temperature}: give a number above 0")
        self.temperature = temperature

    def __call__(self, quality: torch.Tensor) -> torch.Tensor:
        if len(quality) == 0:
            return quality
        return ((quality - quality.max()) / self.temperature).exp()


class SigmoidMap:
    """Good samples count 1, poor ones 0: ``1 / (1 + exp(-slope (q - centre)))``.

    Arguments
    ---------
    centre: the quality that counts a half.
    slope: above 0; within ``4 / slope`` around the centre most of the change happens.

    Example
    -------
    >>> SigmoidMap(centre=0.5, slope=10.0)(torch.tensor([0.1, 0.5, 0.9]))
    tensor([0.0180, 0.5000, 0.9820])
    """

    def __init__(self, centre: float, slope: float) -> None:
        if not slope > 0:
            raise ValueError(f"the slope is {slope}: give a number above 0")
        self.centre = centre
        self.slope = slope

    def __call__(self, quality: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(self.slope * (quality - self.centre))
