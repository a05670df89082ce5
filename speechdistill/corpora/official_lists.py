"""The trial lists of VoxCeleb1 by their usual names, and any other list by its file."""

from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.corpus import Corpus, TestList
from speechdistill.storage.files import is_there

# Title -> file names: those on the VoxCeleb site, and those of WeSpeaker.
OFFICIAL = {
    "VoxCeleb1-O": ("veri_test2.txt", "vox1_O_cleaned.kaldi", "vox1_O.txt"),
    "VoxCeleb1-O (original)": ("veri_test.txt", "vox1_O.kaldi"),
    "VoxCeleb1-E": ("list_test_all2.txt", "vox1_E_cleaned.kaldi", "vox1_E.txt"),
    "VoxCeleb1-E (original)": ("list_test_all.txt", "vox1_E.kaldi"),
    "VoxCeleb1-H": ("list_test_hard2.txt", "vox1_H_cleaned.kaldi", "vox1_H.txt"),
    "VoxCeleb1-H (original)": ("list_test_hard.txt", "vox1_H.kaldi"),
}

# Title -> number of trials.
TRIALS = {
    **{"VoxCeleb1-O": 37_611, "VoxCeleb1-O (original)": 37_720},
    **{"VoxCeleb1-E": 579_818, "VoxCeleb1-E (original)": 581_480},
    **{"VoxCeleb1-H": 550_894, "VoxCeleb1-H (original)": 552_536},
}
# Lists repeat trials, and a copy may be without its last line; other corpora's are far smaller.
SLACK = 0.01


def title_of(list_name: str, trials: int) -> str | None:
    """Return what a list is called in papers, by its file's name and its size; else None.

    Arguments
    ---------
    list_name: of the file: corpora in VoxCeleb's layout have lists of these names, too.
    trials: how many it has.

    Example
    -------
    >>> title_of("list_test_hard2.txt", 550_894), title_of("veri_test2.txt", 7680)
    ('VoxCeleb1-H', None)
    """
    for title, names in OFFICIAL.items():
        if list_name in names and abs(trials - TRIALS[title]) <= SLACK * TRIALS[title]:
            return title
    return None


def find_list(name: str, data: Path, corpus: Corpus) -> TestList:
    """Find a trial list: a file, one in the corpus's folder, one of its own, or O, E or H.

    ``O``, ``E`` and ``H`` are VoxCeleb1's cleaned lists, ``O-original`` and the like the lists of
    before, under any of their usual file names, in the folder or one level below.

    Raises
    ------
    InputError: there is no such list.

    Example
    -------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "list_test_hard2.txt").touch()
    >>> find_list("H", folder, Corpus({}, lambda names: {})).path.name
    'list_test_hard2.txt'
    """
    folder = data if data.is_dir() else data.parent
    own = {each.kept_name: each for each in corpus.trials}
    own |= {each.path.name: each for each in corpus.trials}
    own |= {Path(name).stem: each for name, each in own.items()}
    same = [each.kept_name for each in corpus.trials if name in (each.path.name, each.path.stem)]
    if len(same) > 1:
        raise InputError(
            f"{name} of {folder} is {len(same)} lists, with other enrolments: give "
            f"{' or '.join(same)}"
        )
    if name in own:
        return own[name]
    letter, _, original = name.partition("-")
    title = f"VoxCeleb1-{letter}" + (" (original)" if original == "original" else "")
    names = OFFICIAL.get(title, ()) if original in ("", "original") else ()
    places = [Path(name), folder / name]
    places += [found for each in names for found in (folder / each, *folder.glob(f"*/{each}"))]
    models = {model: made for each in corpus.trials for model, made in (each.models or {}).items()}
    for place in places:
        if is_there(place) and place.is_file():
            return TestList(place, models)
    tried = f" (expected {' or '.join(names)})" if names else ""
    there = (
        f"; it has {', '.join(sorted({each.kept_name for each in corpus.trials}))}" if own else ""
    )
    raise InputError(f"no trial list {name} in {folder}{tried}{there}: give a file of trials")
