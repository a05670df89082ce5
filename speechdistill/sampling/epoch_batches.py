"""The batches of an epoch: the same on any number of processes, and from any step on."""

from collections.abc import Iterator

import numpy as np
import torch

from speechdistill.errors import InputError


class EpochBatches(torch.utils.data.Sampler[list[int]]):
    """A batch sampler for a DataLoader that is a function of seed and epoch alone.

    Each global batch is drawn once, and every rank takes its slice of it: one process with batches
    of 64 and two with 32 each learn from the same items, step by step. All ranks have the same
    number of steps; items that fill no batch are left to another epoch. A set smaller than a batch
    is one batch. Subclasses give :meth:`order`.

    Arguments
    ---------
    size: how many items there are.
    batch_size: items of a global batch, over all ranks; a multiple of ``world_size``.
    seed: of the order.
    rank, world_size: which of how many processes this is.

    Raises
    ------
    InputError: the batches cannot be shared evenly, or there are fewer items than processes.

    Example
    -------
    >>> class InOrder(EpochBatches):
    ...     def order(self):
    ...         return np.arange(self.size)
    >>> list(InOrder(9, batch_size=4, seed=1))
    [[0, 1, 2, 3], [4, 5, 6, 7]]
    >>> second = InOrder(9, batch_size=4, seed=1, rank=1, world_size=2)
    >>> second.start_at(1)
    >>> len(second), list(second)
    (2, [[6, 7]])
    """

    def __init__(
        self, size: int, batch_size: int, seed: int, rank: int = 0, world_size: int = 1
    ) -> None:
        if batch_size % world_size:
            raise InputError(
                f"batches of {batch_size} cannot be shared by {world_size} processes: "
                "give a multiple as --batch_size"
            )
        if size < world_size:
            raise InputError(f"{size} items for {world_size} processes: start fewer")
        self.size = size
        self.batch_size = batch_size if size >= batch_size else size - size % world_size
        self.seed = seed
        self.rank = rank
        self.world_size = world_size
        self.epoch = 0
        self.first_step = 0

    def order(self) -> np.ndarray:
        """Return the rows of the epoch's batches, one after the other: ``(steps * batch_size,)``.

        What comes after these is left out.
        """
        raise NotImplementedError

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch; another one than before starts at its first step."""
        if epoch != self.epoch:
            self.first_step = 0
        self.epoch = epoch

    def start_at(self, step: int) -> None:
        """Leave out the first ``step`` batches of the epoch that is set: they are done already."""
        self.first_step = step

    def __len__(self) -> int:
        """The number of steps of a whole epoch, wherever this one starts."""
        return self.size // self.batch_size

    def __iter__(self) -> Iterator[list[int]]:
        order = self.order()
        share = self.batch_size // self.world_size
        for step in range(self.first_step, len(self)):
            start = step * self.batch_size + self.rank * share
            yield order[start : start + share].tolist()
