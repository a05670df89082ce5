"""What says how far a trial's score can be trusted, for calibration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.verification.trials.trial_list import TrialList
from speechdistill.verification.trials.utterance_facts import UtteranceFacts

LOGARITHM = "log:"


@dataclass(frozen=True)
class PairMeasures:
    """Quality measures of trials.

    Attributes
    ----------
    names: of the measures.
    values: shape ``(trials, measures)``.
    """

    names: Sequence[str]
    values: np.ndarray


def pair_measures(trials: TrialList, measures: Mapping[str, np.ndarray]) -> PairMeasures:
    """Give each trial the lower and the higher value of its two utterances.

    So a trial's measures do not change when its sides are swapped (Thienpondt et al., "The IDLab
    VoxSRC-20 submission: large margin fine-tuning and quality-aware score calibration", ICASSP
    2021).

    Arguments
    ---------
    trials: the trials.
    measures: name -> one number per name of the trial list, such as log durations, qualities in
        [0, 1] or :func:`embedding_measures`.

    Raises
    ------
    InputError: an utterance of the trials lacks a value, or it is not finite.

    Example
    -------
    >>> trials = TrialList(
    ...     ["a/1", "a/2", "b/1"], np.array([0, 2]), np.array([1, 0]), np.array([1, 0])
    ... )
    >>> found = pair_measures(trials, {"duration": np.array([4.0, 2.0, 8.0])})
    >>> found.names, found.values.tolist()
    (['lower duration', 'higher duration'], [[2.0, 4.0], [4.0, 8.0]])
    """
    names, values = [], []
    for name, of_utterances in measures.items():
        sides = of_utterances[trials.enrol], of_utterances[trials.test]
        _require_finite(trials, name, of_utterances)
        names += [f"lower {name}", f"higher {name}"]
        values += [np.minimum(*sides), np.maximum(*sides)]
    return PairMeasures(names, np.column_stack(values) if values else np.empty((len(trials), 0)))


def pair_measures_of_columns(
    trials: TrialList, facts: UtteranceFacts, columns: Sequence[str]
) -> PairMeasures:
    """Take quality measures from tables.

    Arguments
    ---------
    trials: the trials.
    facts: has the columns.
    columns: their names; ``log:NAME`` takes the logarithm, which suits durations.

    Raises
    ------
    InputError: no table has a column, or an utterance of the trials lacks a value.

    Example
    -------
    >>> facts = UtteranceFacts({"duration": {"a": "1", "b": "2"}})
    >>> trials = TrialList(["a", "b"], np.array([0, 0]), np.array([0, 1]), np.array([1, 0]))
    >>> pair_measures_of_columns(trials, facts, ["log:duration"]).values.round(2).tolist()
    [[0.0, 0.0], [0.0, 0.69]]
    """
    measures = {}
    for column in columns:
        numbers = facts.numbers(column.removeprefix(LOGARITHM), trials)
        if column.startswith(LOGARITHM):
            numbers = np.log(numbers, out=np.full(len(numbers), np.nan), where=numbers > 0)
        measures[column] = numbers
    return pair_measures(trials, measures)


def _require_finite(trials: TrialList, name: str, of_utterances: np.ndarray) -> None:
    used = np.union1d(trials.enrol, trials.test)
    unknown = used[~np.isfinite(of_utterances[used])]
    if len(unknown):
        raise InputError(
            f"{len(unknown)} of {len(used)} utterances of {trials.source or 'the trial list'} have "
            f"no finite {name}, such as {trials.names[unknown[0]]}: give it for all"
        )
