"""Proof of which files in a folder this program wrote, and how long: it removes no others."""

import json
import os
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.storage.lock import is_lock
from speechdistill.storage.partials import is_left_behind, is_partial

# In each folder that was written whole: a line of JSON per file, its path there and its bytes.
MARK = ".speechdistill"


def write_mark(folder: Path) -> None:
    """Write down the files of a folder that was made just now, all of them by this program."""
    lines = sorted(_line(file, folder) for file in _files(folder))
    (folder / MARK).write_text("".join(lines))


def note_in_mark(place: Path) -> None:
    """Add a file that was written to the mark of the folder around it, if there is one.

    Nothing is noted of what lies in a folder that is still being written: it gets its own mark.
    """
    place = place.parent.resolve() / place.name
    for folder in place.parents:
        if is_partial(folder.name):
            return
        if (folder / MARK).is_file():
            with (folder / MARK).open("ab") as mark:  # one write: other processes append, too
                mark.write(_line(place, folder).encode())
            return


def damaged_files(
    folder: Path, is_asked: Callable[[str], bool] = lambda name: True
) -> Iterator[str]:
    """Give the paths of files that were written into a folder with it, and are gone or cut short.

    That is, of another size than they had. Only those are looked at whose path ``is_asked`` for.
    What a file in a folder within has to be is what that folder's own mark says, if it has one.

    Example
    -------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "ids.txt").write_text("anna bert")
    >>> write_mark(folder)
    >>> _ = (folder / "ids.txt").write_text("anna")
    >>> list(damaged_files(folder))
    ['ids.txt']
    """
    marks: dict[Path, Mapping[str, int | None]] = {}
    for name in filter(is_asked, _read_mark(folder)):
        file = folder / name
        now, size = _size(file), _noted(file, marks)
        if now < 0 or size not in (None, now):
            yield name


def _line(file: Path, folder: Path) -> str:
    return json.dumps([str(file.relative_to(folder)), _size(file)]) + "\n"


def _size(file: Path) -> int:
    """Return a file's bytes, 0 for what is no file, -1 where nothing is."""
    try:
        status = file.stat()
    except OSError:
        return -1
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def check_folder_is_ours(folder: Path, besides: Collection[str] = ()) -> None:
    """Raise an InputError if a folder holds a file that this program is not known to have written.

    An empty folder is anybody's. In others, each file has to be in the folder's mark, or in that of
    a folder around the file: what the user put there, and what an older version wrote, is refused.

    Arguments
    ---------
    folder: what is to be replaced.
    besides: names of files in it that the caller writes there before the folder is made.

    Example
    -------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "vectors.npy").touch()
    >>> write_mark(folder)
    >>> check_folder_is_ours(folder)
    >>> (folder / "notes.txt").touch()
    >>> check_folder_is_ours(folder)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: the folder ... holds notes.txt, which speechdistill did \
not write there: move it away, or give another folder
    """
    shown, folder = folder, folder.resolve()
    if not any((each / MARK).is_file() for each in (folder, *folder.parents)):
        # Whose its files are is known: no walk through what may be anything.
        strangers = (
            path for path in folder.iterdir() if path.name not in besides and not is_lock(path)
        )
    else:
        marks: dict[Path, Mapping[str, int | None]] = {}
        strangers = (
            file
            for file in _files(folder)
            if not (file.parent == folder and file.name in besides) and not _is_noted(file, marks)
        )
    for stranger in strangers:
        raise InputError(
            f"the folder {shown} holds {stranger.relative_to(folder)}, which speechdistill did "
            "not write there: move it away, or give another folder"
        )


def _is_noted(file: Path, marks: dict[Path, Mapping[str, int | None]]) -> bool:
    return any(True for _ in _notes(file, marks))


def _noted(file: Path, marks: dict[Path, Mapping[str, int | None]]) -> int | None:
    """Return the size that the nearest mark which knows a file has of it."""
    return next(_notes(file, marks), None)


def _notes(file: Path, marks: dict[Path, Mapping[str, int | None]]) -> Iterator[int | None]:
    """Give the size of a file in each mark that knows it, the nearest first; marks are kept."""
    for folder in file.parents:
        if folder not in marks:
            marks[folder] = _read_mark(folder)
        if (name := str(file.relative_to(folder))) in marks[folder]:
            yield marks[folder][name]


def _read_mark(folder: Path) -> dict[str, int | None]:
    """Return the bytes of each file by its path; None where an older version did not say."""
    try:
        lines = (folder / MARK).read_bytes().split(b"\n")
    except OSError:
        return {}
    sizes: dict[str, int | None] = {}
    for line in lines:
        try:
            match json.loads(line):
                case [str(name), int(size)]:
                    sizes[name] = size
                case str(name):
                    sizes[name] = None
        except ValueError:  # the last line of a process that was killed
            continue
    return sizes


def _files(folder: Path) -> Iterator[Path]:
    """Give all that is no folder, but marks, locks and what dead writers left.

    Links are not entered.
    """
    for where, folders, files in os.walk(folder):
        place = Path(where)
        folders[:] = [name for name in folders if not is_left_behind(name)]
        links = [name for name in folders if (place / name).is_symlink()]
        for name in (*files, *links):
            if name != MARK and not is_left_behind(name) and not is_lock(place / name):
                yield place / name
