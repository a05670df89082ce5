"""Groups of a list's trials: by gender, noise, duration, quality, session."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.text_lines import number_of
from speechdistill.verification.trials.trial_list import TrialList
from speechdistill.verification.trials.utterance_facts import UtteranceFacts

UNKNOWN = "unknown"
SESSION = "session"
MOST_KINDS = 5


@dataclass(frozen=True)
class TrialGroup:
    """Some trials of a list.

    Attributes
    ----------
    name: what its trials have in common.
    is_member: bool ``(trials,)``.
    """

    name: str
    is_member: np.ndarray


def groups_by_column(
    trials: TrialList, facts: UtteranceFacts, column: str, edges: Sequence[float] | None = None
) -> list[TrialGroup]:
    """Group trials by a column: ``session`` by same or not, many numbers by size, else by kind.

    Arguments
    ---------
    trials: the trials.
    facts: has the column; for ``session`` it need not, as VoxCeleb's names say it.
    column: its name.
    edges: see :func:`groups_by_number`; without them, up to five numbers are kinds, as SNRs are.

    Raises
    ------
    InputError: no table has the column, or edges are given and it is not of numbers.

    Example
    -------
    >>> facts = UtteranceFacts({"gender": {"a": "f", "b": "m"}})
    >>> trials = TrialList(["a/1", "b/1"], np.array([0, 0]), np.array([0, 1]), np.array([1, 0]))
    >>> [group.name for group in groups_by_column(trials, facts, "gender")]
    ['f', 'f / m']
    """
    if column == SESSION:
        is_told = SESSION in facts.columns
        return groups_by_session(trials, facts.texts(column, trials) if is_told else None)
    texts = facts.texts(column, trials)
    if edges is None and not _are_many_numbers(texts):
        return groups_by_kind(trials, texts)
    return groups_by_number(trials, facts.numbers(column, trials), edges)


def _are_many_numbers(texts: Sequence[str | None]) -> bool:
    known = {text for text in texts if text is not None}
    try:
        return len({number_of(text) for text in known}) > MOST_KINDS
    except ValueError:
        return False


def groups_by_kind(trials: TrialList, kinds: Sequence[str | None]) -> list[TrialGroup]:
    """Group trials by what kind their two utterances are of, whichever is which.

    Arguments
    ---------
    trials: the trials.
    kinds: one per name of the list, such as its speaker's gender or its noise condition; None
        where it is unknown.

    Example
    -------
    >>> trials = TrialList(
    ...     ["a", "b", "c"], np.array([0, 0, 2]), np.array([0, 2, 1]), np.array([1, 0, 0])
    ... )
    >>> [(group.name, group.is_member.tolist()) for group in groups_by_kind(trials, "mfm")]
    [('f / m', [False, False, True]), ('m', [True, True, False])]
    """
    known, of_names = np.unique([kind or "" for kind in kinds], return_inverse=True)
    sides = of_names[trials.enrol], of_names[trials.test]
    pairs, of_trials = np.unique(
        np.minimum(*sides) * len(known) + np.maximum(*sides), return_inverse=True
    )
    groups = []
    for number, pair in enumerate(pairs.tolist()):
        first, second = (known[each] for each in divmod(pair, len(known)))
        if "" in (first, second):
            continue
        name = str(first) if first == second else f"{first} / {second}"
        groups.append(TrialGroup(name, of_trials == number))
    is_known = np.array([kind is not None for kind in kinds])
    return groups + _unknown(is_known[trials.enrol] & is_known[trials.test])


def groups_by_test(trials: TrialList, kinds: Sequence[str | None]) -> list[TrialGroup]:
    """Group trials by what kind their test utterance is of, whatever the model was enrolled with.

    Arguments
    ---------
    trials: the trials.
    kinds: one per name of the list, such as its genre; None where it is unknown.

    Example
    -------
    >>> trials = TrialList(["m", "a", "b"], np.array([0, 0]), np.array([1, 2]), np.array([1, 0]))
    >>> groups = groups_by_test(trials, [None, "singing", "vlog"])
    >>> [(group.name, group.is_member.tolist()) for group in groups]
    [('singing', [True, False]), ('vlog', [False, True])]
    """
    known, of_names = np.unique([kind or "" for kind in kinds], return_inverse=True)
    of_trials = of_names[trials.test]
    groups = [
        TrialGroup(str(kind) or UNKNOWN, of_trials == number) for number, kind in enumerate(known)
    ]
    groups.sort(key=lambda group: group.name == UNKNOWN)
    return [group for group in groups if group.is_member.any()]


def groups_by_number(
    trials: TrialList, numbers: np.ndarray, edges: Sequence[float] | None = None
) -> list[TrialGroup]:
    """Group trials by the lower number of their two utterances: the weaker side sets the limit.

    Arguments
    ---------
    trials: the trials.
    numbers: one per name of the list, such as its duration or quality; NaN where it is unknown.
    edges: rising, between the groups; by default those that make three of equal size.

    Raises
    ------
    InputError: the edges do not rise, or no trial has a number.

    Example
    -------
    >>> trials = TrialList(["a", "b"], np.array([0, 1]), np.array([1, 1]), np.array([0, 1]))
    >>> [group.name for group in groups_by_number(trials, np.array([1.5, 4.0]), [2, 5])]
    ['below 2', '2 to 5']
    """
    lower = np.minimum(numbers[trials.enrol], numbers[trials.test])
    is_known = ~np.isnan(lower)
    if edges is None:
        if not is_known.any():
            raise InputError("no utterance of the trials has a value: give a table of the trials'")
        edges = np.unique(np.quantile(lower[is_known], [1 / 3, 2 / 3])).tolist()
    if np.any(np.diff(edges) <= 0):
        raise InputError(f"the edges {', '.join(f'{edge:g}' for edge in edges)} do not rise")
    bins = np.searchsorted(edges, lower, side="right")
    texts = [f"{edge:.4g}" for edge in edges]
    names = [
        f"below {texts[0]}",
        *(f"{low} to {high}" for low, high in pairwise(texts)),
        f"{texts[-1]} and more",
    ]
    groups = [TrialGroup(name, is_known & (bins == number)) for number, name in enumerate(names)]
    groups = [group for group in groups if group.is_member.any()]
    return groups + _unknown(is_known)


def groups_by_session(
    trials: TrialList, sessions: Sequence[str | None] | None = None
) -> list[TrialGroup]:
    """Group target trials by whether both utterances are of one session; non-targets are shared.

    Different speakers have no session in common, so each group has all non-target trials.

    Arguments
    ---------
    trials: the trials.
    sessions: one per name of the list, None where it is unknown; by default the second of three or
        more path parts, VoxCeleb's video.

    Example
    -------
    >>> trials = TrialList(
    ...     ["a/v/1", "a/v/2", "a/w/1", "b/v/1"],
    ...     np.array([0, 0, 0]), np.array([1, 2, 3]), np.array([1, 1, 0]),
    ... )
    >>> [(group.name, group.is_member.tolist()) for group in groups_by_session(trials)]
    [('different sessions', [False, True, True]), ('same session', [True, False, True])]
    """
    if sessions is None:
        parts = [name.split("/") for name in trials.ids]
        sessions = [each[1] if len(each) > 2 else None for each in parts]
    known, of_names = np.unique([session or "" for session in sessions], return_inverse=True)
    enrol, test = of_names[trials.enrol], of_names[trials.test]
    is_nontarget, is_same = trials.labels != 1, enrol == test
    is_unknown = (known[enrol] == "") | (known[test] == "")
    groups = [
        TrialGroup("different sessions", is_nontarget | ~(is_same | is_unknown)),
        TrialGroup("same session", is_nontarget | (is_same & ~is_unknown)),
        TrialGroup(UNKNOWN, is_nontarget | is_unknown),
    ]
    return [group for group in groups if np.any(group.is_member & ~is_nontarget)]


def _unknown(is_known: np.ndarray) -> list[TrialGroup]:
    return [] if is_known.all() else [TrialGroup(UNKNOWN, ~is_known)]
