"""What says how far a trial's score can be trusted, for calibration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from speechdistill.errors import InputError
from speechdistill.keyed_vectors import KeyedVectors
from speechdistill.verification.trials import TrialList


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
        [0, 1], :func:`embedding_magnitudes` or means of cohort scores.

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


def embedding_magnitudes(trials: TrialList, vectors: KeyedVectors) -> np.ndarray:
    """Return the Euclidean length of each utterance's embedding, as the model gave it.

    Models trained with a softmax over classes give shorter embeddings to utterances that they are
    unsure of; embeddings stored at length 1 say nothing.

    Arguments
    ---------
    trials: its names are looked up.
    vectors: embeddings, not length-normalised, keyed by utterance id.

    Returns
    -------
    float64, one per name of the list; NaN where there is no embedding.

    Example
    -------
    >>> trials = TrialList(
    ...     ["a.wav", "b.wav"], np.array([0, 0]), np.array([0, 1]), np.array([1, 0])
    ... )
    >>> embedding_magnitudes(trials, KeyedVectors(["a"], np.array([[3.0, 4.0]])))
    array([ 5., nan])
    """
    found = np.full(len(trials.names), np.nan)
    rows = np.array([vectors.row_of.get(name, -1) for name in trials.ids])
    there = np.flatnonzero(rows >= 0)
    found[there] = np.linalg.norm(vectors.vectors[rows[there]], axis=1)
    return found


def _require_finite(trials: TrialList, name: str, of_utterances: np.ndarray) -> None:
    used = np.union1d(trials.enrol, trials.test)
    unknown = used[~np.isfinite(of_utterances[used])]
    if len(unknown):
        raise InputError(
            f"{len(unknown)} of {len(used)} utterances of {trials.source or 'the trial list'} have "
            f"no finite {name}, such as {trials.names[unknown[0]]}: give it for all"
        )
