"""Kaldi's archives and lists of vectors, read as data: no command is run, nothing unpickled."""

import gzip
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import IO, cast

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.kaldi_objects import read_object
from speechdistill.storage.matrices import one_line
from speechdistill.storage.text_lines import read_lines, split_words

FORM = "`id file.ark:offset`"
LONGEST_KEY = 4096  # bytes
_PLACE = re.compile(r"(?P<file>.+?)(?::(?P<offset>\d+))?(?:\[(?P<ranges>[^\[\]]*)\])?", re.DOTALL)
_RANGE = re.compile(r"(\d*)(?::(\d*))?")


def read_kaldi(path: Path) -> Iterator[tuple[str, np.ndarray | InputError]]:
    """Give the entries of an ``.scp`` or ``.ark``, binary or text: id and array, or what is wrong.

    Float and double vectors and matrices, and compressed matrices, are read; files whose names end
    in ``.gz`` are decompressed. Paths in an ``.scp`` are relative to the working folder, as in
    Kaldi; ranges such as ``[0:9]`` are taken.

    Raises
    ------
    InputError: kaldiio, which decompresses matrices, is not installed; the file is broken, or an
        ``.scp`` names a command or standard input. An entry of an ``.scp`` that cannot be read is
        given as the error that it is.

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "v.ark"
    >>> _ = path.write_text("a [ 1 2 ]\\nb [ 3 4 ]\\n")
    >>> [(name, array.tolist()) for name, array in read_kaldi(path)]
    [('a', [1.0, 2.0]), ('b', [3.0, 4.0])]
    """
    try:
        import kaldiio  # noqa: F401
    except ImportError as error:
        raise InputError(f"{path} needs kaldiio: pip install kaldiio") from error
    return _read_scp(path) if path.suffix == ".scp" else _read_ark(path)


def files_of_scp(path: Path) -> list[Path]:
    """Return the files that an ``.scp`` names, each once."""
    return list(dict.fromkeys(Path(_parse(place)[0]) for _, place in _entries(path)))


def _entries(path: Path) -> list[tuple[str, str]]:
    entries = []
    for number, line in enumerate(read_lines(path, "list", FORM), start=1):
        match split_words(line, most=2):
            case [name, place]:
                if "|" in place:
                    raise InputError(
                        f"{path} names commands (line {number}): run them, and list the files "
                        "they make"
                    )
                if place == "-":
                    raise InputError(
                        f"{path}, line {number} names standard input: list files, as {FORM}"
                    )
                entries.append((name, place))
            case [_]:
                raise InputError(f"{path}, line {number} is {line[:80]!r}: write {FORM}")
    return entries


def _read_scp(path: Path) -> Iterator[tuple[str, np.ndarray | InputError]]:
    with ExitStack() as stack:
        current, stream = "", None
        for name, place in _entries(path):
            try:
                file, offset, ranges = _parse(place)
                if file != current or stream is None:
                    stack.close()
                    stream = None
                    current, stream = file, stack.enter_context(closing(_opened(Path(file))))
                stream.seek(offset)
                yield name, read_object(stream)[ranges]
            # What is wrong with an entry shows in many ways.
            except Exception as error:
                yield name, InputError(f"cannot be read ({one_line(error)})")


def _read_ark(path: Path) -> Iterator[tuple[str, np.ndarray | InputError]]:
    try:
        with closing(_opened(path)) as stream:
            while (key := _read_key(stream)) is not None:
                yield key, read_object(stream)
    except (OSError, EOFError, ValueError, ArithmeticError, MemoryError) as error:
        reason = one_line(error)
        raise InputError(f"{path} is broken ({reason}): write it again") from error


def _opened(path: Path) -> IO[bytes]:
    # A pipe would be waited for, a device read without end.
    if path.exists() and not path.is_file():
        raise ValueError(f"{path} is no plain file")
    if path.suffix == ".gz":
        return cast("IO[bytes]", gzip.open(path))
    return path.open("rb")


def _read_key(stream: IO[bytes]) -> str | None:
    key = bytearray()
    while (byte := stream.read(1)) not in (b" ", b"\t", b""):
        key += byte
        if len(key) > LONGEST_KEY:
            raise ValueError("no id where one should be")
    match split_words(key.decode()), byte:
        case [], b"":
            return None
        case [name], b" " | b"\t":
            return name
        case _:
            raise ValueError("no id and vector where they should be")


def _parse(place: str) -> tuple[str, int, tuple[slice, ...]]:
    match = _PLACE.fullmatch(place)
    if match is None:
        raise ValueError(f"{place[:80]} names no file")
    ranges = match["ranges"].split(",") if match["ranges"] else []
    return match["file"], int(match["offset"] or 0), tuple(map(_slice, ranges))


def _slice(text: str) -> slice:
    """Return what a range takes; its end is taken, too."""
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"the range {text[:80]} is not FIRST:LAST")
    if not match[1] and not match[2]:
        return slice(None)
    first = int(match[1] or 0)
    last = first if match[2] is None else int(match[2]) if match[2] else None
    return slice(first, None if last is None else last + 1)
