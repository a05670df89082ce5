"""Large files of lines of words, read block by block into arrays of word boundaries."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.text_lines import BYTE_ORDER_MARK, not_utf8

BLOCK_BYTES = 1 << 22
LONGEST_WORD = 1024
AUDIO_SUFFIXES = (".wav", ".flac", ".m4a", ".aac", ".mp3", ".ogg", ".opus", ".sph")

# Zeros around a text let 8-byte windows start before its first word and reach beyond its last.
_BEFORE, _AFTER = bytes(8), bytes(LONGEST_WORD + 8)
_LOW_BYTES = np.array([(1 << 8 * count) - 1 for count in range(9)], dtype=np.uint64)
_LOWER_CASE = np.uint64(0x2020202020202020)


@dataclass(frozen=True)
class Words:
    """Pieces of a text, by where they begin and end.

    Attributes
    ----------
    text: UTF-8 bytes, shape ``(bytes,)``.
    starts, ends: positions in ``text``, integer arrays of one shape.

    Example
    -------
    >>> words = Words.of(["a/1.wav", "b/2.FLAC", "c"])
    >>> words.without_audio_suffix().strings()
    ['a/1', 'b/2', 'c']
    """

    text: np.ndarray
    starts: np.ndarray
    ends: np.ndarray

    @classmethod
    def of(cls, strings: Sequence[str]) -> "Words":
        """Join strings to a text."""
        encoded = [string.encode() for string in strings]
        lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
        ends = len(_BEFORE) + np.cumsum(lengths + 1) - 1
        text = b"".join((_BEFORE, b"\n".join(encoded), _AFTER))
        return cls(np.frombuffer(text, np.uint8), ends - lengths, ends)

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, chosen) -> "Words":
        return Words(self.text, self.starts[chosen], self.ends[chosen])

    def strings(self) -> list[str]:
        """Return the words as strings, in row-major order."""
        text = self.text.tobytes()
        spans = zip(self.starts.ravel().tolist(), self.ends.ravel().tolist(), strict=True)
        return [text[start:end].decode() for start, end in spans]

    def keys(self, width: int) -> np.ndarray:
        """Return the first ``width`` bytes of each word as numbers, shape ``(words, width / 8)``.

        Shorter words are padded with zeros, so words of up to ``width`` bytes are equal exactly
        if their keys are.
        """
        windows = np.lib.stride_tricks.sliding_window_view(self.text, width)[self.starts]
        keys = windows.view(np.uint64)
        left = (self.ends - self.starts)[:, None] - np.arange(0, width, 8)
        return keys & _LOW_BYTES[np.clip(left, 0, 8)]

    def equal(self, word: str) -> np.ndarray:
        """Return which of the words are ``word``; bool ``(words,)``."""
        (wanted,) = Words.of([word])[:1].keys(width := 8 * (len(word.encode()) // 8 + 1))
        return rows_equal(self.keys(width), wanted[None])

    def without_audio_suffix(self) -> "Words":
        """Return the words without the extension of an audio file, in upper or lower case.

        Of several, such as ``.m4a.wav``, none is left: ids stay what they are.
        """
        ends = self._before_suffix(self.ends)
        # Few have a second one, which begins four or five bytes before the end.
        dots = (self.text.take(ends - 4) == ord(".")) | (self.text.take(ends - 5) == ord("."))
        rows = np.flatnonzero(dots & (ends < self.ends))
        while len(rows):
            former = ends[rows]
            ends[rows] = self._before_suffix(former)
            rows = rows[ends[rows] < former]
        return Words(self.text, self.starts, ends)

    def _before_suffix(self, ends: np.ndarray) -> np.ndarray:
        tails = Words(self.text, ends - 8, ends).keys(8)[:, 0] | _LOWER_CASE
        ends = ends.copy()
        for suffix in AUDIO_SUFFIXES:
            wanted = np.uint64(int.from_bytes(suffix.encode(), "little"))
            ends[tails >> np.uint64(64 - 8 * len(suffix)) == wanted] -= len(suffix)
        return ends


def rows_equal(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return which rows of two arrays of keys are equal; bool ``(rows,)``."""
    # By columns: numpy reduces short rows slowly.
    is_equal = first[:, 0] == second[:, 0]
    for column in range(1, first.shape[1]):
        is_equal &= first[:, column] == second[:, column]
    return is_equal


