"""Arrays of real numbers from NumPy's files, whatever the files hold."""

from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.text_lines import read_lines, split_words


def load_matrix(path: Path) -> np.ndarray:
    """Memory-map a ``.npy`` matrix of real numbers ``(rows, dimension)``; never unpickle.

    Raises
    ------
    InputError: the file is missing, broken, or holds something else.

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "vectors.npy"
    >>> np.save(path, np.array([[1j]]))
    >>> load_matrix(path)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: ...vectors.npy holds complex128 of shape (1, 1), not \
numbers (ids, dimension): write real numbers
    """
    try:
        rows = np.load(path, mmap_mode="r", allow_pickle=False)
    except (FileNotFoundError, PermissionError):
        raise
    # NumPy's parser of the header raises what it happens to raise.
    except Exception as error:
        reason = one_line(error)
        raise InputError(f"{path} is broken ({reason}): write it by numpy.save") from error
    if not isinstance(rows, np.ndarray):
        raise InputError(f"{path} is no .npy file: write it by numpy.save")
    if rows.ndim != 2 or not are_real(rows):
        raise InputError(
            f"{path} holds {rows.dtype} of shape {rows.shape}, not numbers (ids, dimension): "
            "write real numbers"
        )
    return rows


def read_ids(path: Path) -> list[str]:
    """Read the ids of a matrix's rows: words between ASCII white space, usually one per line.

    Raises
    ------
    InputError: the file cannot be read, or a line of it is not UTF-8.
    """
    return [
        word for line in read_lines(path, "ids", "an id per line") for word in split_words(line)
    ]


def are_real(array: np.ndarray) -> bool:
    """Whether an array holds integers or floating-point numbers.

    Example
    -------
    >>> [are_real(np.zeros(1, kind)) for kind in ("f2", "i1", "u8", "?", "c8", "O")]
    [True, True, True, False, False, False]
    """
    return array.dtype.kind in "fiu"


def one_line(error: BaseException) -> str:
    """Say an exception in one line of 200 characters at most.

    Example
    -------
    >>> one_line(ValueError("bad\\nheader"))
    'bad header'
    """
    return " ".join(str(error).split())[:200] or type(error).__name__
