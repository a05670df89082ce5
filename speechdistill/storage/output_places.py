"""What may stand where an output is to be written, and what may not be overwritten by it."""

import os
import stat
from collections.abc import Collection, Iterable
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.storage.folder_marks import check_folder_is_ours
from speechdistill.storage.streams import is_stream


def place_of(path: Path) -> Path:
    """Return where a path leads: itself, or what a link leads to.

    Raises
    ------
    InputError: it has the form of no path, or links that lead in a circle.
    """
    try:
        place = Path(os.path.realpath(path)) if path.is_symlink() else path
        if place.is_symlink():  # it is one of a circle
            place.stat()
    except (OSError, ValueError) as error:
        raise InputError(f"cannot write {str(path)!r}: {error}: give another path") from error
    return place


def check_replaceable(
    place: Path, path: Path, is_folder: bool | None = None, besides: Collection[str] = ()
) -> None:
    """Raise an InputError unless what stands at a place may be replaced by an output.

    Arguments
    ---------
    place: where it is, as :func:`place_of` returns it.
    path: as the user wrote it, for the message.
    is_folder: whether the output is a folder; None if that is not known yet.
    besides: as :func:`~.files.written_whole` takes it.
    """
    try:
        mode = place.stat().st_mode
    except OSError:  # there is nothing, or it cannot be reached: the writer finds out
        return
    if stat.S_ISDIR(mode):
        if is_folder is False:
            raise InputError(f"{path} is a folder, and the output a file: give the name of a file")
        _check_open(place, path)
        check_folder_is_ours(place, besides)
        return
    if not stat.S_ISREG(mode):
        raise InputError(f"{path} is no plain file that can be replaced: give another path")
    if is_folder:
        raise InputError(f"{path} is a file, and the output a folder: give another path")
    _check_open(place, path)


def _check_open(place: Path, path: Path) -> None:
    if not os.access(place, os.W_OK):
        raise InputError(f"{path} is closed to writing: allow it, or give another path")


def check_output(
    path: Path, inputs: Iterable[Path | None] = (), is_folder: bool = False, what: str = "--output"
) -> None:
    """Refuse an output before any work is done for it, and never let it replace an input.

    Arguments
    ---------
    path: the output.
    inputs: files and folders that are read; None is skipped.
    is_folder: whether the output is a folder.
    what: the option, for the message.

    Raises
    ------
    InputError: something stands there that may not be replaced; or it is an input under this or
        another name (a link, a hard link), a part of one, or a folder around one.

    Example
    -------
    >>> check_output(Path("/dev"), what="--det-plot")
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: --det-plot: /dev is a folder, and the output a file: \
give the name of a file
    """
    try:
        if is_stream(path):
            if is_folder:
                raise InputError(f"{path} is no place for a folder: give another path")
            return
        place = place_of(path)
        for source in inputs:
            if source is not None and place.exists() and source.exists():
                _check_apart(place.resolve(), path, source, is_folder)
        check_replaceable(place, path, is_folder)
    except InputError as error:
        raise InputError(f"{what}: {error}") from None


def _check_apart(place: Path, path: Path, source: Path, is_folder: bool) -> None:
    origin = Path(os.path.realpath(source))
    if place.samefile(origin):
        raise InputError(f"{path} is the input {source}: give another path")
    if is_folder and place in origin.parents:
        raise InputError(f"the input {source} lies in {path}: give another path")
    if origin in place.parents or (not is_folder and _is_linked_in(place, origin)):
        raise InputError(f"{path} is a part of the input {source}: give another path")


def _is_linked_in(place: Path, folder: Path) -> bool:
    """Whether a file of a folder is the file at the place, by a second name."""
    if not folder.is_dir() or place.stat().st_nlink < 2:
        return False
    names = (Path(where, name) for where, _, files in os.walk(folder) for name in files)
    return any(name.exists() and name.samefile(place) for name in names)
