"""A set of a corpus as a teacher or a student perceives it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Protocol

import numpy as np
import torch

from speechdistill.inputs.items import InputItem, ids_of
from speechdistill.quality.table import QualityTable

Read = Callable[[int, np.random.Generator | None], torch.Tensor]


@dataclass(frozen=True)
class PerceivedSet:
    """Items, how to read one, and how far each can be trusted.

    Arguments
    ---------
    items: what there is.
    read: ``(row, generator)`` -> the item's tensor: whole where the generator is None, else as
        training wants it (a random chunk of an utterance), the same shape for all.
    quality: of the items, by id.
    durations: of the whole items, in seconds, where they differ in length: those of one duration
        have one shape. None where all have.

    Example
    -------
    >>> import numpy as np
    >>> items = [InputItem(f"a/v/{n}", "a", "v", "a") for n in range(3)]
    >>> quality = QualityTable([item.id for item in items], {"quality": np.ones(3)})
    >>> images = PerceivedSet(items, lambda row, generator: torch.full((2,), row), quality)
    >>> images.select([2]).read(0, None)
    tensor([2, 2])
    """

    items: Sequence[InputItem]
    read: Read
    quality: QualityTable
    durations: Sequence[float] | np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.items)

    @cached_property
    def qualities(self) -> np.ndarray:
        """Of each item, ``(items,)``: 1 where nothing is known."""
        return np.nan_to_num(self.quality.scores_of(ids_of(self.items)), nan=1.0)

    def select(self, rows: Sequence[int]) -> "PerceivedSet":
        """Take the items of some rows."""
        durations = None if self.durations is None else [self.durations[row] for row in rows]
        return PerceivedSet(
            [self.items[row] for row in rows],
            partial(_read_selected, self.read, rows),
            self.quality,
            durations,
        )

    def in_steps(self, seconds: float) -> "PerceivedSet":
        """Cut items that differ in length to whole steps, so that many have one shape.

        At most a step is lost at the end of an item; one shorter than a step stays as it is.
        """
        if self.durations is None:
            return self
        whole = np.asarray(self.durations, dtype=float)
        steps = np.floor(whole / seconds) * seconds
        kept = np.where(steps > 0, steps, whole)
        return PerceivedSet(
            self.items, partial(_read_start, self.read, kept / whole), self.quality, kept
        )

    def joined(self, other: "PerceivedSet") -> "PerceivedSet":
        """Put the items of another set after these."""
        durations = None
        if self.durations is not None and other.durations is not None:
            durations = [*self.durations, *other.durations]
        return PerceivedSet(
            [*self.items, *other.items],
            partial(_read_joined, self.read, other.read, len(self)),
            QualityTable.joined([self.quality, other.quality]),
            durations,
        )


class Inputs(Protocol):
    """What a teacher or a student perceives: the key ``inputs`` of its YAML.

    Attributes
    ----------
    kind: what reports call it: "face", "image", "text", "speech", "vectors".
    """

    kind: str

    def prepare(self, data: Path, exp: Path, sets: Sequence[str]) -> None:
        """Do, once, what must be done before the sets of a data folder can be perceived.

        Arguments
        ---------
        data: folder of the sets.
        exp: folder of the teacher or student, for what is kept.
        sets: names of the sets.
        """
        ...

    def perceive(self, data: Path, exp: Path, name: str) -> PerceivedSet:
        """Open a set."""
        ...


# Functions of the module and no closures: worker processes must be able to load them.
def _read_selected(
    read: Read, rows: Sequence[int], row: int, generator: np.random.Generator | None
) -> torch.Tensor:
    return read(rows[row], generator)


def _read_start(
    read: Read, shares: np.ndarray, row: int, generator: np.random.Generator | None
) -> torch.Tensor:
    item = read(row, generator)
    return item[: round(len(item) * shares[row])]


def _read_joined(
    first: Read, second: Read, count: int, row: int, generator: np.random.Generator | None
) -> torch.Tensor:
    return first(row, generator) if row < count else second(row - count, generator)
