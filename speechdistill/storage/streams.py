"""Outputs that are no files on a disk: pipes, terminals, /dev/stdout, /dev/null."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from speechdistill.base.errors import InputError

# Where a process finds its own open files: what stands there is written to, never replaced.
_OPEN_FILES = ("/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/self/fd/")


def is_stream(path: Path) -> bool:
    """Whether a path is written to and not replaced: a pipe, a terminal, an open file.

    Example
    -------
    >>> is_stream(Path("/dev/null")), is_stream(Path("scores.txt"))
    (True, False)
    """
    if str(path.absolute()).startswith(_OPEN_FILES):
        return True
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


@contextmanager
def written_to_stream(path: Path) -> Iterator[Path]:
    """Give a temporary file; write its bytes to a stream when the block ends well.

    The stream is opened first: a named pipe that nobody reads is an error, not an endless wait.

    Raises
    ------
    InputError: it cannot be written to, nobody reads it, or the block made a folder.

    Example
    -------
    >>> with written_to_stream(Path("/dev/null")) as partial:
    ...     _ = partial.write_text("0.5")
    """
    try:
        stream = _opened(path)
    except OSError as error:
        raise InputError(
            f"cannot write to {path} ({error.strerror}): let something read it, or give a file"
        ) from error
    with os.fdopen(stream, "wb") as sink, tempfile.TemporaryDirectory() as folder:
        partial = Path(folder, path.name)
        yield partial
        if partial.is_dir():
            raise InputError(f"{path} is no place for a folder: give another path")
        with partial.open("rb") as whole:
            try:
                shutil.copyfileobj(whole, sink)
                sink.flush()
            except BrokenPipeError as error:
                raise InputError(f"{path} was closed before all was written to it") from error


def _opened(path: Path) -> int:
    name = path.name
    if str(path.absolute()).startswith(_OPEN_FILES):
        number = {"stdout": "1", "stderr": "2"}.get(name, name)
        if number.isdecimal():
            # Opened anew, a file would be written at an offset of its own, and what this process or
            # its shell says next would overwrite that.
            return os.dup(int(number))
    stream = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_NOCTTY)
    os.set_blocking(stream, True)
    return stream
