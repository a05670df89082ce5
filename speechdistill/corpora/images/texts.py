"""A text for every class."""

from collections.abc import Collection
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.images.class_folders import class_name
from speechdistill.corpora.metadata import load_text


def load_class_texts(path: Path, classes: Collection[str]) -> dict[str, str]:
    """Read lines ``class<TAB>text``: one for every class, and for nothing else.

    Arguments
    ---------
    path: the table.
    classes: names as of :func:`speechdistill.corpora.images.class_folders.class_name`; the table
        may have them with white space.

    Raises
    ------
    InputError: the table is missing or malformed, a class has no text, a text has no class.

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "texts.tsv"
    >>> _ = path.write_text("polar bear\\tLarge and white.\\nseal\\tSmooth and grey.\\n")
    >>> load_class_texts(path, ["polar_bear", "seal"])
    {'polar_bear': 'Large and white.', 'seal': 'Smooth and grey.'}
    """
    if not path.is_file():
        raise InputError(f"no file {path}: give lines `class<TAB>text` with --texts")
    texts = {class_name(name): text for name, text in load_text(path).items()}
    without = [name for name in classes if not texts.get(name)]
    if without:
        raise InputError(
            f"{len(without)} of {len(classes)} classes have no text in {path} "
            f"({_named(without)}): add lines `class<TAB>text`"
        )
    unknown = [name for name in texts if name not in classes]
    if unknown:
        raise InputError(
            f"{len(unknown)} texts of {path} are of no class in --data ({_named(unknown)}): "
            "name the folders and the texts alike, or remove the lines"
        )
    return texts


def _named(names: list[str]) -> str:
    return ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
