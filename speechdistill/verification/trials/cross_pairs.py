"""Random access to the pairs of a set too large to list them."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class CrossPairs:
    """The pairs of items of one group and different blocks, numbered without being listed.

    Items are sorted by group and block; item ``i`` pairs with the items of its group that come
    after its block. Pairs of one group have consecutive numbers.

    Attributes
    ----------
    items: the items in sorted order, shape ``(items,)``.
    block_end: for each, where its block ends in that order.
    pairs_before: number of pairs whose first item comes earlier, shape ``(items + 1,)``.

    Example
    -------
    >>> speakers, sessions = np.array([0, 0, 0, 1]), np.array([0, 0, 1, 0])
    >>> pairs = CrossPairs.of(np.arange(4), groups=speakers, blocks=sessions)
    >>> pairs[np.arange(len(pairs))].tolist()
    [[0, 2], [1, 2]]
    """

    items: np.ndarray
    block_end: np.ndarray
    pairs_before: np.ndarray

    @classmethod
    def of(cls, items: np.ndarray, groups: np.ndarray, blocks: np.ndarray) -> "CrossPairs":
        """Sort ``items``, given the group and block number of each."""
        order = np.lexsort((blocks, groups))
        groups, blocks = groups[order], blocks[order]
        group_end = np.searchsorted(groups, groups, side="right")
        block_change = np.flatnonzero((np.diff(groups) != 0) | (np.diff(blocks) != 0)) + 1
        ends = np.append(block_change, len(order))
        block_end = ends[np.searchsorted(ends, np.arange(len(order)), side="right")]
        pairs_before = np.concatenate(([0], np.cumsum(group_end - block_end)))
        return cls(items[order], block_end, pairs_before)

    def __len__(self) -> int:
        return int(self.pairs_before[-1])

    def __getitem__(self, numbers: np.ndarray) -> np.ndarray:
        """Return the item pairs with these numbers, shape ``(numbers, 2)``."""
        first = np.searchsorted(self.pairs_before, numbers, side="right") - 1
        second = self.block_end[first] + numbers - self.pairs_before[first]
        return np.stack([self.items[first], self.items[second]], axis=1)
