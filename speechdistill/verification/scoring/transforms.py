"""Mean subtraction, whitening and LDA: affine maps of embeddings, learnt from a training set."""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, eigh

from speechdistill.base.errors import InputError
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.trials.speakers import ROWS_AT_ONCE, SpeakerStatistics

# Below this share of the largest, a direction's variance is rounding, not data.
SMALLEST_VARIANCE = 1e-10


@dataclass(frozen=True)
class AffineTransform:
    """The map ``x -> x @ matrix + shift`` of rows.

    Attributes
    ----------
    matrix: float64 ``(dimension, output dimension)``.
    shift: float64 ``(output dimension,)``.

    Example
    -------
    >>> plus_one_doubled = AffineTransform(np.array([[2.0]]), np.array([2.0]))
    >>> plus_one_doubled.then(plus_one_doubled)(np.array([[5.0]]))
    array([[26.]])
    """

    matrix: np.ndarray
    shift: np.ndarray

    def __call__(self, vectors: np.ndarray) -> np.ndarray:
        """Map rows, shape ``(rows, dimension)``."""
        return vectors @ self.matrix + self.shift

    def then(self, following: "AffineTransform") -> "AffineTransform":
        """Return this map followed by another, as one map."""
        return AffineTransform(self.matrix @ following.matrix, following(self.shift))

    def apply(self, embeddings: KeyedVectors) -> KeyedVectors:
        """Map embeddings, some thousand at a time, into float32 in memory.

        Raises
        ------
        InputError: the embeddings have another dimension than those the map was learnt from.
        """
        found, (expected, width) = embeddings.vectors.shape[1], self.matrix.shape
        if found != expected:
            raise InputError(
                f"embeddings of {found} dimensions, but the training embeddings have {expected}: "
                "give embeddings of one system"
            )
        mapped = np.empty((len(embeddings), width), dtype=np.float32)
        for start in range(0, len(mapped), ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            mapped[rows] = self(embeddings.vectors[rows])
        return KeyedVectors(embeddings.ids, mapped)

    def map_statistics(self, statistics: SpeakerStatistics) -> SpeakerStatistics:
        """Return the statistics that the mapped training set has."""
        return SpeakerStatistics(
            statistics.speakers,
            statistics.counts,
            self(statistics.means),
            self.matrix.T @ statistics.within @ self.matrix,
        )


def mean_subtraction(statistics: SpeakerStatistics) -> AffineTransform:
    """Move the training set's mean to the origin.

    Example
    -------
    >>> statistics = SpeakerStatistics(["a"], np.array([2]), np.array([[3.0]]), np.array([[2.0]]))
    >>> mean_subtraction(statistics)(np.array([[5.0]]))
    array([[2.]])
    """
    return _centred(np.eye(len(statistics.mean)), statistics)


def whitening(statistics: SpeakerStatistics) -> AffineTransform:
    """Give the training set mean 0 and the unit matrix as its covariance.

    ``(x - m) U diag(l)^(-1/2)`` with the covariance ``U diag(l) U^T``, as PCA whitening has it.

    Raises
    ------
    InputError: the training embeddings do not span all dimensions.

    Example
    -------
    >>> statistics = SpeakerStatistics(["a"], np.array([2]), np.array([[3.0]]), np.array([[8.0]]))
    >>> abs(whitening(statistics)(np.array([[5.0]])))
    array([[1.]])
    """
    variances, directions = eigh(statistics.between_covariance + statistics.within_covariance)
    spanned = np.count_nonzero(variances > SMALLEST_VARIANCE * variances[-1])
    if spanned < len(variances) or variances[-1] <= 0:
        raise InputError(
            f"the training embeddings span {spanned} of {len(variances)} dimensions: whitening "
            "needs more of them"
        )
    return _centred(directions / np.sqrt(variances), statistics)


def lda(statistics: SpeakerStatistics, dimension: int) -> AffineTransform:
    """Keep the directions in which speakers differ most, compared with their own utterances.

    ``(x - m) V`` with the ``dimension`` generalised eigenvectors of ``B v = l W v`` of largest
    ``l``, ``B`` the covariance between and ``W`` within speakers, and ``V^T W V = I`` (Fisher's
    linear discriminant analysis).

    Arguments
    ---------
    statistics: of the training set.
    dimension: how many directions to keep; at most the speakers less one.

    Raises
    ------
    InputError: the dimension is out of range, or there are too few utterances for ``W``.

    Example
    -------
    >>> means, within = np.array([[0.0, 0.0], [0.0, 9.0]]), np.diag([4.0, 4.0])
    >>> statistics = SpeakerStatistics(["a", "b"], np.array([2, 2]), means, within)
    >>> abs(lda(statistics, 1).matrix.ravel()).tolist()
    [0.0, 1.0]
    """
    highest = min(len(statistics.mean), len(statistics.speakers) - 1)
    if not 1 <= dimension <= highest:
        raise InputError(
            f"LDA to {dimension} dimensions: with these training embeddings it is 1 to {highest}"
        )
    _, vectors = within_and_between(statistics)
    return _centred(vectors[:, ::-1][:, :dimension], statistics)


def within_and_between(statistics: SpeakerStatistics) -> tuple[np.ndarray, np.ndarray]:
    """Diagonalise both covariances at once: ``V^T W V = I`` and ``V^T B V = diag(l)``.

    Returns
    -------
    ``l``, rising, shape ``(dimension,)``, and ``V``, shape ``(dimension, dimension)``.

    Raises
    ------
    InputError: ``W`` is singular: too few utterances of too few speakers.
    """
    within = statistics.within_covariance
    scale = np.trace(within) / len(within)
    try:
        if not np.linalg.eigvalsh(within)[0] > SMALLEST_VARIANCE * scale:
            raise LinAlgError
        return eigh(statistics.between_covariance, within)
    except LinAlgError:
        raise InputError(
            f"{statistics.counts.sum()} training embeddings of {len(statistics.speakers)} speakers "
            f"do not span {len(within)} dimensions within the speakers: give more, or say who "
            "speaks in which (--training-speakers)"
        ) from None


def _centred(matrix: np.ndarray, statistics: SpeakerStatistics) -> AffineTransform:
    return AffineTransform(matrix, -statistics.mean @ matrix)
