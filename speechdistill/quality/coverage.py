"""Whether a table of quality is of the whole set: what it lacks would be left out unsaid."""

from collections.abc import Iterable
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.skipped import SkippedItems
from speechdistill.storage.places import SKIPPED, Stage


def check_coverage(table: Path, total: int, unrated: Iterable[str]) -> None:
    """Refuse a table of quality that lacks items that could be read, or were not seen.

    Arguments
    ---------
    table: ``<set>/quality/speech.tsv`` or ``image.tsv``; ``skipped.tsv`` beside it has the files
        that could not be read.
    total: number of the set's items.
    unrated: files of those that the table lacks.

    Raises
    ------
    InputError: a file is not among those that could not be read.

    Example
    -------
    >>> check_coverage(Path("test/quality/speech.tsv"), 10, ["wav/a.wav"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: test/quality/speech.tsv lacks 1 of 10 items of its set, \
such as wav/a.wav: run stage ...
    """
    if not (unrated := list(unrated)):
        return
    known = {path for path, _ in SkippedItems.load(table.with_name(SKIPPED)).items}
    if lacking := [path for path in unrated if path not in known]:
        raise InputError(
            f"{table} lacks {len(lacking)} of {total} items of its set, such as {lacking[0]}: "
            f"run {Stage.QUALITY} again"
        )
