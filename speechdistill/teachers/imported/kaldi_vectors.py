"""Vectors from Kaldi's archives."""

from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.storage.kaldi import read_kaldi
from speechdistill.teachers.imported.readings import Readings


def read_kaldi_vectors(archive: Path) -> Readings:
    """Read ``.scp`` (paths in it are relative to the working directory, as in Kaldi) or ``.ark``.

    Raises
    ------
    InputError: kaldiio is not installed, the file is broken or names a command, or an id occurs
        twice; an entry of an ``.scp`` that cannot be read is only listed.
    """
    readings = Readings()
    for name, entry in read_kaldi(archive):
        if name in readings.arrays or name in readings.unusable:
            raise InputError(f"{archive} names {name} twice: keep one")
        if isinstance(entry, InputError):
            readings.unusable[name] = str(entry)
        else:
            readings.arrays[name] = entry
    return readings
