"""Pairs that a list names more than once: equal lines count once, contradictions are refused."""

from collections.abc import Sequence

import numpy as np

from speechdistill.verification.trials.name_table import NameTable
from speechdistill.verification.trials.words import Words


def numbered_ids(names: Sequence[str]) -> np.ndarray:
    """Give names numbers, equal where they differ in the extension of an audio file alone.

    Example
    -------
    >>> numbered_ids(["a.wav", "b", "a.flac"]).tolist()
    [0, 1, 0]
    """
    return NameTable().add(Words.of(names).without_audio_suffix()).astype(np.int64)


def has_repeats(keys: np.ndarray) -> bool:
    """Return whether an integer occurs twice: in a fraction of the time of what finds where.

    Example
    -------
    >>> has_repeats(np.array([7, 5, 7])), has_repeats(np.array([7, 5]))
    (True, False)
    """
    ordered = np.sort(keys)
    return bool((ordered[1:] == ordered[:-1]).any())


def first_contradiction(keys: np.ndarray, values: np.ndarray) -> tuple[int, int] | None:
    """Return two positions, rising, of one key and different values; None if there are none.

    Arguments
    ---------
    keys: integers ``(rows,)``, such as numbers of pairs.
    values: ``(rows,)``, such as labels or scores.

    Example
    -------
    >>> first_contradiction(np.array([7, 5, 7, 7]), np.array([1, 0, 1, 0]))
    (2, 3)
    """
    members = _repeated(keys)
    keys, values = keys[members], values[members]
    differing = np.flatnonzero((keys[1:] == keys[:-1]) & (values[1:] != values[:-1]))
    if len(differing) == 0:
        return None
    later = differing[np.argmin(members[differing + 1])]
    return int(members[later]), int(members[later + 1])


def is_first(keys: np.ndarray) -> np.ndarray:
    """Return which rows are the first of their key; bool ``(rows,)``.

    Example
    -------
    >>> is_first(np.array([7, 5, 7])).tolist()
    [True, True, False]
    """
    members = _repeated(keys)
    found = np.ones(len(keys), dtype=bool)
    found[members[1:][keys[members[1:]] == keys[members[:-1]]]] = False
    return found


def _repeated(keys: np.ndarray) -> np.ndarray:
    """Return the positions of keys that occur more than once, by key and then by position."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    is_same = np.zeros(len(keys) + 1, dtype=bool)
    is_same[1:-1] = ordered[1:] == ordered[:-1]
    return order[is_same[1:] | is_same[:-1]]
