"""The name that somebody who mistyped one probably meant."""

import difflib
from collections.abc import Iterable


def nearest(name: str, names: Iterable[str]) -> str:
    """Return which of the valid names is most like ``name``; empty if there is none at all.

    Example
    -------
    >>> nearest("stge", ["stage", "stop-stage"])
    'stage'
    """
    return next(iter(difflib.get_close_matches(name, list(names), n=1, cutoff=0)), "")
