"""Classes of items, and those that a student gave to them, as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.storage.files import require, written_whole
from speechdistill.storage.places import SCORES, UNSEEN, Stage
from speechdistill.storage.text_lines import read_lines

PREDICTIONS = "predictions/test.tsv"
UNSEEN_SCORES = f"{SCORES}/{UNSEEN}.txt"
HEADER = "id\tclass\tpredicted\n"


@dataclass(frozen=True)
class Predictions:
    """Classes of items, and the classes that a student gave to them.

    Arguments
    ---------
    ids: of the items.
    classes, predicted: one per item.

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "test.tsv"
    >>> Predictions(["1/-/0007"], ["1"], ["7"]).save(path)
    >>> Predictions.load(path).predicted
    ['7']
    """

    ids: Sequence[str]
    classes: Sequence[str]
    predicted: Sequence[str]

    def save(self, path: Path) -> None:
        """Write a table ``id<TAB>class<TAB>predicted``."""
        rows = zip(self.ids, self.classes, self.predicted, strict=True)
        with written_whole(path) as partial:
            lines = HEADER + "".join("\t".join(row) + "\n" for row in rows)
            partial.write_text(lines, encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Predictions":
        """Read a table of :meth:`save`.

        Raises
        ------
        InputError: it is missing or broken.
        """
        header, *lines = read_lines(require(path, made_by=Stage.EMBEDDINGS)) or [""]
        rows = [line.split("\t") for line in lines]
        if f"{header}\n" != HEADER or not rows or any(len(row) != 3 for row in rows):
            raise InputError(f"{path} is broken: run {Stage.EMBEDDINGS} again")
        return cls(*map(list, zip(*rows, strict=True)))
