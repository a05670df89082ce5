"""Tables with a header, separated by tabs, commas or semicolons."""

import csv
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.storage.text_lines import SPACE, read_lines

SEPARATORS = ("\t", ",", ";")
# Excel's word for the separator, a line before the header.
EXCEL = re.compile(r'"?sep=(?P<separator>[\t,;])"?[\t,;]*', re.IGNORECASE)


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
        encoding = "utf-16" if start.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
        first = start.decode(encoding, "replace").split("\n", 2)[:2]
        lines, separators = _after_excel([line.rstrip("\r\n") for line in first])
        return _names(path, lines[0], separators) if lines else []
    except (OSError, InputError):
        return []


def read_rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Give the rows of a table: where each is, and its fields by column; see :func:`split_lines`.

    A first line ``sep=,`` says the separator, as Excel writes and reads it.

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
    whole = read_lines(path, "table", "a table with a header")
    lines, separators = _after_excel(whole)
    if not lines:
        raise InputError(f"{path} is empty: give a table with a header")
    header_number = 1 + len(whole) - len(lines)
    names = _names(path, lines[0], separators)
    if len(set(names)) < len(names):
        raise InputError(f"{path} has two columns of one name ({', '.join(names)}): rename one")
    split = split_lines(path, lines, separators, first=header_number)
    for number, fields in enumerate(split, start=header_number):
        if number == header_number or not any(fields):
            continue
        where = f"{path}, line {number}"
        if len(fields) != len(names):
            raise InputError(
                f"{where} has {len(fields)} fields, the header {len(names)}: complete it, in one "
                "line, or quote fields that hold the separator"
            )
        yield where, dict(zip(names, fields, strict=True))


def split_lines(
    path: Path,
    lines: Sequence[str],
    separators: Sequence[str] = SEPARATORS,
    most: int | None = None,
    first: int = 1,
) -> Iterator[list[str]]:
    """Give the fields of a table's lines, the header's first, without space around them.

    Between commas and semicolons, fields may be quoted. Between tabs a quotation mark is one, as in
    sentences, unless the header is quoted, which is the first line whatever it says.

    Arguments
    ---------
    path: of the table.
    lines: of it, without their ends.
    separators: the first of them that the header has, else a tab, separates.
    most: how many fields to give, of which the last is the rest of the line; None for all.
    first: number of the first line, for messages.

    Raises
    ------
    InputError: a quoted line is malformed, or has more fields than ``most``.

    Example
    -------
    >>> list(split_lines(Path("a.tsv"), ["id\\ttext", 'a\\t"Yes," he says']))
    [['id', 'text'], ['a', '"Yes," he says']]
    >>> list(split_lines(Path("a.tsv"), ['"id"\\t"text"', '"a"\\t"tall\\tand quick"']))
    [['id', 'text'], ['a', 'tall\\tand quick']]
    """
    header = lines[0] if lines else ""
    separator = next((each for each in separators if each in header), "\t")
    is_quoted = separator != "\t" or header.lstrip(SPACE).startswith('"')
    for number, line in enumerate(lines, start=first):
        fields = line.split(separator, -1 if most is None else most - 1)
        if is_quoted and '"' in line:
            try:
                fields = next(csv.reader([line], delimiter=separator, skipinitialspace=True))
            except csv.Error as error:
                raise InputError(f"{path}, line {number} ({error}): correct its quotes") from error
            if most is not None and len(fields) > most:
                raise InputError(f"{path}, line {number} has {len(fields)} fields: expected {most}")
        yield [field.strip(SPACE) for field in fields]


def _after_excel(lines: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the lines from the header on, and what may separate their fields."""
    match = EXCEL.fullmatch(lines[0]) if lines else None
    return (lines, SEPARATORS) if match is None else (lines[1:], (match["separator"],))


def _names(path: Path, line: str, separators: Sequence[str]) -> list[str]:
    return [name.lower() for name in next(split_lines(path, [line], separators))]
