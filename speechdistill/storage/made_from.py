"""What an artefact was made from, kept in it: it is made again, or refused, when that changes."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from speechdistill.storage.folder_marks import damaged_files
from speechdistill.storage.lock import is_lock

MADE_FROM = "made_from.json"
MISSING = "missing"  # the content of what is not there
BLOCK = 2**20  # bytes


def content_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, or of the names and bytes of all files of a folder.

    Links are followed, but not back to a folder that one came through. Locks do not count. What
    does not exist has the content ``missing``: that it appears later is a change, too.

    Example
    -------
    >>> content_of(Path("/nonexistent"))
    'missing'
    """
    if path.is_dir():
        digest = hashlib.sha256()
        for found in sorted(_files(path, (os.path.realpath(path),))):
            line = f"{found.relative_to(path)}\0{content_of(found)}\n"
            digest.update(line.encode("utf-8", "surrogateescape"))
        return digest.hexdigest()
    if not path.exists():
        return MISSING
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _files(folder: Path, above: tuple[str, ...]) -> Iterator[Path]:
    for found in folder.iterdir():
        if not found.is_dir():
            if not is_lock(found):
                yield found
        elif (real := os.path.realpath(found)) not in above:
            yield from _files(found, (*above, real))


def contents_of(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the content of each of the named files of a folder: see :func:`content_of`."""
    return {name: content_of(folder / name) for name in names}


def write_record(path: Path, sources: Mapping[str, object]) -> None:
    """Write what an artefact was made from: into its folder, before that appears."""
    text = json.dumps(dict(sources), indent=1, sort_keys=True) + "\n"
    path.write_text(text, encoding="utf-8")


def is_made_from(record: Path, sources: Mapping[str, object]) -> bool:
    """Whether an artefact is whole, and its record says that it was made from just these sources.

    Example
    -------
    >>> import tempfile
    >>> record = Path(tempfile.mkdtemp()) / MADE_FROM
    >>> is_made_from(record, {"seed": 1})
    False
    >>> write_record(record, {"seed": 1})
    >>> is_made_from(record, {"seed": 1}), is_made_from(record, {"seed": 2})
    (True, False)
    """
    if any(damaged_files(record.parent)):
        return False
    return recorded(record) == json.loads(json.dumps(dict(sources)))


def recorded(record: Path) -> dict[str, object] | None:
    """Return what a record holds; None if there is none, or a broken one."""
    try:
        return json.loads(record.read_text(encoding="utf-8"))
    except PermissionError:  # it may be whole
        raise
    except (OSError, ValueError):
        return None
