"""The batches of an epoch: the same on any number of processes, and from any step on."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from speechdistill.base.errors import InputError


@dataclass(eq=False)
class EpochBatches(torch.utils.data.Sampler[list[int]]):
    """A batch sampler for a DataLoader that is a function of seed and epoch alone.

    Each global batch is sampled once, every rank takes its slice of it: one process with batches
    of 64 and two with 32 each learn from the same items, step by step. All ranks have the same
    number of steps; items that fill no batch are left to another epoch. A set smaller than a batch
    is one batch. Subclasses give :meth:`order`.

    Arguments
    ---------
    labels: int ``(items,)``: whose each item is.
    qualities: of each item, ``(items,)``.
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
    >>> nine = np.zeros(9, dtype=int), np.ones(9)
    >>> list(InOrder(*nine, batch_size=4, seed=1))
    [[0, 1, 2, 3], [4, 5, 6, 7]]
    >>> second = InOrder(*nine, batch_size=4, seed=1, rank=1, world_size=2)
    >>> second.start_at(1)
    >>> len(second), list(second)
    (2, [[6, 7]])
    """

    labels: np.ndarray
    qualities: np.ndarray
    batch_size: int
    seed: int
    rank: int = 0
    world_size: int = 1

    def __post_init__(self) -> None:
        if self.batch_size % self.world_size:
            raise InputError(
                f"batches of {self.batch_size} cannot be shared by {self.world_size} processes: "
                "give a multiple as --batch_size"
            )
        if self.size < self.world_size:
            raise InputError(f"{self.size} items for {self.world_size} processes: start fewer")
        if self.size < self.batch_size:
            self.batch_size = self.size - self.size % self.world_size
        self.epoch = 0
        self.first_step = 0

    @property
    def size(self) -> int:
        """How many items there are."""
        return len(self.labels)

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
