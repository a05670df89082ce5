"""Every item once an epoch, in random order."""

import numpy as np
import torch

from speechdistill.sampling.epoch_batches import EpochBatches


class RandomOrder(EpochBatches):
    """Take every item once, in the order of SpeechBrain's ``ReproducibleRandomSampler``.

    Example
    -------
    >>> batches = RandomOrder(np.zeros(6), np.ones(6), batch_size=2, seed=1)
    >>> batches.set_epoch(1)
    >>> sorted(row for batch in batches for row in batch)
    [0, 1, 2, 3, 4, 5]
    """

    def order(self) -> np.ndarray:
        generator = torch.Generator().manual_seed(self.seed + self.epoch)
        return torch.randperm(self.size, generator=generator).numpy()
