"""A disk that is full or closed to writing, or a memory that is full, said in one line."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from speechdistill.base.errors import InputError

REMEDIES = {
    errno.ENOSPC: "free some space, and the same command goes on",
    errno.EDQUOT: "free some of your quota, and the same command goes on",
    errno.EROFS: "give another folder",
    errno.EACCES: "allow it, or give another folder",
    errno.EPERM: "allow it, or give another folder",
}
# Of whatever is done with a file; that a file is missing is said where it is known what makes it.
OF_FILES = {
    errno.ENAMETOOLONG: "give a shorter name",
    errno.ELOOP: "its links lead in a circle: remove them",
    errno.ENOTDIR: "a file is where a folder should be: give another path",
    errno.EIO: "the disk fails: look after it, and run the same command again",
    errno.ESTALE: "another machine removed it: run the same command again",
    errno.EMFILE: "allow more (ulimit -n), or give fewer processes",
    errno.ENFILE: "give fewer processes",
    errno.ENOMEM: "give fewer processes, or more memory",
}
# A failed write leaves the disk with less than the writer's next block.
FULL = 64 * 1024  # bytes
LONGEST_SHOWN = 300  # letters of a path


@contextmanager
def storage_errors_named(path: str | Path) -> Iterator[None]:
    """Raise an :class:`InputError` that names ``path`` if the disk is why the block failed.

    NumPy, PyTorch and libsndfile do not say why they could not write: whatever they raise is the
    disk's fault if the disk is full. All other exceptions pass.

    Example
    -------
    >>> with storage_errors_named("scores.txt"):
    ...     raise OSError(errno.ENOSPC, "No space left on device")
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: cannot write scores.txt: no space left on device: free \
some space, and the same command goes on
    """
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        trouble = storage_trouble(error)
        if trouble is None and _is_full(Path(path)):
            trouble = _in_words(errno.ENOSPC)
        if trouble is None:
            raise
        raise InputError(f"cannot write {path}: {trouble}") from error


def storage_trouble(error: BaseException) -> str | None:
    """Say in words what the disk refused and the remedy; None for any other exception.

    Example
    -------
    >>> storage_trouble(PermissionError(errno.EACCES, "Permission denied"))
    'permission denied: allow it, or give another folder'
    >>> storage_trouble(ValueError("no number")) is None
    True
    """
    if not isinstance(error, OSError) or error.errno not in REMEDIES:
        return None
    return _in_words(error.errno)


def in_one_line(error: BaseException) -> str | None:
    r"""Say in one line what a user can act on; None for any exception that is a bug.

    Example
    -------
    >>> in_one_line(InputError("trials.txt is empty")), in_one_line(KeyError("id"))
    ('trials.txt is empty', None)
    >>> print(in_one_line(InputError("a\nb.wav is empty")))
    a\nb.wav is empty
    """
    line = _in_words_of_its_own(error)
    # Names of files may have line breaks, and what moves a terminal's cursor.
    return line and "".join(
        letter if letter.isprintable() else repr(letter)[1:-1] for letter in line
    )


def _in_words_of_its_own(error: BaseException) -> str | None:
    if isinstance(error, InputError):
        # A DataLoader's worker sends its whole traceback along.
        return str(error).rsplit(f"{InputError.__name__}: ", 1)[-1].strip()
    if isinstance(error, RuntimeError) and "DataLoader worker" in str(error):
        return (
            "a process that reads ahead was killed (out of memory?): give fewer with "
            "--num_workers, or more memory, and run the same command again"
        )
    if isinstance(error, MemoryError) or _is_tensors_out_of_memory(error):
        reason = " ".join(str(error).split(". ")[0].split())[:200]
        return (
            f"out of memory{f' ({reason})' if reason else ''}: give smaller batches or fewer "
            "processes, or more memory, and run the same command again"
        )
    if not isinstance(error, OSError):
        return None
    name = str(error.filename or "")[:LONGEST_SHOWN]
    if error.errno in OF_FILES:
        reason = os.strerror(error.errno).lower()
        return f"{name or 'a file'}: {reason}: {OF_FILES[error.errno]}"
    trouble = storage_trouble(error)
    return trouble and f"{name or 'cannot write'}: {trouble}"


def _is_tensors_out_of_memory(error: BaseException) -> bool:
    """Whether PyTorch, which is not imported here, found no memory on a GPU or a CPU."""
    return isinstance(error, RuntimeError) and (
        type(error).__name__ == "OutOfMemoryError" or "can't allocate memory" in str(error)
    )


def _in_words(number: int) -> str:
    return f"{os.strerror(number).lower()}: {REMEDIES[number]}"


def _is_full(path: Path) -> bool:
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize < FULL
