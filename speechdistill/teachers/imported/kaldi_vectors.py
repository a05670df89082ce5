"""Vectors from Kaldi's archives."""

import warnings
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.teachers.imported.readings import Readings


def read_kaldi_vectors(archive: Path) -> Readings:
    """Read ``.scp`` (paths in it are relative to the working directory, as in Kaldi) or ``.ark``.

    Raises
    ------
    InputError: kaldiio is not installed, or the file is broken; an entry of an ``.scp`` that
        cannot be read is only listed.
    """
    try:
        import kaldiio
    except ImportError as error:
        raise InputError(f"{archive} needs kaldiio: pip install kaldiio") from error
    readings = Readings()
    try:
        if archive.suffix == ".ark":
            readings.arrays = {
                name: _array(entry) for name, entry in kaldiio.load_ark(str(archive))
            }
            return readings
        entries = kaldiio.load_scp(str(archive))
    except Exception as error:  # kaldiio raises what its parsing happens to raise
        raise InputError(f"{archive} is broken ({_one_line(error)}): write it again") from error
    for name in entries:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it is listed
                readings.arrays[name] = _array(entries[name])
        except Exception as error:
            readings.unusable[name] = f"cannot be read ({_one_line(error)})"
    return readings


def _array(entry) -> np.ndarray:
    # An archive of audio gives pairs of rate and samples.
    return entry if isinstance(entry, np.ndarray) else np.empty(())


def _one_line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
