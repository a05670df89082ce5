"""Manifests as gzipped JSON lines, put together from parts that several processes made."""

import gzip
import json
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from speechdistill.base.errors import InputError
from speechdistill.storage.files import require, written_whole
from speechdistill.storage.places import Stage

# Empty members of gzip. Cut between two members a file is whole to gzip: one that begins with the
# first of these has to end with the second. They differ by the time in their headers.
FIRST_MEMBER, LAST_MEMBER = (gzip.compress(b"", mtime=seconds) for seconds in (1, 0))


def manifest_lines(path: Path) -> Iterator[str]:
    """Read the lines of a manifest, of :func:`member_writer` or whatever else compressed it.

    Raises
    ------
    InputError: the file is missing, not compressed, or cut short.
    """
    require(path, made_by=Stage.MANIFESTS)
    try:
        if not _has_all_members(path):
            raise EOFError("cut short")
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from lines
    except PermissionError:  # it may be whole
        raise
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise InputError(f"{path} is broken ({error}): run {Stage.MANIFESTS} again") from error


def compressed_text(path: Path) -> Iterator[str]:
    """Read the lines of somebody's text file, compressed if its name ends in ``.gz``.

    Raises
    ------
    InputError: it cannot be read.
    """
    try:
        opened = gzip.open if path.name.endswith(".gz") else open
        # Some editors begin a file with a byte-order mark.
        with opened(path, "rt", encoding="utf-8-sig") as lines:
            yield from lines
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise InputError(f"cannot read {path} ({error}): write it again") from error


def compressed_lines(records: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a gzip member with a line of JSON per record, nothing at all for no record.

    Members one after the other are again a gzip file.

    Example
    -------
    >>> gzip.decompress(compressed_lines([{"id": "a"}]) + compressed_lines([{"id": "b"}]))
    b'{"id": "a"}\\n{"id": "b"}\\n'
    """
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    return gzip.compress(lines.encode(), compresslevel=6, mtime=0) if lines else b""


@contextmanager
def record_writer(path: Path) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """Give a function that appends a record to ``path``, a line of JSON, compressed.

    The file appears when the block ends well. Its bytes say nothing of when it was written, as
    gzip's own header would: what is made of it goes by its content.
    """
    with (
        written_whole(path) as partial,
        gzip.GzipFile(partial, "wb", compresslevel=6, mtime=0) as lines,
    ):

        def write(record: Mapping[str, Any]) -> None:
            lines.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")

        yield write


@contextmanager
def member_writer(path: Path) -> Iterator[Callable[[bytes], None]]:
    """Give a function that appends what :func:`compressed_lines` returned to ``path``.

    The file appears when the block ends well. It is gzip to everybody; :func:`manifest_lines` knows
    besides whether members are missing at its end.
    """
    with written_whole(path) as partial, partial.open("wb") as members:

        def write(member: bytes) -> None:
            members.write(member)

        write(FIRST_MEMBER)
        yield write
        write(LAST_MEMBER)


def _has_all_members(path: Path) -> bool:
    """Whether a file ends as :func:`member_writer` ends it, or is another's and not empty."""
    with path.open("rb") as members:
        head = members.read(len(FIRST_MEMBER))
        if head != FIRST_MEMBER:
            return bool(head)
        if members.seek(0, os.SEEK_END) < len(FIRST_MEMBER + LAST_MEMBER):
            return False
        members.seek(-len(LAST_MEMBER), os.SEEK_END)
        return members.read() == LAST_MEMBER
