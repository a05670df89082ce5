"""Folders below a folder: links followed, no loop entered, what leads nowhere said."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from speechdistill.base.errors import InputError

# What file servers and archivers leave behind; names that begin with a dot are hidden besides.
LEFT_BEHIND = frozenset(
    (
        *("__MACOSX", "@eaDir", "lost+found", "$RECYCLE.BIN", "System Volume Information"),
        *("Thumbs.db", "desktop.ini"),
    )
)
DANGLING, LOOP = "a link to nothing", "a link into a loop"


@dataclass
class Folder:
    """What is in a folder, in order of name, without what is hidden.

    Arguments
    ---------
    root: where the walk began.
    path: of the folder, as it was reached.
    above: the real paths of the folders that lead to it, its own last.
    is_linked: whether it was reached through a link.
    folders: that are walked next.
    files: all else but broken links to folders.
    broken: path and reason of links that lead nowhere or back to where one came from.
    """

    root: str
    path: str
    above: tuple[str, ...]
    is_linked: bool
    folders: list[os.DirEntry]
    files: list[os.DirEntry]
    broken: list[tuple[str, str]]

    @property
    def depth(self) -> int:
        """How far below the folder where the walk began."""
        return len(self.above) - 1


def visible(folder: str | Path) -> list[os.DirEntry]:
    """List what is in a folder, in order of name, without what is hidden or left behind.

    Raises
    ------
    InputError: it cannot be listed.
    """
    try:
        with os.scandir(folder) as entries:
            found = [
                entry
                for entry in entries
                if (name := entry.name)[0] != "." and name not in LEFT_BEHIND
            ]
    except OSError as error:
        raise InputError(
            f"cannot list the folder {str(folder)!r} ({error.strerror}): make it "
            "readable, or move it away"
        ) from error
    found.sort(key=attrgetter("name"))
    return found


def is_folder(entry: os.DirEntry) -> bool:
    """Whether an entry is a folder or a link to one; a link to itself is none."""
    if not entry.is_symlink():
        return entry.is_dir()
    try:
        return entry.is_dir()
    except OSError:
        return False


def leads_back(entry: os.DirEntry, above: tuple[str, ...]) -> bool:
    """Whether an entry is a link to a folder that one came through, or to one that holds it."""
    if not entry.is_symlink():
        return False
    target = os.path.realpath(entry.path)
    return any(f"{real}/".startswith(f"{target.rstrip('/')}/") for real in above)


def walk(folder: str | Path) -> Iterator[Folder]:
    """Yield a folder and all folders below it, those above first, in order of name.

    Raises
    ------
    InputError: one cannot be listed.

    Example
    -------
    >>> import tempfile
    >>> root = Path(tempfile.mkdtemp())
    >>> (root / "a").mkdir()
    >>> (root / "a" / "back").symlink_to(root)
    >>> [(Path(found.path).name, found.broken[0][1]) for found in walk(root) if found.broken]
    [('a', 'a link into a loop')]
    """
    path = os.fspath(folder)
    yield from _walk(path, path, (os.path.realpath(path),), False)


def _walk(root: str, path: str, above: tuple[str, ...], is_linked: bool) -> Iterator[Folder]:
    found = Folder(root, path, above, is_linked, [], [], [])
    for entry in visible(path):
        if entry.is_file(follow_symlinks=False):  # what nearly all are
            found.files.append(entry)
        elif not entry.is_symlink():
            (found.folders if entry.is_dir() else found.files).append(entry)
        elif is_folder(entry):
            if leads_back(entry, above):
                found.broken.append((entry.path, LOOP))
            else:
                found.folders.append(entry)
        elif not Path(entry.path).exists():
            found.broken.append((entry.path, DANGLING))
        else:
            found.files.append(entry)
    yield found
    for entry in found.folders:
        is_link = entry.is_symlink()
        real = os.path.realpath(entry.path) if is_link else f"{above[-1]}/{entry.name}"
        yield from _walk(root, entry.path, (*above, real), is_linked or is_link)
