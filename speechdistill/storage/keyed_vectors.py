"""Vectors with ids on disk: teacher targets and speaker embeddings share this form."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.files import require, written_whole
from speechdistill.storage.matrices import are_real, load_matrix, read_ids


@dataclass(frozen=True)
class KeyedVectors:
    """A float32 matrix whose rows have ids, kept as a folder ``vectors.npy`` + ``ids.txt``.

    The matrix is memory-mapped when loaded: opening costs nothing, and rows that are never asked
    for are never read.

    Arguments
    ---------
    ids: unique names without white space, one per row.
    vectors: float array of shape ``(len(ids), dimension)``.

    Raises
    ------
    InputError: ids and rows differ in number, an id occurs twice, or a file is missing or broken.

    Example
    -------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp()) / "embeddings"
    >>> KeyedVectors(["a", "b"], np.eye(2, dtype=np.float32)).save(folder)
    >>> KeyedVectors.load(folder)["b"].tolist()
    [0.0, 1.0]
    """

    ids: Sequence[str]
    vectors: np.ndarray
    row_of: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.vectors.ndim != 2 or len(self.ids) != len(self.vectors):
            raise InputError(
                f"{len(self.ids)} ids for vectors of shape {self.vectors.shape}: "
                "give one row per id"
            )
        if not are_real(self.vectors):
            raise InputError(f"vectors of type {self.vectors.dtype}: give real numbers")
        row_of = {name: row for row, name in enumerate(self.ids)}
        if len(row_of) != len(self.ids):
            seen: set[str] = set()
            twice = next(name for name in self.ids if name in seen or seen.add(name))  # type: ignore[func-returns-value]
            raise InputError(f"the id {twice} occurs twice among the vectors")
        object.__setattr__(self, "row_of", row_of)

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, name: object) -> bool:
        return name in self.row_of

    def __getitem__(self, name: str) -> np.ndarray:
        return np.asarray(self.vectors[self.row_of[name]])

    def save(self, folder: str | Path) -> None:
        """Write the folder whole or not at all; an older one is replaced."""
        with written_whole(folder) as partial:
            partial.mkdir()
            np.save(partial / "vectors.npy", np.asarray(self.vectors, dtype=np.float32))
            (partial / "ids.txt").write_text(
                "".join(f"{name}\n" for name in self.ids), encoding="utf-8"
            )

    @classmethod
    def load(cls, folder: str | Path, made_by: str = "the stage before") -> "KeyedVectors":
        """Open a folder of :meth:`save`; ``made_by`` is named if it is missing or broken."""
        folder = Path(folder)
        vectors = load_matrix(require(folder / "vectors.npy", made_by))
        ids = read_ids(require(folder / "ids.txt", made_by))
        try:
            return cls(ids, vectors)
        except InputError as error:
            raise InputError(f"{folder} is broken ({error}): {made_by} makes it") from error
