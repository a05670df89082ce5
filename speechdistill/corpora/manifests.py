"""A set's Lhotse cuts: one per utterance, with the faces and the text of who speaks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lhotse import CutSet, MonoCut
from lhotse.serialization import decode_json_line

from speechdistill.base.errors import InputError
from speechdistill.corpora.cut_records import cut_of
from speechdistill.corpora.json_lines import manifest_lines, record_writer
from speechdistill.storage.places import CUTS, Stage


@contextmanager
def cut_writer(folder: Path) -> Iterator[Callable[[MonoCut], None]]:
    """Give a function that appends a cut to ``<folder>/cuts.jsonl.gz``.

    The file appears when the block ends well; no cut is kept in memory.
    """
    with record_writer(folder / CUTS) as write:
        yield lambda cut: write(cut.to_dict())


def iterate_cuts(folder: Path) -> Iterator[MonoCut]:
    """Read ``<folder>/cuts.jsonl.gz``, one cut at a time.

    Raises
    ------
    InputError: the file is missing or broken, or has cuts that are refused
        (:func:`speechdistill.corpora.cut_records.cut_of`).
    """
    path = folder / CUTS
    for line in manifest_lines(path):
        try:
            cut = cut_of(decode_json_line(line), str(path))
        except InputError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(f"{path} is broken ({error}): run {Stage.MANIFESTS} again") from error
        yield cut


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
