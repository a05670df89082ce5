"""Vectors and matrices as Kaldi writes them, one at a time from a stream."""

import struct
from io import BytesIO
from typing import IO

import numpy as np

from speechdistill.storage.text_lines import number_of

# Bytes asked for at once: a length that is a lie fails at the end of the file, not in memory.
BYTES_AT_ONCE = 1 << 24
# What kaldiio puts into archives besides; one of them would be executed.
FOREIGN = {
    b"PKL": "a pickled object, which can run code",
    b"NPY": "an array of NumPy",
    b"RIFF": "audio",
    b"fLaC": "audio",
    b"AUDIO": "audio",
}
_PLAIN = {"FV": "<f4", "FM": "<f4", "DV": "<f8", "DM": "<f8"}
_COMPRESSED = {"CM": 1, "CM2": 2, "CM3": 1}  # bytes per number


def read_object(stream: IO[bytes]) -> np.ndarray:
    """Read one vector ``(dimension,)`` or matrix ``(rows, columns)``, binary or text.

    Raises
    ------
    ValueError: it breaks off, or is something else than real numbers.

    Example
    -------
    >>> read_object(BytesIO(b"[ 1 2.5 ]\\n")).tolist()
    [1.0, 2.5]
    >>> read_object(BytesIO(b"PKL\\x80"))
    Traceback (most recent call last):
    ValueError: it is a pickled object, which can run code, not Kaldi's vector or matrix
    """
    start = stream.read(2)
    if start == b"\0B":
        return _read_binary(stream)
    text = start if b"\n" in start else start + stream.readline()
    for magic, what in FOREIGN.items():
        if text.startswith(magic):
            raise ValueError(f"it is {what}, not Kaldi's vector or matrix")
    return _read_text(text, stream)


def _read_binary(stream: IO[bytes]) -> np.ndarray:
    kind = b""
    while len(kind) < 4 and not kind.endswith(b" "):
        kind += _exactly(stream, 1)
    name = kind.rstrip(b" ").decode("ascii", "replace")
    if name in _COMPRESSED:
        return _read_compressed(stream, name)
    if name not in _PLAIN:
        raise ValueError(f"it is {name!r}, not a vector or matrix of real numbers")
    shape = tuple(_read_length(stream) for _ in range(2 if name[1] == "M" else 1))
    dtype = np.dtype(_PLAIN[name])
    count = int(np.prod(shape, dtype=object))
    return np.frombuffer(_exactly(stream, count * dtype.itemsize), dtype).reshape(shape)


def _read_length(stream: IO[bytes]) -> int:
    if _exactly(stream, 1) != b"\4":
        raise ValueError("a length is not of 4 bytes")
    (length,) = struct.unpack("<i", _exactly(stream, 4))
    if length < 0:
        raise ValueError(f"a length is {length}")
    return length


def _read_compressed(stream: IO[bytes], name: str) -> np.ndarray:
    from kaldiio.compression_header import GlobalHeader, PerColHeader

    head = _exactly(stream, 16)
    rows, columns = struct.unpack("<8xii", head)
    if min(rows, columns) < 0:
        raise ValueError(f"its shape is {rows}, {columns}")
    header = GlobalHeader.read(BytesIO(head), name)
    width = _COMPRESSED[name]
    if name == "CM":
        per_column = PerColHeader.read(BytesIO(_exactly(stream, 8 * columns)), header)
        data = np.frombuffer(_exactly(stream, rows * columns), "u1").reshape(columns, rows)
        return per_column.char_to_float(data).T
    data = np.frombuffer(_exactly(stream, width * rows * columns), f"<u{width}")
    return header.uint_to_float(data.reshape(rows, columns))


def _read_text(text: bytes, stream: IO[bytes]) -> np.ndarray:
    if not text.strip():
        raise ValueError("nothing is there")
    if not text.lstrip().startswith(b"["):
        return _numbers(text)
    lines = [text.lstrip()[1:]]
    while b"]" not in lines[-1]:
        line = stream.readline()
        if not line:
            raise ValueError("nothing closes a `[`")
        lines.append(line)
    lines[-1], _, rest = lines[-1].partition(b"]")
    if rest.strip():
        raise ValueError("something follows a `]`")
    if len(lines) == 1:
        return _numbers(lines[0])
    rows = [_numbers(line) for line in lines if line.strip()]
    if len({len(row) for row in rows}) > 1:
        raise ValueError("the rows of a matrix differ in length")
    return np.stack(rows) if rows else np.empty((0, 0))


def _numbers(text: bytes) -> np.ndarray:
    return np.array([number_of(word) for word in text.decode().split()])


def _exactly(stream: IO[bytes], count: int) -> bytes:
    pieces, left = [], count
    while left:
        piece = stream.read(min(left, BYTES_AT_ONCE))
        if not piece:
            raise ValueError(f"it breaks off: {left} of {count} bytes are missing")
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)
