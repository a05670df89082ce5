"""Embeddings on disk in the forms that toolkits write."""

import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

import kaldiio
import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.keyed_vectors import KeyedVectors
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
    - Kaldi's ``X.scp`` or ``X.ark``, binary or text, read by kaldiio. The paths in an ``.scp`` are
      as Kaldi takes them: relative to the working folder.

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
    if path.is_dir():
        return _by_utterance_id(KeyedVectors.load(path, "whoever makes the embeddings"))
    readers = {".npy": _load_npy, ".npz": _load_npz, ".scp": _load_kaldi, ".ark": _load_kaldi}
    if path.suffix not in readers:
        raise InputError(f"{path} is no known form of embeddings: give {FORMS}")
    try:
        return _by_utterance_id(readers[path.suffix](path))
    except InputError as error:
        raise InputError(f"{path}: {error}" if str(path) not in str(error) else error) from error


def _by_utterance_id(embeddings: KeyedVectors) -> KeyedVectors:
    names = Words.of(embeddings.ids)
    ids = names.without_audio_suffix()
    if np.array_equal(names.ends, ids.ends):
        return embeddings
    return KeyedVectors(ids.strings(), embeddings.vectors)


def _load_npy(path: Path) -> KeyedVectors:
    places = [path.with_suffix(".ids"), path.with_suffix(".txt"), path.with_name("ids.txt")]
    found = next((place for place in places if place.exists()), None)
    if found is None:
        names = " or ".join(str(place) for place in places)
        raise InputError(f"{path} has no ids: write one id per row into {names}")
    try:
        vectors = np.load(path, mmap_mode="r")
    except (OSError, ValueError) as error:
        _broken(path, error)
    return KeyedVectors(found.read_text(encoding="utf-8").split(), vectors)


def _load_npz(path: Path) -> KeyedVectors:
    try:
        with np.load(path) as arrays:
            named = [name for name in ("vectors", "embeddings") if name in arrays]
            if "ids" in arrays and named:
                return KeyedVectors(arrays["ids"].astype(str).tolist(), arrays[named[0]])
            return _stacked(path, {name: arrays[name] for name in arrays}.items())
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        if isinstance(error, InputError):
            raise
        _broken(path, error)


def _load_kaldi(path: Path) -> KeyedVectors:
    read = kaldiio.load_scp_sequential if path.suffix == ".scp" else kaldiio.load_ark
    try:
        if path.suffix == ".scp" and "|" in path.read_text(encoding="utf-8"):
            raise InputError(f"{path} names commands: run them, and list the files they make")
        return _stacked(path, read(str(path)))
    # kaldiio raises what its readers raise, of no common class.
    except Exception as error:
        if isinstance(error, InputError):
            raise
        _broken(path, error)


def _stacked(path: Path, items: Iterable[tuple[str, np.ndarray]]) -> KeyedVectors:
    ids: list[str] = []
    rows: list[np.ndarray] = []
    for name, vector in items:
        row = np.atleast_1d(np.asarray(vector, dtype=np.float32).squeeze())
        if row.ndim != 1 or (rows and len(row) != len(rows[0])):
            expected = f"one of {len(rows[0])} numbers" if rows else "a vector"
            raise InputError(f"{path}: {name} has the shape {row.shape}, not {expected}")
        ids.append(name)
        rows.append(row)
    if not rows:
        raise InputError(f"{path} holds no embeddings: make it again")
    return KeyedVectors(ids, np.stack(rows))


def _broken(path: Path, error: Exception) -> NoReturn:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    raise InputError(f"{path} is broken ({reason}): make it again") from error
