"""Mean and deviation of the highest scores against a cohort."""

import threading

import numpy as np

from speechdistill.base.chunks import for_each_chunk
from speechdistill.base.errors import InputError

# The matrix product wants many rows at a time, the search for the highest a cache's fill.
SCORES_AT_ONCE = 1 << 21
ROWS_TO_SORT = 128


def cohort_statistics(
    vectors: np.ndarray, cohort: np.ndarray, top_n: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Compute mean and standard deviation of each row's ``top_n`` highest scores in a cohort.

    The scores are ``vectors @ cohort.T``, made a chunk at a time and never all kept.

    Arguments
    ---------
    vectors: shape ``(rows, dimension)``.
    cohort: shape ``(cohort, dimension)``.
    top_n: from 2 to the size of the cohort; None for the whole cohort.

    Returns
    -------
    Two float64 arrays ``(rows,)``; the deviation is that of a population (``1 / top_n``).

    Raises
    ------
    InputError: ``top_n`` is out of range.

    Example
    -------
    >>> mean, deviation = cohort_statistics(np.ones((1, 1)), np.array([[1.0], [4], [2]]), top_n=2)
    >>> mean.tolist(), deviation.tolist()
    ([3.0], [1.0])
    """
    statistics = CohortStatistics(cohort, top_n)
    mean, deviation = np.empty((2, len(vectors)))

    def work(rows: slice) -> None:
        mean[rows], deviation[rows] = statistics.mean_and_deviation(vectors[rows])

    for_each_chunk(work, len(vectors), statistics.rows_at_once)
    return mean, deviation


class CohortStatistics:
    """Mean and deviation of the highest scores against one cohort, for a chunk of rows at a time.

    Of the whole cohort they follow from its own mean and covariance, without any scores. The
    ``top_n`` highest are found exactly, yet without sorting a row: the maxima of groups of the
    cohort are sorted, and the ``top_n``-th of them is a bound below which no score can matter.

    Arguments
    ---------
    cohort, top_n: as :func:`cohort_statistics` takes them.

    Attributes
    ----------
    rows_at_once: how many rows to give at a time, so that their scores fit the cache.
    """

    def __init__(self, cohort: np.ndarray, top_n: int | None) -> None:
        size = len(cohort)
        if size < 2:
            raise InputError(f"a cohort of {size} has no deviation: give more speakers")
        if top_n is not None and not 2 <= top_n <= size:
            raise InputError(f"top-n {top_n} of a cohort of {size}: give 2 to {size}")
        self._top_n = None if top_n == size else top_n
        if self._top_n is None:
            self._centre = cohort.mean(axis=0, dtype=np.float64)
            deviations = cohort - self._centre
            self._covariance = deviations.T @ deviations / size
            self.rows_at_once = 256
        else:
            self._cohort = cohort
            self._kept = threading.local()
            self.rows_at_once = max(1, SCORES_AT_ONCE // size)

    def mean_and_deviation(self, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and deviation, float64 ``(rows,)``, of ``vectors``, ``(rows, dimension)``."""
        if self._top_n is None:
            vectors = vectors.astype(np.float64)
            variances = np.einsum("ij,ij->i", vectors @ self._covariance, vectors)
            return vectors @ self._centre, np.sqrt(np.maximum(variances, 0))
        scores = np.matmul(vectors, self._cohort.T, out=self._kept_scores()[: len(vectors)])
        mean, deviation = np.empty((2, len(vectors)))
        for start in range(0, len(vectors), ROWS_TO_SORT):
            rows = slice(start, start + ROWS_TO_SORT)
            highest = _highest(scores[rows], self._top_n)
            mean[rows] = highest.mean(axis=1, dtype=np.float64)
            left = highest - mean[rows, None].astype(highest.dtype)
            deviation[rows] = np.sqrt(np.einsum("ij,ij->i", left, left) / self._top_n)
        return mean, deviation

    def _kept_scores(self) -> np.ndarray:
        # One array per thread: a new one for each chunk is new memory, which costs as much as what
        # is then done with it.
        if not hasattr(self._kept, "scores"):
            shape = (self.rows_at_once, len(self._cohort))
            self._kept.scores = np.empty(shape, dtype=self._cohort.dtype)
        return self._kept.scores


def _highest(scores: np.ndarray, top_n: int) -> np.ndarray:
    """Return the ``top_n`` highest of each row, in rising order."""
    n_rows, size = scores.shape
    # 5/3 as many groups as wanted scores: more take longer to sort, fewer bound less sharply.
    per_group = max(1, -(-3 * size // (5 * top_n)))
    n_groups = size // per_group
    if n_groups < top_n or per_group == 1:
        return np.sort(scores, axis=1)[:, -top_n:]
    grouped = scores[:, : n_groups * per_group].reshape(n_rows, per_group, n_groups)
    maxima = grouped.max(axis=1)
    maxima.sort(axis=1)
    # At least top_n scores reach this: the maxima of as many groups.
    bounds = maxima[:, -top_n, None]
    positions = np.flatnonzero(scores >= bounds)
    candidates = scores.ravel()[positions]
    row_starts = np.searchsorted(positions, np.arange(n_rows + 1) * size)
    n_candidates = np.diff(row_starts)
    padded = np.full((n_rows, n_candidates.max()), -np.inf, dtype=scores.dtype)
    padded[np.arange(padded.shape[1]) < n_candidates[:, None]] = candidates
    padded.sort(axis=1)
    return padded[:, -top_n:]
