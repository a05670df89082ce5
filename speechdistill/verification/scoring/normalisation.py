"""Scores of a trial list, normalised by a cohort."""

import numpy as np

from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.scoring.backend import Backend
from speechdistill.verification.scoring.cosine import rows_of
from speechdistill.verification.scoring.trial_scorer import Cohort, TrialScorer
from speechdistill.verification.trials.trial_list import TrialList


def adaptive_snorm(
    trials: TrialList,
    enrol: KeyedVectors,
    test: KeyedVectors,
    cohort: KeyedVectors,
    top_n: int = 300,
    backend: Backend | None = None,
) -> np.ndarray:
    """Score every trial and normalise by the impostors nearest to either side (AS-norm 1).

    ``((s - m_e) / d_e + (s - m_t) / d_t) / 2``, with mean and population standard deviation of the
    ``top_n`` highest scores of the enrolment (e) and of the test utterance (t) against the cohort
    (Matějka et al., "Analysis of score normalization in multilingual speaker recognition",
    Interspeech 2017). Each utterance is compared with the cohort once, however many trials name it.

    Arguments
    ---------
    trials: the trials; every utterance must have an embedding.
    enrol, test: embeddings of both sides, keyed by utterance id; often the same.
    cohort: embeddings of speakers who are in no trial, usually
        :func:`~speechdistill.verification.trials.speakers.speaker_means` of the training set.
    top_n: from 2 to the size of the cohort.
    backend: how embeddings are compared; by default their cosine.

    Returns
    -------
    float32 ``(trials,)``, in the trials' order.

    Raises
    ------
    InputError: an utterance has no embedding, an embedding is zero or not finite, dimensions
        differ, ``top_n`` is out of range, or an utterance's ``top_n`` scores are all equal.

    Example
    -------
    >>> vectors = KeyedVectors(["a/x", "a/y"], np.array([[1.0, 0], [0.8, 0.6]]))
    >>> trials = TrialList(["a/x", "a/y"], np.array([0]), np.array([1]), np.array([-1]))
    >>> cohort = KeyedVectors(["c", "d", "e"], np.array([[0, 1.0], [0.6, 0.8], [-1, 0]]))
    >>> adaptive_snorm(trials, vectors, vectors, cohort, top_n=2).round(4)  # (5/3 + 1/9) / 2
    array([0.8889], dtype=float32)
    """
    scorer = TrialScorer(enrol, test, backend, Cohort(cohort, top_n))
    return scorer.scores(*rows_of(trials, enrol, test))


def snorm(
    trials: TrialList,
    enrol: KeyedVectors,
    test: KeyedVectors,
    cohort: KeyedVectors,
    backend: Backend | None = None,
) -> np.ndarray:
    """Score every trial and normalise by the whole cohort (S-norm).

    As :func:`adaptive_snorm`, but with mean and standard deviation of all impostors' scores (Shum
    et al., "Unsupervised speaker adaptation based on the cosine similarity for text-independent
    speaker verification", Odyssey 2010).

    Example
    -------
    >>> vectors = KeyedVectors(["a/x", "a/y"], np.array([[1.0, 0], [0.8, 0.6]]))
    >>> trials = TrialList(["a/x", "a/y"], np.array([0]), np.array([1]), np.array([-1]))
    >>> cohort = KeyedVectors(["c", "d"], np.array([[0, 1.0], [0.6, 0.8]]))
    >>> snorm(trials, vectors, vectors, cohort).round(4)
    array([0.8889], dtype=float32)
    """
    scorer = TrialScorer(enrol, test, backend, Cohort(cohort))
    return scorer.scores(*rows_of(trials, enrol, test))
