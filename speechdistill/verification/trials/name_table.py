"""Names to numbers, a hundred thousand at a time."""

from collections.abc import Sequence

import numpy as np

from speechdistill.verification.trials.words import Words, rows_equal

WORDS_AT_ONCE = 1 << 14

# Odd, fixed and without pattern: what multiplies the 8-byte pieces of a name before they are added.
_FACTORS = np.random.default_rng(1).integers(1 << 63, size=128, dtype=np.uint64) * 2 + 1
_SHIFT, _LAST_FACTOR = np.uint64(32), np.uint64(0x9E3779B97F4A7C15)


class NameTable:
    """A table of unique names, in which many words are found at once.

    An open-addressing hash table in numpy arrays. Words are compared with the names byte by byte,
    so that a hash collision costs time, never a wrong answer. A Python dictionary does the same one
    word at a time, and waits for memory several times per word.

    Arguments
    ---------
    names: to begin with, each once.

    Example
    -------
    >>> table = NameTable()
    >>> table.add(Words.of(["b", "a", "b"])).tolist(), table.names
    ([0, 1, 0], ['b', 'a'])
    >>> table.find(Words.of(["a", "c"])).tolist()
    [1, -1]
    """

    def __init__(self, names: Sequence[str] = ()) -> None:
        self.names = list(names)
        self._keys = np.empty((0, 1), dtype=np.uint64)
        self._slots = np.full(2, -1, dtype=np.int32)
        if self.names:
            self._store(Words.of(self.names))

    def __len__(self) -> int:
        return len(self.names)

    def find(self, words: Words) -> np.ndarray:
        """Return each word's number, -1 for one that is not in the table; shape ``(words,)``."""
        numbers = np.full(len(words), -1, dtype=np.int32)
        for start in range(0, len(words) if self.names else 0, WORDS_AT_ONCE):
            chunk = slice(start, start + WORDS_AT_ONCE)
            self._find(words[chunk], numbers[chunk])
        return numbers

    def _find(self, words: Words, numbers: np.ndarray) -> None:
        width = 8 * self._keys.shape[1]
        sought = np.flatnonzero(words.ends - words.starts <= width)
        keys = words[sought].keys(width)
        slots = self._first_slots(keys)
        while len(sought):
            candidates = self._slots[slots]
            is_taken = candidates >= 0
            is_same = is_taken & rows_equal(self._keys[candidates], keys)
            numbers[sought[is_same]] = candidates[is_same]
            is_open = is_taken & ~is_same
            sought, keys = sought[is_open], keys[is_open]
            slots = (slots[is_open] + 1) & (len(self._slots) - 1)

    def add(self, words: Words) -> np.ndarray:
        """Number the words that are new, in their order, and return each word's number."""
        numbers = self.find(words)
        new = np.flatnonzero(numbers < 0)
        if len(new) == 0:
            return numbers
        number_of: dict[str, int] = {}
        first_free = len(self.names)
        numbers[new] = [
            number_of.setdefault(name, first_free + len(number_of)) for name in words[new].strings()
        ]
        first = new[np.unique(numbers[new], return_index=True)[1]]
        self.names.extend(number_of)
        self._store(words[first])
        return numbers

    def _store(self, words: Words) -> None:
        longest = max(8, int((words.ends - words.starts).max()))
        pieces = max(self._keys.shape[1], -(-longest // 8))
        old = np.pad(self._keys, ((0, 0), (0, pieces - self._keys.shape[1])))
        first_free = len(old)
        self._keys = np.concatenate([old, words.keys(8 * pieces)])
        if 2 * len(self._keys) > len(self._slots):
            self._slots = np.full(1 << (4 * len(self._keys)).bit_length(), -1, dtype=np.int32)
            first_free = 0
        waiting = np.arange(first_free, len(self._keys), dtype=np.int32)
        slots = self._first_slots(self._keys[waiting])
        while len(waiting):
            is_free = self._slots[slots] < 0
            self._slots[slots[is_free]] = waiting[is_free]
            is_out = self._slots[slots] != waiting
            waiting, slots = waiting[is_out], (slots[is_out] + 1) & (len(self._slots) - 1)

    def _first_slots(self, keys: np.ndarray) -> np.ndarray:
        # Added up, so that a longer table's pieces of zeros change nothing.
        hashes = (keys * _FACTORS[: keys.shape[1]]).sum(axis=1, dtype=np.uint64)
        hashes = (hashes ^ (hashes >> _SHIFT)) * _LAST_FACTOR
        bits = len(self._slots).bit_length() - 1
        return (hashes >> np.uint64(64 - bits)).astype(np.int64)
