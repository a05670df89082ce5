"""Two folders change places at once, so that a kill never finds neither in its place."""

import ctypes
import os
from pathlib import Path

# Of Linux's fcntl.h and fs.h.
AT_FDCWD, RENAME_EXCHANGE = -100, 2


def exchange(first: Path, second: Path) -> bool:
    """Let two paths of one file system change their contents; False where nothing can do that.

    Example
    -------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in ("a", "b"):
    ...     (folder / name / name).mkdir(parents=True)
    >>> if exchange(folder / "a", folder / "b"):
    ...     assert (folder / "a" / "b").is_dir()
    """
    renameat2 = getattr(ctypes.CDLL(None), "renameat2", None)  # of glibc from 2.28 on
    if renameat2 is None:
        return False
    paths = os.fsencode(first), os.fsencode(second)
    return renameat2(AT_FDCWD, paths[0], AT_FDCWD, paths[1], RENAME_EXCHANGE) == 0
