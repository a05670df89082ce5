"""Embeddings to disk in the forms that toolkits read."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from speechdistill.base.errors import UnknownOption
from speechdistill.storage.files import written_whole
from speechdistill.storage.keyed_vectors import KeyedVectors


def places_of(path: Path) -> list[Path]:
    """Return the files that embeddings go into, given one of them.

    Raises
    ------
    UnknownOption: its form is none that is written.

    Example
    -------
    >>> [place.name for place in places_of(Path("e.scp"))]
    ['e.ark', 'e.scp']
    """
    match path.suffix:
        case ".npz":
            return [path]
        case ".npy":
            return [path, path.with_suffix(".ids")]
        case ".ark" | ".scp":
            return [path.with_suffix(".ark"), path.with_suffix(".scp")]
    raise UnknownOption(f"{path} is no form of embeddings: name it .npz, .npy, .ark or .scp")


def save_embeddings(embeddings: KeyedVectors, path: Path) -> None:
    """Write embeddings as ``.npz``, ``.npy`` with ``.ids``, or Kaldi's ``.ark`` with ``.scp``.

    An ``.npz`` has the arrays ``ids`` and ``vectors``. The paths in an ``.scp`` are as the user
    wrote that of the ``.ark``. :func:`~.embeddings.load_embeddings` reads them all.

    Raises
    ------
    UnknownOption: the path has another extension.

    Example
    -------
    >>> import tempfile
    >>> from speechdistill.verification.scoring.embeddings import load_embeddings
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("e.npz", "e.npy", "e.ark"):
    ...     save_embeddings(KeyedVectors(["a", "b"], np.eye(2)), folder / name)
    >>> [load_embeddings(folder / name)["b"].tolist() for name in ("e.npz", "e.npy", "e.scp")]
    [[0.0, 1.0], [0.0, 1.0], [0.0, 1.0]]
    """
    places = places_of(path)
    vectors = np.asarray(embeddings.vectors, dtype=np.float32)
    if path.suffix == ".npz":
        ids = np.array(embeddings.ids, dtype=np.str_)
        _write(path, lambda file: np.savez(file, ids=ids, vectors=vectors))
    elif path.suffix == ".npy":
        lines = "".join(f"{name}\n" for name in embeddings.ids)
        _write(path, lambda file: np.save(file, vectors))
        _write(places[1], lambda file: file.write(lines.encode()))
    else:
        offsets: list[int] = []
        _write(places[0], lambda file: _write_ark(file, embeddings.ids, vectors, offsets))
        pairs = zip(embeddings.ids, offsets, strict=True)
        lines = "".join(f"{name} {places[0]}:{offset}\n" for name, offset in pairs)
        _write(places[1], lambda file: file.write(lines.encode()))


def _write(path: Path, write: Callable) -> None:
    with written_whole(path) as partial, partial.open("wb") as file:
        write(file)


def _write_ark(file, ids, vectors: np.ndarray, offsets: list[int]) -> None:
    """Write Kaldi's binary float vectors; note where each begins."""
    header = b"\0BFV \4" + np.array(vectors.shape[1], dtype="<i4").tobytes()
    for name, row in zip(ids, vectors.astype("<f4", copy=False), strict=True):
        file.write(f"{name} ".encode())
        offsets.append(file.tell())
        file.write(header + row.tobytes())
