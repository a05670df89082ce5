"""Installed packages that are read for the files in them, and need not be importable."""

from importlib.util import find_spec
from pathlib import Path


def folder_of_package(name: str) -> Path | None:
    """Return where a package of the top level lies, without importing it; None if it is nowhere.

    Example
    -------
    >>> folder_of_package("torch").name, folder_of_package("no_such_package")
    ('torch', None)
    """
    try:
        spec = find_spec(name)
    except ValueError:  # a module that was put into sys.modules by hand
        return None
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent
