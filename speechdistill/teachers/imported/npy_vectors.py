"""Vectors from a NumPy matrix and a list of ids."""

from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.storage.matrices import load_matrix, read_ids
from speechdistill.teachers.imported.readings import Readings


def read_npy_vectors(matrix: Path, ids: Path) -> Readings:
    """Read the rows of a ``.npy`` matrix, memory-mapped; the ids stand one per line.

    Raises
    ------
    InputError: the file is no matrix of numbers, rows and ids differ in number, or an id occurs
        twice.

    Example
    -------
    >>> import tempfile
    >>> import numpy as np
    >>> folder = Path(tempfile.mkdtemp())
    >>> np.save(folder / "vectors.npy", np.eye(2))
    >>> _ = (folder / "ids.txt").write_text("id10001\\nid10002\\n")
    >>> read_npy_vectors(folder / "vectors.npy", folder / "ids.txt").arrays["id10002"].tolist()
    [0.0, 1.0]
    """
    rows = load_matrix(matrix)
    names = read_ids(ids)
    if len(names) != len(rows):
        raise InputError(f"{ids} has {len(names)} ids for the {len(rows)} rows of {matrix}")
    arrays = dict(zip(names, rows, strict=True))
    if len(arrays) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"{ids} names {twice} twice: keep one")
    return Readings(arrays)
