"""One run at a time in a folder, also where several machines share the disk."""

import errno
import fcntl
import logging
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from speechdistill.base.errors import InputError

logger = logging.getLogger(__name__)

LOCK = ".lock"  # tools/experiment.sh locks a whole --exp by a file of the same name and form
HOLDER = re.compile(rb"(process \d+ on [^\n]*\n)?")
LONGEST = 1000  # bytes
HELD = {errno.EACCES, errno.EAGAIN}


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder, which is made if there is none, until the block ends.

    The lock is the operating system's on the file ``.lock``: it ends with the process that holds
    it, however that ends, and NFS carries it to other machines. On a disk that knows no locks
    there is a warning and none.

    Raises
    ------
    InputError: another run holds it.

    Example
    -------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with locked(folder):
    ...     (folder / LOCK).read_text().split()[0]
    'process'
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in HELD:
                file.seek(0)
                raise InputError(
                    f"{folder} is in use by {file.read().strip() or 'another run'}: wait for it, "
                    "or give another --exp"
                ) from error
            logger.warning("%s cannot be locked (%s): start no second run", folder, error.strerror)
        else:
            file.truncate(0)
            file.write(f"process {os.getpid()} on {socket.gethostname()}\n")
            file.flush()
        yield


def is_lock(path: Path) -> bool:
    """Whether a file is the lock of a folder: no part of what the folder holds.

    Example
    -------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with locked(folder):
    ...     is_lock(folder / LOCK)
    True
    >>> _ = (folder / LOCK).write_text("of the user's own")
    >>> is_lock(folder / LOCK)
    False
    """
    if path.name != LOCK or not path.is_file() or path.stat().st_size > LONGEST:
        return False
    return HOLDER.fullmatch(path.read_bytes()) is not None
