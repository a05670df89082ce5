"""The trials that a system gets most wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from speechdistill.verification.trials.trial_list import TrialList


@dataclass(frozen=True)
class Hardest:
    """A system's worst errors of one kind.

    Attributes
    ----------
    rows: trials, the worst first, no two of the same two speakers.
    n_errors: how many trials of this kind are errors at the threshold, of ``n_trials``.
    """

    rows: Sequence[int]
    n_errors: int
    n_trials: int


def hardest(
    trials: TrialList, scores: np.ndarray, threshold: float, is_target: bool, most: int
) -> Hardest:
    """Find targets of the lowest scores or non-targets of the highest, on the wrong side.

    Arguments
    ---------
    trials: the trials.
    scores: shape ``(trials,)``.
    threshold: trials with ``score >= threshold`` are accepted.
    is_target: find rejected targets, else accepted non-targets.
    most: how many at most.

    Example
    -------
    >>> trials = TrialList(
    ...     ["a/1", "b/1", "b/2"], np.array([0, 0, 1]), np.array([1, 2, 2]), np.array([0, 0, 1])
    ... )
    >>> found = hardest(trials, np.array([0.9, 0.8, 0.1]), 0.5, is_target=False, most=2)
    >>> found.rows, found.n_errors, found.n_trials
    ([0], 2, 2)
    """
    is_kind = (trials.labels == 1) == is_target
    is_wrong = is_kind & ((scores < threshold) if is_target else (scores >= threshold))
    wrong = np.flatnonzero(is_wrong)
    badness = scores[wrong] if is_target else -scores[wrong]
    ranked = wrong[np.argsort(badness, kind="stable")]
    rows = list(_of_different_speakers(trials, ranked, most))
    return Hardest(rows, len(wrong), int(np.count_nonzero(is_kind)))


def _of_different_speakers(trials: TrialList, rows: np.ndarray, most: int) -> Iterator[int]:
    seen: set[frozenset[int]] = set()
    for row in rows.tolist():
        pair = frozenset(trials.speakers[[trials.enrol[row], trials.test[row]]].tolist())
        if pair not in seen:
            seen.add(pair)
            yield row
        if len(seen) == most:
            return
