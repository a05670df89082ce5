"""What a teacher or a student perceives: an image, a text, an utterance, each of a person."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from lhotse.cut import MonoCut

from speechdistill.base.errors import InputError
from speechdistill.corpora.cut_table import CutTable
from speechdistill.corpora.image_manifest import ImageRecord
from speechdistill.storage.columns import STRING
from speechdistill.storage.files import require, written_whole
from speechdistill.storage.places import Stage
from speechdistill.storage.text_lines import read_lines


@dataclass(frozen=True)
class InputItem:
    """Something that is perceived of a person.

    Arguments
    ---------
    id: ``person/session/name``.
    person: who it belongs to.
    session: the video or recording it comes from; ``-`` if it belongs to the person as a whole.
    label: what is to be learned to be told apart: the person, or a name for what several persons
        share (the same description, say).
    gender: "m", "f", or None where unknown.
    """

    id: str
    person: str
    session: str
    label: str
    gender: str | None = None

    @classmethod
    def of_image(cls, image: ImageRecord) -> "InputItem":
        """Return an image's item; its label is the person."""
        return cls(image.id, image.person, image.session, image.person, image.gender)

    @classmethod
    def of_utterance(cls, cut: MonoCut) -> "InputItem":
        """Return the item of a cut with one supervision; its label is the speaker."""
        spoken = cut.supervisions[0]
        session = (cut.custom or {}).get("session", "-")
        return cls(cut.id, spoken.speaker, session, spoken.speaker, spoken.gender)


class UtteranceItems(Sequence[InputItem]):
    """The items of a table's utterances, each made when it is asked for.

    Arguments
    ---------
    table: of the utterances; the labels are the speakers.

    Example
    -------
    >>> from lhotse.testing.dummies import dummy_cut, dummy_supervision
    >>> cuts = CutTable.of([dummy_cut(0, supervisions=[dummy_supervision(0)])])
    >>> UtteranceItems(cuts)[0].person
    'irrelevant'
    """

    def __init__(self, table: CutTable) -> None:
        self.table = table

    def __len__(self) -> int:
        return len(self.table)

    def __getitem__(self, row):  # type: ignore[override]
        if isinstance(row, slice):
            return [self[each] for each in range(len(self))[row]]
        columns = self.table.columns
        speaker = columns["speaker"][row]
        gender = columns["gender"][row] or None
        return InputItem(columns["id"][row], speaker, columns["session"][row], speaker, gender)

    def __iter__(self) -> Iterator[InputItem]:
        return map(self.__getitem__, range(len(self)))


def ids_of(items: Sequence[InputItem]) -> np.ndarray:
    """Return the ids of items, ``(items,)``, without making items that are kept as columns."""
    if isinstance(items, UtteranceItems):
        return items.table.columns["id"]
    return np.array([item.id for item in items], STRING)


def labels_of(items: Sequence[InputItem]) -> np.ndarray:
    """Return the labels of items, as :func:`ids_of` the ids."""
    if isinstance(items, UtteranceItems):
        return items.table.columns["speaker"]
    return np.array([item.label for item in items], STRING)


def save_items(items: Iterable[InputItem], path: Path) -> None:
    """Write items to a table, one line each.

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "items.tsv"
    >>> save_items([InputItem("a/v/1", "a", "v", "a")], path)
    >>> load_items(path)
    [InputItem(id='a/v/1', person='a', session='v', label='a', gender=None)]
    """
    with written_whole(path) as partial, partial.open("w", encoding="utf-8") as lines:
        for item in items:
            columns = (item.id, item.person, item.session, item.label, item.gender or "")
            lines.write("\t".join(columns) + "\n")


def load_items(path: Path, made_by: str = Stage.TEACHER) -> list[InputItem]:
    """Read a table of :func:`save_items`.

    Raises
    ------
    InputError: it is missing or broken.
    """
    require(path, made_by)
    try:
        rows = (line.split("\t") for line in read_lines(path))
        return [
            InputItem(name, person, session, label, gender or None)
            for name, person, session, label, gender in rows
        ]
    except ValueError as error:
        raise InputError(f"{path} is broken ({error}): run {made_by} again") from error
