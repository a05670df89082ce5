"""Tables of a million rows as a few arrays: little memory, nothing for worker processes to copy."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np

# Characters lie in one buffer; Python strings would take 50 bytes more each.
STRING = np.dtypes.StringDType()
ROWS_AT_ONCE = 20_000


def gather_columns(
    rows: Iterable[tuple[Any, ...]], types: Mapping[str, Any]
) -> dict[str, np.ndarray]:
    """Turn rows into arrays ``(rows,)`` of the named types, holding few rows at a time.

    Raises
    ------
    ValueError: a row has another length, or a value is not of its column's type.

    Example
    -------
    >>> columns = gather_columns([("a", 1.5), ("b", 2.0)], {"id": STRING, "duration": float})
    >>> columns["id"][1], columns["duration"].tolist()
    ('b', [1.5, 2.0])
    """
    blocks: dict[str, list[np.ndarray]] = {
        name: [np.empty(0, dtype)] for name, dtype in types.items()
    }
    for block in _blocks(iter(rows)):
        for (name, dtype), values in zip(types.items(), zip(*block, strict=True), strict=True):
            blocks[name].append(np.array(values, dtype))
    return {name: np.concatenate(blocks.pop(name)) for name in types}


def _blocks(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    while block := list(islice(rows, ROWS_AT_ONCE)):
        yield block
