"""Test trial lists, checked against the utterances that there are."""

import shutil
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.corpora.skipped import SkippedItems
from speechdistill.storage.files import written_whole
from speechdistill.verification.trials.trial_list import TrialList


def load_trial_lists(paths: Sequence[Path]) -> list[TrialList]:
    """Read several lists.

    Raises
    ------
    InputError: a list is missing, empty or malformed, or two files have the same name.
    """
    names = [path.name for path in paths]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"two trial lists are called {name}: rename one of them")
    return [TrialList.load(path) for path in paths]


def named_utterances(lists: Iterable[TrialList]) -> dict[str, set[str]]:
    """The utterance ids that the trials name, by speaker: the first part of the path."""
    named: dict[str, set[str]] = {}
    for trials in lists:
        for name in trials.ids:
            named.setdefault(name.partition("/")[0], set()).add(name)
    return named


def save_known_trials(
    trials: TrialList, known: Collection[str], folder: Path, limit: float, skipped: SkippedItems
) -> int:
    """Write ``<folder>/<name of the list>`` with the trials between ``known`` utterances.

    If none is unknown, the list is copied byte for byte, so that its hash stays the official one.
    Returns the number of trials left out.

    Arguments
    ---------
    trials: a list read from a file.
    known: utterance ids that can be scored.
    folder: where to write.
    limit: the largest share of trials that may name an unknown utterance.
    skipped: the unknown utterances are added to it.

    Raises
    ------
    InputError: more than ``limit`` of the trials name an unknown utterance.
    """
    source = trials.source
    if source is None:
        raise ValueError("the trials must come from a file")
    is_known = np.array([name in known for name in trials.ids])
    is_kept = is_known[trials.enrol] & is_known[trials.test]
    unknown = [name for name, kept in zip(trials.names, is_known, strict=True) if not kept]
    skipped.add(
        (name, f"named by {source.name}, not in the corpus or unusable") for name in unknown
    )
    dropped = int(np.count_nonzero(~is_kept))
    if dropped > limit * len(trials):
        raise InputError(
            f"{dropped} of {len(trials)} trials of {source} name a file that is not in the corpus "
            f"or unusable (first: {unknown[0]}): complete --data, give the list that belongs to "
            f"it, or raise --skipped-limit above {limit:g}"
        )
    if dropped:
        trials.subset(is_kept).save(folder / source.name)
    else:
        with written_whole(folder / source.name) as partial:
            shutil.copyfile(source, partial)
    return dropped
