"""Where an experiment may be: not where a corpus would take it for a person, nor over a corpus."""

from collections.abc import Iterable
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.layout import find_audio_roots, find_face_roots
from speechdistill.storage.places import DATA, TESTS, Stage


def check_exp(exp: Path, corpora: Iterable[Path]) -> None:
    """Refuse an experiment that its corpus would read as a part of itself, or be replaced by.

    Beside a corpus, around it, and in one but not among its people it is fine.

    Arguments
    ---------
    exp: the experiment's folder, there or not.
    corpora: folders and files that it is made from, there or not.

    Raises
    ------
    InputError: it is such a folder, lies among the folders of speakers, classes or faces of one, or
        would be written over one.

    Example
    -------
    >>> check_exp(Path("/usr/lib"), [Path("/usr/lib")])
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: --exp /usr/lib is the corpus: give another --exp
    """
    place = exp.resolve()
    for corpus in corpora:
        folder = corpus.resolve()
        if place == folder:
            raise InputError(f"--exp {exp} is the corpus: give another --exp")
        for written in (place / DATA, place / TESTS):
            if folder.is_relative_to(written):
                raise InputError(
                    f"--exp {exp}: the corpus {corpus} is in {written}, which "
                    f"{Stage.MANIFESTS} writes: give another --exp"
                )
        if not place.is_relative_to(folder) or not folder.is_dir():
            continue
        for root in find_audio_roots(folder) + find_face_roots(folder) or [folder]:
            if place.is_relative_to(root.resolve()):
                raise InputError(
                    f"--exp {exp} lies among the people of the corpus, in {root}: give another "
                    "--exp"
                )
