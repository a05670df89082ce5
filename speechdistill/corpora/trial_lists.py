"""Test trial lists, checked against the utterances that there are."""

import os
import re
import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.corpora.names import LONGEST_NAME
from speechdistill.corpora.skipped import SkippedItems
from speechdistill.storage.files import written_whole
from speechdistill.storage.places import SKIPPED
from speechdistill.verification.trials.trial_list import TrialList

UNFIT = re.compile(r"^[.-]|[\x00-\x1f\x7f\ud800-\udfff]")


def load_trial_lists(
    paths: Sequence[Path], labelled: bool = True, names: Sequence[str] | None = None
) -> list[TrialList]:
    """Read several lists, which must be ``labelled`` or need not, to be kept under some ``names``.

    Without names these are their own; a list that is kept under several is read once.

    Raises
    ------
    InputError: a list is missing, empty or malformed, or two would have scores of one name.
    """
    for path in paths:
        if UNFIT.search(path.name) or len(os.fsencode(path.name)) > LONGEST_NAME:
            raise InputError(
                f"the trial list {str(path)[:300]!r} is hidden, begins with a dash, or has a "
                f"control character, no UTF-8 or over {LONGEST_NAME} bytes in its name: rename it"
            )
    # Scores and columns of results are called after the list, without its suffix.
    stems = [Path(name).stem for name in names or map(kept_name, paths)]
    for stem, path in zip(stems, paths, strict=True):
        if stems.count(stem) > 1:
            raise InputError(
                f"two trial lists are called {stem} (one is {path}): their scores would have one "
                "name, so rename one"
            )
    loaded = {path: TrialList.load(path, labelled) for path in dict.fromkeys(paths)}
    return [loaded[path] for path in paths]


def contradicted(trials: TrialList, speaker_of: Mapping[str, str]) -> list[int]:
    """Count the trials whose labels are not what is known of who speaks.

    Arguments
    ---------
    trials: a list.
    speaker_of: id of an utterance or a model -> speaker.

    Returns
    -------
    How many are labelled 1 though two people speak, and 0 though one does.

    Example
    -------
    >>> names = ["a/1.wav", "a/2.wav", "b/1.wav"]
    >>> trials = TrialList(names, np.array([0, 0]), np.array([1, 2]), np.array([0, 1]))
    >>> contradicted(trials, {"a/1": "a", "a/2": "a", "b/1": "b"})
    [1, 1]
    """
    people = [speaker_of.get(name, name) for name in trials.ids]
    number_of = {person: number for number, person in enumerate(dict.fromkeys(people))}
    speaker = np.array([number_of[person] for person in people])
    is_same = speaker[trials.enrol] == speaker[trials.test]
    is_target, is_nontarget = trials.labels == 1, trials.labels == 0
    return [int(np.sum(is_target & ~is_same)), int(np.sum(is_nontarget & is_same))]


def kept_name(path: Path) -> str:
    """Return what a list is called in ``test/trials``: it has a suffix, if need be ``.txt``.

    Example
    -------
    >>> kept_name(Path("lists/O.lst")), kept_name(Path("lists/trials"))
    ('O.lst', 'trials.txt')
    """
    stem, dot, _ = path.name.rpartition(".")
    return path.name if stem and dot else f"{path.name}.txt"


def save_known_trials(
    trials: TrialList,
    known: Collection[str],
    output: Path,
    limit: float,
    skipped: SkippedItems,
    models: Mapping[str, Sequence[str]] | None = None,
) -> int:
    """Write a list of the trials between ``known`` utterances, or models made of such.

    If none is unknown, the list is copied byte for byte, so that its hash stays the official one.
    Returns the number of trials left out.

    Arguments
    ---------
    trials: a list read from a file.
    known: utterance ids that can be scored.
    output: the file to write.
    limit: the largest share of trials that may name an unknown utterance.
    skipped: the unknown utterances are added to it.
    models: the utterances that enrol each model.

    Raises
    ------
    InputError: more than ``limit`` of the trials name an unknown utterance.
    """
    models = models or {}
    source = trials.source
    if source is None:
        raise ValueError("the trials must come from a file")
    lacking = [
        [each for each in models.get(name, [name]) if each not in known] for name in trials.ids
    ]
    is_whole = np.array([not names for names in lacking])
    is_known = is_whole | np.array([name in known for name in trials.ids])
    is_kept = is_whole[trials.enrol] & is_known[trials.test]
    unknown: dict[str, str] = {}  # utterance -> what the list wants of it
    for written, name, names in zip(trials.names, trials.ids, lacking, strict=True):
        for each in names:
            if each == name:
                unknown.setdefault(written, f"named by {source.name}")
            else:
                unknown.setdefault(each, f"enrols {name} of {source.name}")
    skipped.add((name, f"{why}, not in the corpus or unusable") for name, why in unknown.items())
    dropped = int(np.count_nonzero(~is_kept))
    if dropped > limit * len(trials):
        name, why = next(iter(unknown.items()))
        first = f"{name}, which {why}" if why.startswith("enrols") else name
        raise InputError(
            f"{dropped} of {len(trials)} trials of {source} name a file that is not in the corpus "
            f"or unusable (first: {first}; see {SKIPPED}): complete --data, give the list that "
            f"belongs to it, or raise --skipped-limit above {limit:g}"
        )
    if dropped:
        trials.subset(is_kept).save(output)
    else:
        with written_whole(output) as partial:
            shutil.copyfile(source, partial)
    return dropped
