"""Scores of trials that come a block at a time, as pairs of rows of embeddings."""

from dataclasses import dataclass

import numpy as np

from speechdistill.base.chunks import for_each_chunk
from speechdistill.base.errors import InputError
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.scoring.backend import Backend, CosineBackend
from speechdistill.verification.scoring.cohort_statistics import CohortStatistics
from speechdistill.verification.scoring.side import Side, check_finite

# Copies of so few rows stay in the cache.
TRIALS_AT_ONCE = 1024


@dataclass(frozen=True)
class Cohort:
    """The impostors of S-norm and AS-norm.

    Attributes
    ----------
    embeddings: of speakers who are in no trial; usually :func:`~.speakers.speaker_means` of the
        training set.
    top_n: how many of them, those nearest to an utterance, are its cohort (AS-norm); None for all
        (S-norm).
    """

    embeddings: KeyedVectors
    top_n: int | None = None


class TrialScorer:
    """Scores trials by a back-end, normalised by a cohort if there is one.

    The score is ``s = <e, t>``, or with a cohort ``((s - m_e) / d_e + (s - m_t) / d_t) / 2``, where
    ``m`` and ``d`` are mean and standard deviation of the ``top_n`` highest scores of either side
    against the cohort (:func:`~.adaptive_snorm`, :func:`~.snorm`).

    An embedding is read, mapped and compared with the cohort when a trial first names it. Memory:
    one float32 copy of the embeddings that were named.

    Arguments
    ---------
    enrol, test: embeddings of both sides; often the same.
    backend: how they are compared: :class:`CosineBackend` (the default) or :class:`~.plda.Plda`.
    cohort: for normalised scores.
    utterances: how many each row of ``enrol`` stands for, shape ``(rows,)``; by default 1.

    Raises
    ------
    InputError: the two sides or the cohort differ in dimension, or the cohort is broken.

    Example
    -------
    >>> vectors = KeyedVectors(["a", "b", "c"], np.array([[1.0, 0], [0, 2], [3, 4]]))
    >>> scorer = TrialScorer(vectors, vectors)
    >>> scorer.scores(np.array([2, 0]), np.array([0, 1])).round(3).tolist()
    [0.6000000238418579, 0.0]
    """

    def __init__(
        self,
        enrol: KeyedVectors,
        test: KeyedVectors,
        backend: Backend | None = None,
        cohort: Cohort | None = None,
        utterances: np.ndarray | None = None,
    ) -> None:
        backend = CosineBackend() if backend is None else backend
        _check_dimensions(enrol, test, "enrolment")
        counts = np.ones(len(enrol), dtype=np.int64) if utterances is None else utterances
        enrol_cohort = test_cohort = None
        if cohort is not None:
            _check_dimensions(cohort.embeddings, test, "cohort")
            ids, impostors = cohort.embeddings.ids, cohort.embeddings.vectors
            rows = np.arange(len(impostors))
            as_test = backend.test_vectors(impostors).astype(np.float32)
            as_enrol = backend.enrol_vectors(impostors, np.ones_like(rows)).astype(np.float32)
            check_finite(as_test, rows, ids)
            check_finite(as_enrol, rows, ids)
            enrol_cohort = CohortStatistics(as_test, cohort.top_n)
            test_cohort = CohortStatistics(as_enrol, cohort.top_n)

        def test_vectors(rows: np.ndarray) -> np.ndarray:
            return backend.test_vectors(test.vectors[rows])

        def enrol_vectors(rows: np.ndarray) -> np.ndarray:
            return backend.enrol_vectors(enrol.vectors[rows], counts[rows])

        width = backend.test_vectors(np.ones((1, test.vectors.shape[1]))).shape[1]
        self._test = Side(test.ids, width, test_vectors, test_cohort)
        self._enrol = self._test
        if enrol is not test or not backend.sides_are_alike:
            self._enrol = Side(enrol.ids, width, enrol_vectors, enrol_cohort)
        self._is_normalised = cohort is not None

    def scores(self, enrol_rows: np.ndarray, test_rows: np.ndarray) -> np.ndarray:
        """Score trials given as rows of the embeddings of either side.

        Arguments
        ---------
        enrol_rows, test_rows: integer arrays ``(trials,)``.

        Returns
        -------
        float32 ``(trials,)``.

        Raises
        ------
        InputError: an embedding is zero or not finite, or its cohort's scores are all equal.
        """
        self._require(enrol_rows, test_rows)
        self._enrol.check_whole(enrol_rows)
        self._test.check_whole(test_rows)
        scores = np.empty(len(enrol_rows), dtype=np.float32)

        def score(trials: slice) -> None:
            enrol, test = enrol_rows[trials], test_rows[trials]
            found = scores[trials]
            vectors = self._enrol.vectors[enrol], self._test.vectors[test]
            np.einsum("ij,ij->i", *vectors, out=found)
            if self._is_normalised:
                by_enrol = _standardised(found, self._enrol, enrol)
                found[:] = (by_enrol + _standardised(found, self._test, test)) / 2

        for_each_chunk(score, len(scores), TRIALS_AT_ONCE)
        return scores

    def broken(
        self, enrol_rows: np.ndarray, test_rows: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return which trials have an embedding on either side that is zero or not finite.

        Such trials cannot be scored.

        Returns
        -------
        Two bool arrays ``(trials,)``.
        """
        self._require(enrol_rows, test_rows)
        return self._enrol.is_broken[enrol_rows], self._test.is_broken[test_rows]

    def named(self) -> tuple[list[str], list[str]]:
        """Return the ids that trials have named so far, of enrolment and test."""
        enrol, test = (
            [side.ids[row] for row in np.flatnonzero(side.is_named).tolist()]
            for side in (self._enrol, self._test)
        )
        return enrol, test

    def _require(self, enrol_rows: np.ndarray, test_rows: np.ndarray) -> None:
        if self._enrol is self._test:
            self._test.require(enrol_rows, test_rows)
        else:
            self._enrol.require(enrol_rows)
            self._test.require(test_rows)


def _standardised(scores: np.ndarray, side: Side, rows: np.ndarray) -> np.ndarray:
    return (scores - side.mean[rows]) / side.deviation[rows]


def _check_dimensions(embeddings: KeyedVectors, test: KeyedVectors, who: str) -> None:
    found, expected = embeddings.vectors.shape[1], test.vectors.shape[1]
    if found != expected:
        raise InputError(
            f"{who} embeddings have {found} dimensions and test embeddings {expected}: "
            "give embeddings of one system"
        )
