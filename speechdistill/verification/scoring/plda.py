"""Probabilistic linear discriminant analysis with two covariances."""

from dataclasses import dataclass

import numpy as np
import scipy  # whose linalg is loaded at its first use

from speechdistill.base.errors import InputError
from speechdistill.verification.scoring.transforms import within_and_between
from speechdistill.verification.trials.speakers import SpeakerStatistics

ITERATIONS = 20
# Below this share of the variance within speakers, that between them is rounding: all scores are 0.
SMALLEST_PSI = 1e-9


@dataclass(frozen=True)
class Plda:
    """The model ``x = mean + y_speaker + e``, ``y ~ N(0, B)`` and ``e ~ N(0, W)``.

    The score of a trial is the log-likelihood ratio of one speaker against two (natural log), with
    an enrolment model of ``n`` utterances taken by the book: as ``n`` observations of one ``y``,
    whose mean is all that matters (Ioffe, "Probabilistic linear discriminant analysis", ECCV 2006;
    Brümmer and de Villiers, "The speaker partitioning problem", Odyssey 2010). In coordinates in
    which ``W = I`` and ``B = diag(psi)`` it is a sum over them: for the mean ``u`` of the enrolment
    and the test ``t``,

    ``log N(t; n psi u / (n psi + 1), 1 + psi / (n psi + 1)) - log N(t; 0, 1 + psi)``,

    and, sorted by powers of ``t``, the dot product of a vector of the enrolment and one of the test
    utterance. So trials and cohorts are scored as cosines are.

    Attributes
    ----------
    mean: float64 ``(dimension,)``.
    projection: ``V`` with ``V^T W V = I`` and ``V^T B V = diag(psi)``, ``(dimension, kept)``; what
        the training set does not vary along is left out.
    psi: variance between speakers for a variance of 1 within, ``(kept,)``.

    Example
    -------
    >>> plda = Plda(np.zeros(1), np.eye(1), np.array([1.0]))
    >>> enrol = plda.enrol_vectors(np.array([[1.0]]), np.array([1]))
    >>> round(float(enrol[0] @ plda.test_vectors(np.array([[1.0]]))[0]), 4)  # 0.1438 + 1 / 6
    0.3105
    """

    mean: np.ndarray
    projection: np.ndarray
    psi: np.ndarray
    sides_are_alike = False

    @classmethod
    def fit(cls, statistics: SpeakerStatistics, iterations: int = ITERATIONS) -> "Plda":
        """Learn the model by expectation maximisation, from the sample covariances on.

        The E-step takes the posterior of every ``y`` in the diagonal coordinates of the current
        model, where it is a matter of vectors; no step looks at single utterances.

        Arguments
        ---------
        statistics: of the training set, usually of embeddings of length 1.
        iterations: of expectation maximisation.

        Raises
        ------
        InputError: too few utterances to tell ``W``, one speaker, or speakers that do not differ.
        """
        psi, projection = within_and_between(statistics, "PLDA")
        psi = np.maximum(psi, 0)
        counts = statistics.counts[:, None].astype(np.float64)
        deviations = statistics.means - statistics.mean
        for _ in range(iterations):
            means = deviations @ projection
            precision = counts * psi + 1
            speakers = counts * psi / precision * means
            between = np.diag((psi / precision).mean(axis=0)) + speakers.T @ speakers / len(means)
            left = means - speakers
            within = (
                projection.T @ statistics.within @ projection
                + left.T @ (counts * left)
                + np.diag((counts * psi / precision).sum(axis=0))
            ) / counts.sum()
            psi, rotation = scipy.linalg.eigh(between, within)
            psi, projection = np.maximum(psi, 0), projection @ rotation
        if psi.max() < SMALLEST_PSI:
            raise InputError(
                f"PLDA: the {len(statistics.speakers)} training speakers do not differ: say who "
                "speaks in which embedding (--training-speakers)"
            )
        return cls(statistics.mean, projection, psi)

    def enrol_vectors(self, embeddings: np.ndarray, utterances: np.ndarray) -> np.ndarray:
        """Return one row per model: its dot product with a test row is the score.

        Arguments
        ---------
        embeddings: the mean of each model's utterances, ``(models, dimension)``.
        utterances: how many there were, ``(models,)``.
        """
        counts = utterances[:, None].astype(np.float64)
        shrinkage = counts * self.psi / (counts * self.psi + 1)
        expected = shrinkage * ((embeddings - self.mean) @ self.projection)
        precision = 1 / (1 + self.psi / (counts * self.psi + 1))
        prior = 1 / (1 + self.psi)
        constant = 0.5 * (np.log(precision / prior) - precision * expected**2).sum(axis=1)
        rows = [precision * expected, 0.5 * (prior - precision), constant[:, None]]
        return np.concatenate(rows, axis=1)

    def test_vectors(self, embeddings: np.ndarray) -> np.ndarray:
        """Return one row per test utterance, from ``(utterances, dimension)``."""
        vectors = (embeddings - self.mean) @ self.projection
        return np.concatenate([vectors, vectors**2, np.ones((len(vectors), 1))], axis=1)
