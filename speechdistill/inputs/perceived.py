"""A set of a corpus as a teacher or a student perceives it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Protocol

import numpy as np
import torch

from speechdistill.corpora.cut_audio import LONGEST_SECONDS, window_count
from speechdistill.inputs.items import InputItem, ids_of
from speechdistill.inputs.window import Window
from speechdistill.quality.table import QualityTable

How = np.random.Generator | Window | None
Read = Callable[[int, How], torch.Tensor]


@dataclass(frozen=True)
class PerceivedSet:
    """Items, how to read one, and how far each can be trusted.

    Arguments
    ---------
    items: what there is.
    read: ``(row, how)`` -> the item's tensor: whole where ``how`` is None; with a generator as
        training wants it (a random chunk of an utterance), the same shape for all; with a
        :class:`Window` that part, where items differ in length.
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

        At most a step is lost at the end of an item; one shorter than a step stays as it is, and of
        one longer than 60 s only those are kept.
        """
        if self.durations is None:
            return self
        whole = np.asarray(self.durations, dtype=float)
        steps = np.floor(np.minimum(whole, LONGEST_SECONDS) / seconds) * seconds
        kept = np.where(steps > 0, steps, whole)
        is_long = whole > LONGEST_SECONDS
        return PerceivedSet(
            self.items, partial(_read_start, self.read, kept / whole, is_long), self.quality, kept
        )

    def in_windows(self) -> tuple["PerceivedSet", np.ndarray]:
        """Cut items longer than 60 s into windows of equal length, each at most that.

        Returns
        -------
        The windows, in order, and how many each item has, ``(items,)``. If all have one, the set
        is this one.

        Example
        -------
        >>> read = lambda row, how: torch.arange(8)[slice(*how.samples(8))]
        >>> none = QualityTable([], {"quality": np.zeros(0)})
        >>> windows, counts = PerceivedSet([None], read, none, [90.0]).in_windows()
        >>> counts.tolist(), windows.durations.tolist(), windows.read(1, None)
        ([2], [45.0, 45.0], tensor([4, 5, 6, 7]))
        """
        if self.durations is None:
            return self, np.ones(len(self), dtype=np.int64)
        counts = np.array([window_count(duration) for duration in self.durations], np.int64)
        if np.all(counts == 1):
            return self, counts
        rows = np.repeat(np.arange(len(self)), counts)
        windows = [
            Window(number / count, (number + 1) / count) if count > 1 else None
            for count in counts.tolist()
            for number in range(count)
        ]
        durations = np.asarray(self.durations, dtype=float)[rows] / counts[rows]
        items = [self.items[row] for row in rows.tolist()]
        read = partial(_read_window, self.read, rows, windows)
        return PerceivedSet(items, read, self.quality, durations), counts

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
def _read_selected(read: Read, rows: Sequence[int], row: int, how: How) -> torch.Tensor:
    return read(rows[row], how)


def _read_start(
    read: Read, shares: np.ndarray, is_long: np.ndarray, row: int, how: How
) -> torch.Tensor:
    if how is None and is_long[row]:
        how = Window(0.0, 1.0)
    if isinstance(how, Window):
        return read(row, how.within(float(shares[row])))
    item = read(row, how)
    return item[: round(len(item) * shares[row])]


def _read_window(
    read: Read, rows: np.ndarray, windows: Sequence[Window | None], row: int, how: How
) -> torch.Tensor:
    return read(int(rows[row]), windows[row] if how is None else how)


def _read_joined(first: Read, second: Read, count: int, row: int, how: How) -> torch.Tensor:
    return first(row, how) if row < count else second(row - count, how)
