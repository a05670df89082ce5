"""Mean subtraction, whitening and LDA: affine maps of embeddings, learnt from a training set."""

import logging
from dataclasses import dataclass

import numpy as np
import scipy  # whose linalg is loaded at its first use

from speechdistill.base.errors import InputError
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.verification.trials.speakers import ROWS_AT_ONCE, SpeakerStatistics

logger = logging.getLogger(__name__)

# Below this share of the largest, a direction's variance is rounding, not data: that of half
# precision, or of a dimension that is constant but for the last digits of float32.
SMALLEST_VARIANCE = 1e-6
# Below this share of the mean, a speaker's own variance is that of numbers that are all equal.
SMALLEST_WITHIN = 1e-10


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
    Directions along which the training set hardly varies are left out (:func:`spanned`): what
    there is along them is rounding, and would weigh as much as all else.

    Raises
    ------
    InputError: too few training embeddings to span the dimensions.

    Example
    -------
    >>> statistics = SpeakerStatistics(["a"], np.array([2]), np.array([[3.0]]), np.array([[8.0]]))
    >>> abs(whitening(statistics)(np.array([[5.0]])))
    array([[1.]])
    """
    directions, variances = spanned(statistics, "whitening")
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
    _, vectors = within_and_between(statistics, "LDA")
    if dimension > vectors.shape[1]:
        raise InputError(
            f"LDA to {dimension} dimensions: the training embeddings vary along "
            f"{vectors.shape[1]} only"
        )
    return _centred(vectors[:, ::-1][:, :dimension], statistics)


def spanned(statistics: SpeakerStatistics, what: str) -> tuple[np.ndarray, np.ndarray]:
    """Find the directions along which a training set varies, and say how many it does not.

    Arguments
    ---------
    statistics: of the training set.
    what: is learnt from it, for messages.

    Returns
    -------
    ``U``, orthonormal, shape ``(dimension, kept)``, and the variances along its columns, rising,
    ``(kept,)``: those above ``SMALLEST_VARIANCE`` times the largest.

    Raises
    ------
    InputError: there are too few embeddings to tell.

    Example
    -------
    >>> within = np.diag([1.0, 1e-12])
    >>> statistics = SpeakerStatistics(["a"], np.array([9]), np.zeros((1, 2)), within)
    >>> spanned(statistics, "whitening")[0].shape
    (2, 1)
    """
    variances, directions = scipy.linalg.eigh(
        statistics.between_covariance + statistics.within_covariance
    )
    is_kept = variances > max(SMALLEST_VARIANCE * variances[-1], 0)
    kept, dimension = int(np.count_nonzero(is_kept)), len(variances)
    if kept < dimension and kept >= statistics.counts.sum() - 1:
        raise InputError(
            f"the training embeddings span {kept} of {dimension} dimensions: {what} needs more of "
            "them"
        )
    if kept == 0:
        raise InputError(f"the training embeddings are all equal: {what} needs others")
    if kept < dimension:
        logger.warning(
            "%s: the training embeddings hardly vary along %d of %d dimensions (below %g of the "
            "largest variance): these are left out",
            *(what, dimension - kept, dimension, SMALLEST_VARIANCE),
        )
    return directions[:, is_kept], variances[is_kept]


def within_and_between(statistics: SpeakerStatistics, what: str) -> tuple[np.ndarray, np.ndarray]:
    """Diagonalise both covariances at once: ``V^T W V = I`` and ``V^T B V = diag(l)``.

    Of the directions that the training set spans: others are left out of ``V``.

    Arguments
    ---------
    statistics: of the training set.
    what: is learnt from it, for messages.

    Returns
    -------
    ``l``, rising, shape ``(kept,)``, and ``V``, shape ``(dimension, kept)``.

    Raises
    ------
    InputError: ``W`` is singular: too few utterances of too few speakers.
    """
    n_speakers, n_embeddings = len(statistics.speakers), statistics.counts.sum()
    if n_speakers < 2:
        raise InputError(
            f"{what}: {n_speakers} speaker of {n_embeddings} training embeddings: give two or "
            "more, or say who speaks in which (--training-speakers)"
        )
    directions = np.eye(len(statistics.mean))
    if n_embeddings > n_speakers:  # else it is said below what is wrong
        directions = spanned(statistics, what)[0]
    within = directions.T @ statistics.within_covariance @ directions
    between = directions.T @ statistics.between_covariance @ directions
    scale = np.trace(within) / len(within)
    try:
        if not np.linalg.eigvalsh(within)[0] > SMALLEST_WITHIN * scale:
            raise np.linalg.LinAlgError
        found, vectors = scipy.linalg.eigh(between, within)
        return found, directions @ vectors
    except np.linalg.LinAlgError:
        raise InputError(
            f"{n_embeddings} training embeddings of {n_speakers} speakers do not span "
            f"{len(within)} dimensions within the speakers: give more, or say who "
            "speaks in which (--training-speakers)"
        ) from None


def _centred(matrix: np.ndarray, statistics: SpeakerStatistics) -> AffineTransform:
    return AffineTransform(matrix, -statistics.mean @ matrix)
