"""Cosine scores of a trial list."""

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.scoring.trial_scorer import TrialScorer
from speechdistill.verification.trials.trial_list import TrialList


def cosine_scores(trials: TrialList, enrol: KeyedVectors, test: KeyedVectors) -> np.ndarray:
    """Score every trial by the cosine of its two embeddings.

    Memory: one copy of the embeddings that the trials name, however many trials there are.

    Arguments
    ---------
    trials: the trials; every utterance must have an embedding.
    enrol, test: embeddings of both sides, keyed by utterance id; often the same.

    Returns
    -------
    float32 ``(trials,)``, in the trials' order, in [-1, 1] up to rounding.

    Raises
    ------
    InputError: an utterance has no embedding, or one that is zero or not finite; or the two sides
        differ in dimension.

    Example
    -------
    >>> vectors = KeyedVectors(["a/x", "a/y", "b/z"], np.array([[1.0, 0], [2, 0], [0, 3]]))
    >>> trials = TrialList(
    ...     ["a/x.wav", "a/y.wav", "b/z.wav"], np.array([0, 0]), np.array([1, 2]), np.array([1, 0])
    ... )
    >>> cosine_scores(trials, vectors, vectors)
    array([1., 0.], dtype=float32)
    """
    return TrialScorer(enrol, test).scores(*rows_of(trials, enrol, test))


def rows_of(
    trials: TrialList, enrol: KeyedVectors, test: KeyedVectors
) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of each trial's embeddings on either side.

    Raises
    ------
    InputError: an utterance has no embedding.
    """
    ids = trials.ids
    enrol_rows = np.array([enrol.row_of.get(name, -1) for name in ids])[trials.enrol]
    test_rows = np.array([test.row_of.get(name, -1) for name in ids])[trials.test]
    absent = np.union1d(trials.enrol[enrol_rows < 0], trials.test[test_rows < 0])
    if len(absent):
        raise InputError(
            f"{len(absent)} utterances of {trials.source or 'the trial list'} have no embedding, "
            f"such as {trials.names[absent[0]]}: embed them first"
        )
    return enrol_rows, test_rows
