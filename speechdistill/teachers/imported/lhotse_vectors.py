"""Vectors that are attached to the cuts of a Lhotse manifest."""

from pathlib import Path

from lhotse import CutSet
from lhotse.array import Array, TemporalArray

from speechdistill.base.errors import InputError
from speechdistill.teachers.imported.readings import Readings

# Lhotse reads other storage by unpickling, by Kaldi's commands, or from somewhere else.
STORAGE = {
    *("numpy_files", "lilcom_files", "lilcom_chunky", "memory_lilcom", "memory_npy"),
    *("numpy_hdf5", "lilcom_hdf5", "chunked_lilcom_hdf5"),
}


def read_lhotse_vectors(manifest: Path, field: str) -> Readings:
    """Read what ``cut.attach_tensor(field, ...)`` attached, by the cuts' ids.

    A temporal array ``(frames, dimension)`` is averaged over its frames.

    Arguments
    ---------
    manifest: cuts, ``.jsonl`` or ``.jsonl.gz``.
    field: name of the array.

    Raises
    ------
    InputError: the manifest is broken, or no cut has the array; a cut without it, or whose array
        cannot be read, is only listed.
    """
    readings = Readings()
    others: set[str] = set()
    try:
        for cut in CutSet.from_jsonl_lazy(manifest):
            attached = {
                name: value
                for name, value in (cut.custom or {}).items()
                if isinstance(value, Array | TemporalArray)
            }
            if field not in attached:
                others |= attached.keys()
                readings.unusable[cut.id] = f"no array {field}"
                continue
            stored = attached[field]
            stored = stored.array if isinstance(stored, TemporalArray) else stored
            if stored.storage_type not in STORAGE or _names_command(stored):
                readings.unusable[cut.id] = f"stored as {stored.storage_type}, which can run code"
                continue
            try:
                array = cut.load_custom(field)
            except Exception as error:  # storage back-ends raise what they like
                readings.unusable[cut.id] = f"cannot be read ({type(error).__name__})"
                continue
            is_temporal = isinstance(attached[field], TemporalArray) and array.ndim == 2
            readings.arrays[cut.id] = array.mean(axis=0) if is_temporal else array
    except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"{manifest} is no manifest of cuts ({reason})") from error
    if not readings.arrays and others:
        raise InputError(
            f"no cut of {manifest} has an array {field}, only {', '.join(sorted(others))}: "
            "name one with --teacher.field"
        )
    return readings


def _names_command(stored: Array) -> bool:
    """Whether Lhotse would run a command, or ask another machine, to open what is stored."""
    places = f"{stored.storage_path} {stored.storage_key}"
    return "pipe:" in places or "|" in places or "://" in places
