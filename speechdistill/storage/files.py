"""Outputs appear under their name only when they are whole."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.storage.disk_errors import storage_errors_named


@contextmanager
def written_whole(path: str | Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``; rename it to ``path`` when the block ends well.

    The block may write a file or make a folder there. If it raises, the temporary is removed and
    what stood at ``path`` before stays as it was. What a killed process left there is removed. A
    folder that already stands at ``path`` is replaced. Suffixes are kept, so that writers which
    look at them (``.jsonl.gz``) work.

    Arguments
    ---------
    path: the final file or folder; its parent folders are made.

    Raises
    ------
    InputError: the disk is full, read-only or closed to the user.

    Example
    -------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with written_whole(folder / "scores.txt") as partial:
    ...     _ = partial.write_text("0.5")
    >>> [found.name for found in folder.iterdir()]
    ['scores.txt']
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot make the folder {path.parent}: {error.strerror}") from error
    partial = path.with_name(f".partial-{os.getpid()}-{path.name}")
    for left in path.parent.glob(f".partial-*-{path.name}"):
        if left == partial or not _is_running(int(left.name.split("-")[1])):
            _remove(left)
    try:
        with storage_errors_named(path):
            yield partial
            if path.is_dir():
                shutil.rmtree(path)
            partial.replace(path)
    finally:
        _remove(partial)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def require(path: str | Path, made_by: str) -> Path:
    """Return ``path`` if it exists, else raise an :class:`InputError` that names its maker.

    Example
    -------
    >>> require("/nonexistent/cuts.jsonl.gz", made_by="stage 1")
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: missing /nonexistent/cuts.jsonl.gz: stage 1 makes it
    """
    path = Path(path)
    if not path.exists():
        raise InputError(f"missing {path}: {made_by} makes it")
    return path