@dataclass(frozen=True)
class WordBlock:
    """Some lines of a file, all of the same number of words.

    Attributes
    ----------
    words: shape ``(lines, columns)``.
    line_numbers: in the file, from 1, shape ``(lines,)``.
    path, expected: of the file, for messages.
    """

    words: Words
    line_numbers: np.ndarray
    path: Path
    expected: str

    @property
    def columns(self) -> int:
        return self.words.starts.shape[1]

    def column(self, index: int) -> Words:
        return self.words[:, index]

    def error(self, line: int, reason: str = "") -> InputError:
        """Return the error that names a line of the block, given by its position here."""
        start, end = self.words.starts[line, 0], self.words.ends[line, -1]
        text = self.words.text[start:end].tobytes().decode(errors="replace")
        where = f"{self.path}, line {self.line_numbers[line]}"
        return InputError(
            f"{where}: {reason}: write {self.expected}"
            if reason
            else f"{where} is {text[:80]!r}: write {self.expected}"
        )


def read_word_blocks(
    path: Path,
    what: str,
    expected: str,
    columns: Collection[int],
    block_bytes: int = BLOCK_BYTES,
) -> Iterator[WordBlock]:
    """Read a text file whose lines have all the same number of words.

    Words are separated by white space of ASCII; empty lines and a byte-order mark are skipped. A
    block holds the whole lines of
    about ``block_bytes`` bytes of the file, its arrays a few times as much.

    Arguments
    ---------
    path: the file.
    what: is in it, for messages, such as ``trial list``.
    expected: the form of a line, for messages.
    columns: how many words a line may have; the first line decides.
    block_bytes: how much of the file is in memory at a time.

    Raises
    ------
    InputError: the file is missing, empty or no text, or a line has another number of words or a
        word of more than 1,024 bytes (it is named by its number).
    """
    allowed, line_number = columns, 1
    try:
        for data in _whole_lines(path, block_bytes):
            try:
                data.decode()
            except UnicodeDecodeError as error:
                raise not_utf8(path, data, error.start, expected, line_number) from error
            block, n_lines = _split(data, path, expected, allowed, line_number)
            line_number += n_lines
            if len(block.words):
                allowed = {block.columns}
                yield block
    except OSError as error:
        raise InputError(f"cannot read the {what} {path}: {error.strerror}") from error
    if allowed is columns:
        raise InputError(f"{path} is empty: write {expected}")


def _whole_lines(path: Path, block_bytes: int) -> Iterator[bytes]:
    rest = b""
    with path.open("rb") as file:
        if file.peek(len(BYTE_ORDER_MARK)).startswith(BYTE_ORDER_MARK):
            file.read(len(BYTE_ORDER_MARK))
        while data := file.read(block_bytes):
            data = rest + data
            end = data.rfind(b"\n") + 1
            if end:
                yield data[:end]
            rest = data[end:]
    if rest:
        yield rest + b"\n"


def _split(
    data: bytes, path: Path, expected: str, allowed: Collection[int], first_line: int
) -> tuple[WordBlock, int]:
    """Find the words of whole lines; return them and the number of lines."""
    text = np.frombuffer(b"".join((_BEFORE, data, _AFTER)), np.uint8)
    is_in_word = text > ord(" ")
    edges = np.flatnonzero(is_in_word[1:] != is_in_word[:-1]) + 1
    starts, ends = edges[::2], edges[1::2]
    line_ends = np.flatnonzero(text == ord("\n"))
    words_before = np.searchsorted(starts, np.concatenate(([0], line_ends)))
    n_words = np.diff(words_before)
    filled = np.flatnonzero(n_words)
    line_numbers = first_line + filled
    columns = int(n_words[filled[0]]) if len(filled) else 1
    is_odd = n_words[filled] != columns
    if columns not in allowed and len(filled):
        is_odd[0] = True
    if is_odd.any():
        line = int(np.argmax(is_odd))
        span = slice(words_before[filled[line]], words_before[filled[line] + 1])
        odd = Words(text, starts[None, span], ends[None, span])
        raise WordBlock(odd, line_numbers[line : line + 1], path, expected).error(0)
    words = Words(text, starts.reshape(-1, columns), ends.reshape(-1, columns))
    block = WordBlock(words, line_numbers, path, expected)
    lengths = ends - starts
    if len(lengths) and lengths.max() > LONGEST_WORD:
        line = int(np.argmax(lengths)) // columns
        raise block.error(line, f"a word has over {LONGEST_WORD} bytes")
    return block, len(line_ends)
