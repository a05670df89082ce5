"""Quality scores on disk: one line per utterance or image."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.columns import STRING, gather_columns
from speechdistill.storage.files import require, written_whole
from speechdistill.storage.places import Stage


@dataclass(frozen=True)
class QualityTable:
    """A quality in [0, 1] per item, and the measurements it was made from.

    On disk a text table: the header ``id<TAB>quality<TAB>...``, then one line per item.

    Arguments
    ---------
    ids: unique names.
    columns: name -> float array of shape ``(len(ids),)``; ``quality`` is one of them.

    Raises
    ------
    ValueError: there is no column ``quality``, a column has another length, or a quality is
        outside [0, 1].

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "speech.tsv"
    >>> columns = {"quality": np.array([0.25, 1.0]), "snr_db": np.array([5.0, 40.0])}
    >>> QualityTable(["a/v/1", "a/v/2"], columns).save(path)
    >>> QualityTable.load(path).scores
    {'a/v/1': 0.25, 'a/v/2': 1.0}
    """

    ids: Sequence[str] | np.ndarray
    columns: Mapping[str, np.ndarray]

    def __post_init__(self) -> None:
        if "quality" not in self.columns:
            raise ValueError("no column quality")
        for name, values in self.columns.items():
            if np.shape(values) != (len(self.ids),):
                raise ValueError(f"{len(values)} values of {name} for {len(self.ids)} ids")
        quality = self.columns["quality"]
        if not np.all((quality >= 0) & (quality <= 1)):
            raise ValueError("a quality lies outside [0, 1]")

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def scores(self) -> dict[str, float]:
        """Quality by id."""
        return dict(zip(self.ids, self.columns["quality"].tolist(), strict=True))

    def scores_of(self, ids: Iterable[str]) -> np.ndarray:
        """Look up the qualities of items, ``(items,)``: NaN for those without.

        Example
        -------
        >>> QualityTable(["a"], {"quality": np.array([0.5])}).scores_of(["b", "a"])
        array([nan, 0.5])
        """
        # Not self.scores, which would stay: a million Python objects.
        scores = dict(zip(self.ids, self.columns["quality"].tolist(), strict=True))
        return np.fromiter((scores.get(name, np.nan) for name in ids), float)

    @classmethod
    def joined(cls, tables: Sequence["QualityTable"]) -> "QualityTable":
        """Put tables of different items below one another, with the columns that all have.

        Example
        -------
        >>> first = QualityTable(["a"], {"quality": np.array([0.5]), "snr_db": np.array([3.0])})
        >>> second = QualityTable(["b"], {"quality": np.array([1.0])})
        >>> QualityTable.joined([first, second]).scores
        {'a': 0.5, 'b': 1.0}
        """
        common = [name for name in tables[0].columns if all(name in t.columns for t in tables)]
        return cls(
            [name for table in tables for name in table.ids],
            {name: np.concatenate([table.columns[name] for table in tables]) for name in common},
        )

    def save(self, path: Path) -> None:
        """Write the table whole or not at all."""
        rows = zip(*(values.tolist() for values in self.columns.values()), strict=True)
        with written_whole(path) as partial, partial.open("w", encoding="utf-8") as lines:
            lines.write("\t".join(["id", *self.columns]) + "\n")
            for name, row in zip(self.ids, rows, strict=True):
                lines.write("\t".join([name, *(f"{value:.6g}" for value in row)]) + "\n")

    @classmethod
    def load(cls, path: Path, made_by: str = Stage.QUALITY) -> "QualityTable":
        """Read a table; ``made_by`` is named if it is missing or broken.

        Raises
        ------
        InputError: it is missing or malformed.
        """
        require(path, made_by)
        try:
            with path.open(encoding="utf-8", newline="\n") as lines:
                _, *names = lines.readline().rstrip("\n").split("\t")
                rows = (tuple(_whole(line).split("\t")) for line in lines)
                columns = gather_columns(rows, {"id": STRING} | dict.fromkeys(names, float))
            return cls(columns.pop("id"), columns)
        except ValueError as error:
            raise InputError(f"{path} is broken ({error}): run {made_by} again") from error


def _whole(line: str) -> str:
    if not line.endswith("\n"):
        raise ValueError("its last line is cut short")
    return line[:-1]
