"""Embeddings on disk in the forms that toolkits write."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.kaldi import files_of_scp, read_kaldi
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.matrices import are_real, load_matrix, one_line, read_ids
from speechdistill.verification.trials.words import Words

FORMS = (
    "a folder with vectors.npy and ids.txt, an .npy beside the list of its ids (.ids or .txt), "
    "an .npz, or Kaldi's .scp or .ark"
)


def load_embeddings(path: str | Path) -> KeyedVectors:
    """Read embeddings in whichever form they are in.

    - a folder with ``vectors.npy`` and ``ids.txt``, as :meth:`KeyedVectors.save` writes it;
    - ``X.npy``, one row per utterance, with the ids in ``X.ids`` or ``X.txt``, or in ``ids.txt``
      beside it, one per line;
    - ``X.npz`` with one array per utterance, or with the arrays ``ids`` and ``vectors`` (or
      ``embeddings``);
    - Kaldi's ``X.scp`` or ``X.ark``, binary or text; nothing in them is executed. The paths in
      an ``.scp`` are as Kaldi takes them: relative to the working folder.

    The first two are memory-mapped; the others are read into memory as float32. Ids lose the
    extension of an audio file, as the names in trial lists do.

    Arguments
    ---------
    path: the folder or file.

    Raises
    ------
    InputError: nothing is there, or it has none of these forms, is broken or empty, or its vectors
        differ in length.

    Example
    -------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> np.savez(folder / "e.npz", ids=["a", "b"], vectors=np.eye(2))
    >>> load_embeddings(folder / "e.npz")["b"].tolist()
    [0.0, 1.0]
    """
    path = Path(path)
    if not path.exists():
        raise InputError(f"there are no embeddings {path}: give {FORMS}")
    readers = {".npy": _load_npy, ".npz": _load_npz, ".scp": _load_kaldi, ".ark": _load_kaldi}
    if not path.is_dir() and not (path.is_file() and path.suffix in readers):
        raise InputError(f"{path} is no known form of embeddings: give {FORMS}")
    try:
        if path.is_dir():
            return _by_utterance_id(KeyedVectors.load(path, "whoever makes the embeddings"))
        return _by_utterance_id(readers[path.suffix](path))
    except InputError as error:
        if str(path) in str(error):
            raise
        raise InputError(f"{path}: {error}") from error


def files_of_embeddings(path: Path | None) -> list[Path]:
    """Return all that is read of embeddings, so that no output is put in its place.

    Example
    -------
    >>> [str(file) for file in files_of_embeddings(Path("nothing/e.npy"))]
    ['nothing/e.npy', 'nothing/e.ids', 'nothing/e.txt', 'nothing/ids.txt']
    """
    if path is None:
        return []
    if path.suffix == ".npy":
        return [path, *_places_of_ids(path)]
    return [path, *(files_of_scp(path) if path.suffix == ".scp" and path.is_file() else [])]


def _by_utterance_id(embeddings: KeyedVectors) -> KeyedVectors:
    if embeddings.vectors.size == 0:
        raise InputError(f"embeddings of shape {embeddings.vectors.shape} are empty: make them")
    names = Words.of(embeddings.ids)
    ids = names.without_audio_suffix()
    if np.array_equal(names.ends, ids.ends):
        return embeddings
    return KeyedVectors(ids.strings(), embeddings.vectors)


def _load_npy(path: Path) -> KeyedVectors:
    places = _places_of_ids(path)
    found = next((place for place in places if place.exists()), None)
    if found is None:
        names = " or ".join(str(place) for place in places)
        raise InputError(f"{path} has no ids: write one id per row into {names}")
    return KeyedVectors(read_ids(found), load_matrix(path))


def _places_of_ids(path: Path) -> list[Path]:
    return [path.with_suffix(".ids"), path.with_suffix(".txt"), path.with_name("ids.txt")]


def _load_npz(path: Path) -> KeyedVectors:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            named = [name for name in ("vectors", "embeddings") if name in arrays]
            if "ids" in arrays and named:
                ids, vectors = arrays["ids"], arrays[named[0]]
                if ids.ndim != 1 or vectors.ndim != 2:
                    raise InputError(
                        f"ids of shape {ids.shape} and vectors of shape {vectors.shape}: give one "
                        "row per id"
                    )
                return KeyedVectors(ids.astype(str).tolist(), vectors)
            return _stacked(path, {name: arrays[name] for name in arrays}.items())
    except InputError:
        raise
    # Of NumPy, zipfile and zlib each raises its own.
    except Exception as error:
        raise InputError(f"{path} is broken ({one_line(error)}): make it again") from error


def _load_kaldi(path: Path) -> KeyedVectors:
    return _stacked(path, _whole(path))


def _whole(path: Path) -> Iterator[tuple[str, np.ndarray]]:
    for name, entry in read_kaldi(path):
        if isinstance(entry, InputError):
            raise InputError(f"{path} is broken ({name} {entry}): make it again") from entry
        yield name, entry


def _stacked(path: Path, items: Iterable[tuple[str, np.ndarray]]) -> KeyedVectors:
    ids: list[str] = []
    rows: list[np.ndarray] = []
    for name, vector in items:
        if not (isinstance(vector, np.ndarray) and are_real(vector)):
            kind = vector.dtype if isinstance(vector, np.ndarray) else "bytes"
            raise InputError(f"{path}: {name} is of {kind}, not of real numbers")
        with np.errstate(over="ignore"):  # it is infinite then, and counts as broken
            row = np.atleast_1d(vector.squeeze()).astype(np.float32)
        if row.ndim != 1 or (rows and len(row) != len(rows[0])):
            expected = f"one of {len(rows[0])} numbers" if rows else "a vector"
            raise InputError(f"{path}: {name} has the shape {row.shape}, not {expected}")
        ids.append(name)
        rows.append(row)
    if not rows:
        raise InputError(f"{path} holds no embeddings: make it again")
    return KeyedVectors(ids, np.stack(rows))
