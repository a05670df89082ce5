"""Of which kind a corpus is: found by itself where its layout is plain, or named."""

import importlib
import pkgutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Protocol, cast

from speechdistill.base.errors import InputError
from speechdistill.base.nearest import nearest
from speechdistill.corpora import kinds
from speechdistill.corpora.corpus import Corpus
from speechdistill.corpora.layout import AUDIO_FOLDERS
from speechdistill.corpora.near_misses import remedy
from speechdistill.storage.files import is_there

AUTO = "auto"
GENERIC = "folders"  # others have folders of speakers, too
EXAMPLE = "<speaker>/<utterance>.wav"
LOOSE = "files"  # audio right in a folder: beside folders of speakers it may be astray
SHOWN = 3  # names of what is in a folder
# Folders that look like folders of speakers, and the kinds that they are a part of.
INSIDE = {"data": ("cn-celeb",)} | dict.fromkeys(AUDIO_FOLDERS, ("voxceleb",))


class Kind(Protocol):
    """A module of ``speechdistill.corpora.kinds``.

    Attributes
    ----------
    FORM: the layout, in a line.
    """

    FORM: str

    def detect(self, path: Path) -> bool:
        """Whether a folder or a file is plainly of this kind."""
        ...

    def read(self, paths: Sequence[Path]) -> Corpus:
        """Return what is in the folders or files of a corpus.

        Raises
        ------
        InputError: they are not of this kind.
        """
        ...


@cache
def corpus_kinds() -> dict[str, Kind]:
    """Return the kinds by name.

    Example
    -------
    >>> "voxceleb" in corpus_kinds()
    True
    """
    names = sorted(module.name for module in pkgutil.iter_modules(kinds.__path__))
    found = {name: importlib.import_module(f"{kinds.__name__}.{name}") for name in names}
    return {name.replace("_", "-"): cast("Kind", module) for name, module in found.items()}


def kind_of(path: Path, name: str = AUTO) -> str:
    """Return the name of the kind that a corpus is of.

    Arguments
    ---------
    path: its folder, or the file that lists it.
    name: of the kind; ``auto`` to look.

    Raises
    ------
    InputError: there is nothing at ``path``, no kind of this name, or not exactly one kind whose
        layout this is.
    """
    known = corpus_kinds()
    if name != AUTO:
        if name not in known:
            raise InputError(
                f"no kind of corpus is called {name}, the nearest is {nearest(name, known)}: give "
                f"--corpus one of {', '.join(known)}"
            )
        return name
    if not is_there(path):
        raise InputError(f"no folder {path}: give a corpus with --data")
    found = _kinds_at(path)
    if len(found) > 1:
        raise InputError(
            f"{path} could be of {len(found)} kinds: say which with --corpus {' or '.join(found)}"
        )
    if not found:
        told = remedy(path, _only_kind_at) or (
            f"say with --corpus which it should have, of {', '.join(known)}, and you are told what "
            f"it lacks, or make it {EXAMPLE}"
        )
        raise InputError(f"{path} has no known layout ({_content(path)}): {told}")
    if found == [GENERIC]:
        _check_not_inside(path)
    return found[0]


def _kinds_at(path: Path) -> list[str]:
    known = corpus_kinds()
    found = [each for each, kind in known.items() if each != GENERIC and kind.detect(path)]
    if found in ([], [LOOSE]) and known[GENERIC].detect(path):
        found.append(GENERIC)
    return found


def _only_kind_at(path: Path) -> str | None:
    found = _kinds_at(path)
    return found[0] if len(found) == 1 else None


def _check_not_inside(path: Path) -> None:
    """Refuse the folder of speakers of a corpus whose lists and tables are beside it."""
    above = path.absolute().parent
    for name in INSIDE.get(path.absolute().name, ()):
        kind = corpus_kinds()[name]
        if kind.detect(above) and ((corpus := kind.read([above])).trials or corpus.tables):
            raise InputError(
                f"{path} is a part of {above} ({name}), whose lists are beside it: give that, or "
                f"say --corpus {GENERIC}"
            )


def _content(path: Path) -> str:
    """Say what is in a folder, in a few words; of a file nothing but that it is one."""
    if not path.is_dir():
        return f"it is a file {path.suffix}".rstrip()
    names = sorted(entry.name + "/" * entry.is_dir() for entry in path.iterdir())
    if not names:
        return "it is empty"
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"it has {', '.join(name[:40] for name in names[:SHOWN])}{more}"


def read_corpus(paths: Sequence[Path], name: str = AUTO) -> Corpus:
    """Return what the folders and files of a corpus hold, each read by its kind.

    Arguments
    ---------
    paths: folders, or files that list a corpus.
    name: the kind of all of them; ``auto`` to look at each.

    Raises
    ------
    InputError: see :func:`kind_of`, and what the kind says.
    """
    grouped: dict[str, list[Path]] = {}
    for path in paths:
        grouped.setdefault(kind_of(path, name), []).append(path)
    return Corpus.joined([corpus_kinds()[kind].read(group) for kind, group in grouped.items()])
