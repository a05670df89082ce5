"""Tables with a header, separated by tabs, commas or semicolons."""

import csv
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.storage.text_lines import SPACE, read_lines

SEPARATORS = ("\t", ",", ";")


def header_of(path: Path) -> list[str]:
    """Return the names of a table's columns, in lower case; none where it has no such line.

    Text in another encoding than UTF-8 has them too: who reads the rows is told.

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "own.csv"
    >>> _ = path.write_text("Path,Speaker\\na.wav,anna\\n")
    >>> header_of(path)
    ['path', 'speaker']
    """
    try:
        with path.open("rb") as content:
            start = content.read(100_000)
    except OSError:
        return []
    encoding = "utf-16" if start.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    return _names(start.decode(encoding, "replace").partition("\n")[0])


def read_rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Give the rows of a table: where each is, and its fields by column; no field is quoted in TSV.

    Raises
    ------
    InputError: the table cannot be read or has two columns of one name, or a row has not as many
        fields as the header.

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "own.csv"
    >>> _ = path.write_text('path,speaker,text\\na.wav,anna,"tall, and quick"\\n')
    >>> [row["text"] for _, row in read_rows(path)]
    ['tall, and quick']
    """
    lines = read_lines(path, "table", "a table with a header")
    if not lines:
        raise InputError(f"{path} is empty: give a table with a header")
    names, separator = _names(lines[0]), _separator(lines[0])
    if len(set(names)) < len(names):
        raise InputError(f"{path} has two columns of one name ({', '.join(names)}): rename one")
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        fields = _split(line, separator)
        where = f"{path}, line {number}"
        if len(fields) != len(names):
            raise InputError(
                f"{where} has {len(fields)} fields, the header {len(names)}: complete it, or quote "
                "fields that hold the separator"
            )
        yield where, dict(zip(names, (field.strip(SPACE) for field in fields), strict=True))


def _names(line: str) -> list[str]:
    return [name.strip().lower() for name in _split(line.rstrip("\r\n"), _separator(line))]


def _separator(line: str) -> str:
    return next((each for each in SEPARATORS if each in line), "\t")


def _split(line: str, separator: str) -> list[str]:
    if separator == "\t":  # a quotation mark is one
        return line.split("\t")
    return next(csv.reader([line], delimiter=separator), [])
