"""Proof of which files in a folder this program wrote, so that it removes no others."""

import json
import os
from collections.abc import Collection, Iterator
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.storage.lock import is_lock
from speechdistill.storage.partials import is_left_behind, is_partial

# In each folder that was written whole: one JSON string per line, the path of a file in it.
MARK = ".speechdistill"


def write_mark(folder: Path) -> None:
    """Write down the files of a folder that was made just now, all of them by this program."""
    names = sorted(str(file.relative_to(folder)) for file in _files(folder))
    (folder / MARK).write_text("".join(f"{json.dumps(name)}\n" for name in names))


def note_in_mark(place: Path) -> None:
    """Add what was written to the mark of the folder around it, if there is one.

    Nothing is noted of what lies in a folder that is still being written: it gets its own mark.
    """
    place = place.parent.resolve() / place.name
    for folder in place.parents:
        if is_partial(folder.name):
            return
        if (folder / MARK).is_file():
            line = json.dumps(str(place.relative_to(folder))) + "\n"
            with (folder / MARK).open("ab") as mark:  # one write: other processes append, too
                mark.write(line.encode())
            return


def lacks_files(folder: Path) -> bool:
    """Whether a file that was written into a folder with it is gone.

    Example
    -------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "ids.txt").touch()
    >>> write_mark(folder)
    >>> lacks_files(folder), (folder / "ids.txt").unlink(), lacks_files(folder)
    (False, None, True)
    """
    return any(not (folder / name).exists() for name in _read_mark(folder))


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
        marks: dict[Path, frozenset[str]] = {}
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


def _is_noted(file: Path, marks: dict[Path, frozenset[str]]) -> bool:
    for folder in file.parents:
        if folder not in marks:
            marks[folder] = _read_mark(folder)
        if str(file.relative_to(folder)) in marks[folder]:
            return True
    return False


def _read_mark(folder: Path) -> frozenset[str]:
    try:
        lines = (folder / MARK).read_bytes().split(b"\n")
    except OSError:
        return frozenset()
    names = set()
    for line in lines:
        try:
            names.add(str(json.loads(line)))
        except ValueError:  # the last line of a process that was killed
            continue
    return frozenset(names)


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
