"""Names of files and folders that ids are made of."""

import re
from collections.abc import Sequence
from pathlib import Path

from speechdistill.base.errors import InputError

# Lists of ids and of trials are split at white space; a lone surrogate is a byte of no UTF-8.
ODD = re.compile(r"[\s\x00-\x20\x7f\ud800-\udfff]")
# Files are called by ids and lists, and some letters more.
LONGEST_NAME = 240  # bytes
NO_UTF8 = re.compile(r"[\ud800-\udfff]")


def check_names(paths: Sequence[str | Path]) -> None:
    """Raise an :class:`InputError` if the last name of a path cannot be part of an id.

    Kaldi's rule: neither white space of any kind nor control characters; and UTF-8.

    Example
    -------
    >>> check_names(["wav/id10001", "wav/id\u300010002"])
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: 1 name holds white space, a control character or no \
UTF-8 (first: 'wav/id\\u300010002'): ids are made of names, so rename it
    """
    odd = [str(path) for path in paths if ODD.search(str(path).rpartition("/")[2])]
    if odd:
        many = len(odd) > 1
        raise InputError(
            f"{len(odd)} {'names hold' if many else 'name holds'} white space, a control character "
            f"or no UTF-8 (first: {min(odd)!r}): ids are made of names, so rename "
            f"{'them' if many else 'it'}"
        )
