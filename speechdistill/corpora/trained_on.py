"""Which utterances of a test set are in a training set, whatever they are called there."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

Columns = Mapping[str, np.ndarray]


def trained_on(tested: Columns, training: Columns) -> list[str]:
    """Return the ids of tested utterances whose audio trains, in their order.

    They are parts of one file that overlap. Of what was decoded, or taken out of a shard, each set
    has a file of its own, which has the id, the length and the time of what it was made from.

    Arguments
    ---------
    tested, training: of sets, as a :class:`speechdistill.corpora.cut_table.CutTable` has them.

    Example
    -------
    >>> one = {"id": ["a"], "path": ["1.wav"], "start": [0], "duration": [2], "num_samples": [9]}
    >>> trained_on(one | {"id": ["b"]}, one), trained_on(one | {"start": [2]}, one)
    (['b'], [])
    """
    files, names = set(tested["path"]) - {""}, set(tested["id"])
    spans: dict[str, list[tuple[float, float]]] = {}
    known: dict[str, int] = {}
    for row, (name, path) in enumerate(zip(training["id"], training["path"], strict=True)):
        if path in files:
            start = training["start"][row]
            spans.setdefault(path, []).append((start, start + training["duration"][row]))
        if name in names:
            known[name] = row
    found = []
    for row, (name, path) in enumerate(zip(tested["id"], tested["path"], strict=True)):
        start = tested["start"][row]
        end = start + tested["duration"][row]
        if any(start < to and since < end for since, to in spans.get(path, ())):
            found.append(name)
        elif name in known and path:
            other = known[name]
            is_as_long = training["num_samples"][other] == tested["num_samples"][row]
            if is_as_long and _changed(training["path"][other]) == _changed(path) is not None:
                found.append(name)
    return found


def _changed(path: str) -> int | None:
    """Return the time of a file's last change, in ns; None where there is none."""
    return Path(path).stat().st_mtime_ns if path and Path(path).is_file() else None
