"""Batches with more good utterances than poor ones: the alternative to weighting their losses."""

from collections.abc import Sequence

import numpy as np
import torch
from speechbrain.dataio.sampler import ReproducibleWeightedRandomSampler

from speechdistill.quality.maps import LINEAR, QualityMap
from speechdistill.quality.weights import checked_floor, effective_sample_size, floored


class QualitySampler(ReproducibleWeightedRandomSampler):
    """Draw utterances with replacement, each with a chance proportional to its weight.

    The order depends on the seed and on the epoch (``set_epoch``) alone.

    Arguments
    ---------
    weights: one per utterance, above 0.
    size: how many utterances an epoch draws.
    seed: of the order.

    Example
    -------
    >>> sampler = QualitySampler([1.0, 3.0], size=1000, seed=1)
    >>> sampler.set_epoch(1)
    >>> drawn = list(sampler)
    >>> len(drawn), 700 < sum(drawn) < 800
    (1000, True)
    """

    def __init__(self, weights: Sequence[float], size: int, seed: int) -> None:
        values = torch.as_tensor(weights, dtype=torch.float64)
        if len(values) == 0 or not (torch.isfinite(values).all() and (values > 0).all()):
            raise ValueError("the weights of utterances must be numbers above 0")
        super().__init__(values.tolist(), size, replacement=True, seed=seed)

    @property
    def expected_effective_sample_size(self) -> float:
        """How many equally likely utterances would be drawn twice as often as these are.

        ``(sum w)^2 / sum w^2``, the inverse of the chance that two draws are the same utterance; as
        with :func:`speechdistill.quality.weights.effective_sample_size` of weighted losses, it is
        the number of utterances where all weights are equal.

        Example
        -------
        >>> sampler = QualitySampler([1.0, 1.0, 1e-9], size=10, seed=1)
        >>> round(sampler.expected_effective_sample_size, 3)
        2.0
        """
        return effective_sample_size(self.weights).item()


class QualitySampling:
    """Sample utterances by quality: with a chance proportional to ``floor + (1 - floor) map(q)``.

    The expected gradient is that of losses weighted by
    :class:`speechdistill.quality.weights.QualityWeights` over the whole set at once. A poor
    utterance costs no computing time; a good one is heard more often, under other augmentation.

    Arguments
    ---------
    floor: the chance of an utterance that the map counts as 0, relative to one of 1; above 0, at
        most 1: 1 samples all alike.
    map: ``q -> [0, 1]``, both ``(utterances,)``, of :mod:`speechdistill.quality.maps`.

    Example
    -------
    >>> sampler = QualitySampling(floor=0.1).sampler(np.array([1.0, 0.0]), seed=1)
    >>> round(sampler.expected_effective_sample_size, 2)
    1.2
    """

    def __init__(self, floor: float, map: QualityMap = LINEAR) -> None:
        self.floor = checked_floor(floor)
        self.map = map

    def sampler(self, qualities: np.ndarray, seed: int) -> QualitySampler:
        """Make the sampler of a training set, which draws as many utterances as there are.

        Arguments
        ---------
        qualities: q_speech of every utterance, in the data set's order, ``(utterances,)``.
        seed: of the order.
        """
        quality = torch.as_tensor(qualities, dtype=torch.float64)
        weights = floored(self.map(quality), self.floor)
        return QualitySampler(weights.tolist(), len(quality), seed)
