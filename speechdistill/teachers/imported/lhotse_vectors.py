"""Vectors that are attached to the cuts of a Lhotse manifest."""

from pathlib import Path

from lhotse import CutSet
from lhotse.array import Array, TemporalArray

from speechdistill.base.errors import InputError
from speechdistill.teachers.imported.readings import Readings


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
