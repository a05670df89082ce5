"""Outputs appear under their name only when they are whole."""

import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.storage.disk_errors import storage_errors_named
from speechdistill.storage.exchange import exchange
from speechdistill.storage.folder_marks import note_in_mark, write_mark
from speechdistill.storage.output_places import check_replaceable, place_of
from speechdistill.storage.partials import partial_folder, remove, remove_left_behind
from speechdistill.storage.streams import is_stream, written_to_stream


@contextmanager
def written_whole(
    path: str | Path, besides: Collection[str] = (), is_known_ours: bool = False
) -> Iterator[Path]:
    """Give a temporary path near ``path``; rename it to ``path`` when the block ends well.

    The block may write a file or make a folder there. If it raises, the temporary is removed and
    what stood at ``path`` before stays as it was. What killed processes of this host were
    writing beside it is removed. The temporary has the same name, in a folder of its own: writers
    look at suffixes (``.jsonl.gz``), and gzip puts the name into what it writes.

    A file replaces a file, as with every Unix tool. A folder replaces only a folder all of whose
    files this program wrote; a list in it, ``.speechdistill``, is the proof. A link stays, and what
    it leads to is written. A pipe or a terminal (``/dev/stdout``) gets the file's bytes.

    Arguments
    ---------
    path: the final file or folder; its parent folders are made.
    besides: of a folder: names of files that the caller writes into it before it is made.
    is_known_ours: the caller has proof of its own that what stands there is of this program: a
        folder is replaced whatever it holds, and gets no list.

    Raises
    ------
    InputError: something else stands there than may be replaced, or the disk is full, read-only or
        closed to the user.

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
    if is_stream(path):
        with storage_errors_named(path), written_to_stream(path) as partial:
            yield partial
        return
    place = place_of(path)
    if not is_known_ours:
        check_replaceable(place, path, besides=besides)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot make the folder {path.parent}: {error.strerror}") from error
    folder = partial_folder(place.parent)
    partial = folder / place.name
    try:
        with storage_errors_named(path):
            remove_left_behind(place.parent)
            folder.mkdir()
            yield partial
            if not is_known_ours:  # again: something may have come since
                check_replaceable(place, path, partial.is_dir(), besides)
                if partial.is_dir():
                    write_mark(partial)
            _put_in_place(partial, place)
    finally:
        remove(folder)


def write_text_whole(path: Path, text: str) -> None:
    """Write a text, in UTF-8, as :func:`written_whole` writes."""
    with written_whole(path) as partial:
        partial.write_text(text, encoding="utf-8")


def _put_in_place(partial: Path, place: Path) -> None:
    if partial.is_dir():
        _replace_folder(partial, place)
        return
    if place.exists():
        shutil.copymode(place, partial)
    partial.replace(place)
    note_in_mark(place)


def _replace_folder(partial: Path, place: Path) -> None:
    if not place.exists():
        partial.rename(place)
        return
    # What was there is removed with the partial's folder, and never a part of it before.
    if exchange(partial, place):
        return
    former = partial.with_name("former" if partial.name != "former" else "replaced")
    try:
        place.rename(former)
    except OSError as error:  # such as a disk's own folder
        raise InputError(f"cannot replace {place}: {error.strerror}: give another folder") from None
    try:
        partial.rename(place)
    except BaseException:
        former.rename(place)
        raise


def is_there(path: Path) -> bool:
    """Whether something is at a path, which may be any text: a name that is too long is nothing.

    Example
    -------
    >>> is_there(Path("/")), is_there(Path("x" * 300))
    (True, False)
    """
    try:
        return path.exists()
    except OSError:
        return False


def require(path: str | Path, made_by: str) -> Path:
    """Return ``path`` if it exists, else raise an :class:`InputError` that names its maker.

    Example
    -------
    >>> require("/nonexistent/cuts.jsonl.gz", made_by="prepare.py")
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: missing /nonexistent/cuts.jsonl.gz: prepare.py makes it
    """
    path = Path(path)
    if not path.exists():
        raise InputError(f"missing {path}: {made_by} makes it")
    return path
