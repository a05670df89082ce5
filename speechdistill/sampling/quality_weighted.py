"""Batches with more good items than poor ones: the alternative to weighting their losses."""

from dataclasses import dataclass

import numpy as np
import torch

from speechdistill.distillation.quality_maps import LINEAR, QualityMap
from speechdistill.distillation.weights import checked_floor, floored
from speechdistill.sampling.epoch_batches import EpochBatches


@dataclass(eq=False, kw_only=True)
class QualityWeighted(EpochBatches):
    """Sample with replacement, with a chance proportional to ``floor + (1 - floor) map(q)``.

    The expected gradient is that of losses weighted by
    :class:`speechdistill.distillation.QualityWeights` over the whole set at once. A poor
    item costs no computing time; a good one is seen or heard more often, under other augmentation.
    An epoch samples as many items as there are.

    Arguments
    ---------
    Besides those of :class:`EpochBatches`:

    floor: the chance of an item that the map counts as 0, relative to one of 1; above 0, at
        most 1: 1 samples all alike.
    map: ``q -> [0, 1]``, both ``(items,)``, of :mod:`speechdistill.distillation.quality_maps`.

    Example
    -------
    >>> qualities = np.repeat([1.0, 0.0], 500)
    >>> batches = QualityWeighted(np.zeros(1000), qualities, batch_size=10, seed=1, floor=0.25)
    >>> sampled = np.concatenate(list(batches))
    >>> len(sampled), 750 < qualities[sampled].sum().item() < 850
    (1000, True)
    """

    floor: float
    map: QualityMap = LINEAR

    def __post_init__(self) -> None:
        super().__post_init__()
        quality = torch.as_tensor(self.qualities, dtype=torch.float64)
        self.weights = floored(self.map(quality), checked_floor(self.floor))
        if not (torch.isfinite(self.weights).all() and (self.weights > 0).all()):
            raise ValueError("the weights of items must be numbers above 0")

    def order(self) -> np.ndarray:
        generator = torch.Generator().manual_seed(self.seed + self.epoch)
        sampled = torch.multinomial(self.weights, self.size, replacement=True, generator=generator)
        return sampled.numpy()
