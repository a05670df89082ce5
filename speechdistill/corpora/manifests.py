"""A set's Lhotse cuts: one per utterance, with the faces and the text of who speaks."""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lhotse import CutSet, MonoCut

from speechdistill.base.errors import InputError
from speechdistill.storage.files import require, written_whole
from speechdistill.storage.places import CUTS, Stage


@contextmanager
def cut_writer(folder: Path) -> Iterator[Callable[[MonoCut], None]]:
    """Give a function that appends a cut to ``<folder>/cuts.jsonl.gz``.

    The file appears when the block ends well; no cut is kept in memory.
    """
    with (
        written_whole(folder / CUTS) as partial,
        CutSet.open_writer(partial, overwrite=True) as writer,
    ):
        yield writer.write


def iterate_cuts(folder: Path) -> Iterator[MonoCut]:
    """Read ``<folder>/cuts.jsonl.gz``, one cut at a time.

    Raises
    ------
    InputError: the file is missing or broken.
    """
    path = require(folder / CUTS, made_by=Stage.MANIFESTS)
    try:
        yield from CutSet.from_jsonl_lazy(path)
    except (OSError, EOFError, ValueError, KeyError, zlib.error) as error:
        raise InputError(f"{path} is broken ({error}): run {Stage.MANIFESTS} again") from error


def load_cuts(folder: Path) -> CutSet:
    """Read all of ``<folder>/cuts.jsonl.gz`` into memory.

    Raises
    ------
    InputError: the file is missing, broken or without cuts.
    """
    cuts = CutSet.from_cuts(iterate_cuts(folder)).to_eager()
    if len(cuts) == 0:
        raise InputError(f"{folder / CUTS} holds no cuts: run {Stage.MANIFESTS} again")
    return cuts
