"""Whether anything changed since the manifests were made."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from speechdistill.corpora.folder_walk import Folder, walk


def fingerprint(
    settings: Mapping[str, object],
    files: Iterable[Path],
    folders: Iterable[Path],
    look: Callable[[Folder], None] = lambda folder: None,
    listed: Iterable[str] = (),
) -> str:
    """Return a hash that changes with the settings, with the bytes of ``files``, and with the
    name, size or modification time of what is ``listed`` and of anything below ``folders`` that is
    not hidden.

    One pass over the directory entries; no file below ``folders`` and none listed is opened.

    Arguments
    ---------
    settings: names and values.
    files, folders: to look at.
    look: is shown each folder on the way, so that one pass serves all.
    listed: more files, wherever they lie; they may be missing.

    Raises
    ------
    InputError: a folder cannot be listed.

    Example
    -------
    >>> fingerprint({"seed": 1}, [], []) == fingerprint({"seed": 2}, [], [])
    False
    """
    digest = hashlib.sha256(repr(sorted(settings.items())).encode("utf-8", "surrogateescape"))
    for path in files:
        digest.update(f"{path}\0".encode("utf-8", "surrogateescape"))
        digest.update(path.read_bytes())
    for root in folders:
        for folder in walk(root):
            lines = [folder.path, *(f"{path}\0{why}" for path, why in folder.broken)]
            lines += [
                f"{entry.name}\0{(status := entry.stat()).st_size}\0{status.st_mtime_ns}"
                for entry in folder.files
            ]
            digest.update("\0".join([*lines, ""]).encode("utf-8", "surrogateescape"))
            look(folder)
    for name in listed:
        try:
            status = Path(name).stat()
            line = f"{name}\0{status.st_size}\0{status.st_mtime_ns}\0"
        except OSError as error:
            line = f"{name}\0{error.strerror}\0"
        digest.update(line.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
