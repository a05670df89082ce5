"""Lines and words of text files, the same for every list and table."""

import re
from pathlib import Path

from speechdistill.base.errors import InputError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# What may stand around a field.
SPACE = " \t\r\v\f"
# White space of ASCII and its control characters: a name may hold any other kind of space.
_WORD = re.compile(r"[^\x00- ]+")


def read_lines(path: str | Path, what: str = "file", expected: str = "text in UTF-8") -> list[str]:
    r"""Read a text file's lines, which end at ``\n`` or ``\r\n`` and at no other character.

    Unlike ``str.splitlines``, which also cuts a text at U+2028, U+0085, ``\v``, ``\f`` and others.
    A byte-order mark is no part of the first line; what follows the last ``\n`` is a line unless it
    is empty.

    Arguments
    ---------
    path: the file, in UTF-8.
    what: it is, for messages, such as ``enrolment list``.
    expected: the form of its lines, for messages.

    Raises
    ------
    InputError: it cannot be read, or a line is no UTF-8 (it is named by its number).

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "texts.tsv"
    >>> _ = path.write_bytes("a\tone\u2028two\r\nb\tthree".encode("utf-8-sig"))
    >>> read_lines(path)
    ['a\tone\u2028two', 'b\tthree']
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"cannot read the {what} {path}: {error.strerror}") from error
    try:
        lines = data.removeprefix(BYTE_ORDER_MARK).decode().split("\n")
    except UnicodeDecodeError as error:
        raise not_utf8(path, data, error.start, expected) from error
    if not lines[-1]:
        lines.pop()
    return [line.removesuffix("\r") for line in lines]


def not_utf8(
    path: str | Path, data: bytes, position: int, expected: str, first_line: int = 1
) -> InputError:
    """Return the error that names the line of a byte which is not UTF-8."""
    line = first_line + data.count(b"\n", 0, position)
    return InputError(
        f"{path} is not text: line {line} is no UTF-8: write {expected} "
        "(iconv -f LATIN1 -t UTF-8 converts a file)"
    )


def number_of(word: str) -> float:
    """Read a number of ASCII digits, or ``inf`` and ``nan``; ``float`` takes more than people mean.

    Raises
    ------
    ValueError: it is no such number.

    Example
    -------
    >>> number_of("-1.5e3")
    -1500.0
    >>> number_of("1_0")
    Traceback (most recent call last):
    ValueError: '1_0' is no number
    """
    if "_" in word or not word.isascii():
        raise ValueError(f"{word[:80]!r} is no number")
    return float(word)


def split_words(line: str, most: int = 0) -> list[str]:
    r"""Split a line at ASCII white space, as Kaldi does; other spaces are parts of words.

    Arguments
    ---------
    line: a line.
    most: how many words to give, of which the last is the rest of the line; 0 for all.

    Example
    -------
    >>> split_words("model a\u00a0b.wav\tc.wav"), split_words(" id  a b ", most=2)
    (['model', 'a\xa0b.wav', 'c.wav'], ['id', 'a b'])
    """
    found = list(_WORD.finditer(line))
    if most == 0 or len(found) <= most:
        return [match[0] for match in found]
    end = found[-1].end()
    return [*(match[0] for match in found[: most - 1]), line[found[most - 1].start() : end]]
