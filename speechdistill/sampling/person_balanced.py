"""P people by K items: what losses between the items of a batch need."""

from dataclasses import dataclass

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.sampling.epoch_batches import EpochBatches


@dataclass(eq=False, kw_only=True)
class PersonBalanced(EpochBatches):
    """Sample batches of ``batch_size / K`` different people with K items each.

    Every person is sampled equally often, however many items they have. The people come in
    rounds: each is a new random order of all, of which those that fill no batch are left out. So do
    the items of a person, so that none comes again before the others have; a person with fewer than
    K has some of them more than once in a batch. An epoch has as many steps as one of
    :class:`speechdistill.sampling.random_order.RandomOrder`.

    Source: Hermans, Beyer, Leibe, "In Defense of the Triplet Loss for Person Re-Identification"
    (arXiv 1703.07737), section 2.

    Arguments
    ---------
    Besides those of :class:`EpochBatches`:

    items_per_person: K; it divides ``batch_size``.

    Raises
    ------
    InputError: K does not divide the batch, or there are too few people for one.

    Example
    -------
    >>> labels = np.array([0, 0, 0, 1, 1, 2, 2, 2])
    >>> batches = PersonBalanced(labels, np.ones(8), 4, seed=1, items_per_person=2)
    >>> [labels[batch].tolist() for batch in batches]
    [[0, 0, 1, 1], [2, 2, 0, 0]]
    """

    items_per_person: int

    def __post_init__(self) -> None:
        # A small set is still sampled in whole batches: items then come more than once.
        batch_size = self.batch_size
        super().__post_init__()
        self.batch_size = batch_size
        if self.items_per_person < 1 or batch_size % self.items_per_person:
            raise InputError(
                f"batches of {batch_size} do not hold {self.items_per_person} items of "
                "each person: give a multiple as --batch_size"
            )
        self.people_per_batch = batch_size // self.items_per_person
        by_person = np.argsort(self.labels, kind="stable")
        starts = np.flatnonzero(np.diff(self.labels[by_person], prepend=np.nan))
        self.rows_of = np.split(by_person, starts[1:])
        if len(self.rows_of) < self.people_per_batch:
            raise InputError(
                f"{len(self.rows_of)} people are too few for batches of "
                f"{self.people_per_batch} people: give a smaller --batch_size, or more "
                "items per person"
            )

    def __len__(self) -> int:
        return max(1, super().__len__())

    def order(self) -> np.ndarray:
        random = np.random.default_rng([self.seed, self.epoch])
        people = self._people(random)
        order = np.empty((len(people), self.items_per_person), dtype=np.int64)
        times = np.bincount(people, minlength=len(self.rows_of))
        sampled_at = np.split(np.argsort(people, kind="stable"), np.cumsum(times)[:-1])
        for rows, places in zip(self.rows_of, sampled_at, strict=True):
            order[places] = self._items(rows, len(places), random)
        return order.ravel()

    def _people(self, random: np.random.Generator) -> np.ndarray:
        """Sample who is in each batch: ``(steps * people_per_batch,)``."""
        wanted = len(self) * self.people_per_batch
        total = len(self.rows_of)
        whole = total - total % self.people_per_batch
        rounds = [random.permutation(total)[:whole] for _ in range(-(-wanted // whole))]
        return np.concatenate(rounds)[:wanted]

    def _items(self, rows: np.ndarray, times: int, random: np.random.Generator) -> np.ndarray:
        """Sample K of a person's rows ``times`` times: ``(times, K)``."""
        if len(rows) < self.items_per_person:
            rows = np.resize(rows, self.items_per_person)
        whole = len(rows) - len(rows) % self.items_per_person
        wanted = times * self.items_per_person
        rounds = [random.permutation(rows)[:whole] for _ in range(-(-wanted // whole))]
        sampled = np.concatenate([rows[:0], *rounds])
        return sampled[:wanted].reshape(times, self.items_per_person)
