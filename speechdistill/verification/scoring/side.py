"""The embeddings of one side of the trials, made ready when they are first named."""

from collections.abc import Callable, Sequence

import numpy as np

from speechdistill.base.chunks import for_each_chunk
from speechdistill.base.errors import InputError
from speechdistill.verification.scoring.cohort_statistics import CohortStatistics

ROWS_AT_ONCE = 2048

# A deviation below this share of the mean is rounding: the scores are all equal.
SMALLEST_DEVIATION = 1e-6


class Side:
    """What trials ask of the embeddings of one side, kept from the first trial that asks on.

    Arguments
    ---------
    ids: of the rows.
    width: of the vectors to keep.
    vectors_of: row numbers -> vectors, float ``(rows, width)``.
    cohort: gives mean and deviation of the impostors' scores; None where nobody asks for them.

    Attributes
    ----------
    vectors: float32 ``(len(ids), width)``; defined for rows that were required.
    mean, deviation: float64 ``(len(ids),)``, of the impostors' scores; likewise.
    """

    def __init__(
        self,
        ids: Sequence[str],
        width: int,
        vectors_of: Callable[[np.ndarray], np.ndarray],
        cohort: CohortStatistics | None = None,
    ) -> None:
        self.ids = ids
        # Pages of rows that nobody requires are never touched: they take no memory.
        self.vectors = np.empty((len(ids), width), dtype=np.float32)
        self.mean, self.deviation = np.empty((2, len(ids)))
        self._vectors_of, self._cohort = vectors_of, cohort
        self._is_ready = np.zeros(len(ids), dtype=bool)

    def require(self, *numbers: np.ndarray) -> None:
        """Make rows ready.

        Raises
        ------
        InputError: an embedding is zero or not finite, or its impostors' scores are all equal.
        """
        is_named = np.zeros(len(self.ids), dtype=bool)
        for rows in numbers:
            is_named[rows] = True
        fresh = np.flatnonzero(is_named & ~self._is_ready)

        def make_ready(chunk: slice) -> None:
            rows = fresh[chunk]
            vectors = self._vectors_of(rows)
            check_finite(vectors, rows, self.ids)
            self.vectors[rows] = vectors
            if self._cohort is not None:
                self.mean[rows], self.deviation[rows] = self._cohort.mean_and_deviation(
                    self.vectors[rows]
                )

        for_each_chunk(
            make_ready, len(fresh), self._cohort.rows_at_once if self._cohort else ROWS_AT_ONCE
        )
        self._is_ready[fresh] = True
        if self._cohort is not None:
            is_flat = ~(self.deviation[fresh] > SMALLEST_DEVIATION * np.abs(self.mean[fresh]))
            if is_flat.any():
                raise InputError(
                    f"the cohort's scores with {self.ids[fresh[int(np.argmax(is_flat))]]} do not "
                    "differ: give a cohort of different speakers"
                )


def check_finite(vectors: np.ndarray, rows: np.ndarray, ids: Sequence[str]) -> None:
    """Raise an InputError if one of the vectors, of these rows, is not finite."""
    is_broken = ~np.isfinite(vectors.sum(axis=1))
    if is_broken.any():
        raise InputError(
            f"the embedding of {ids[rows[int(np.argmax(is_broken))]]} is zero or not finite: "
            "make the embeddings again, with a model that is whole"
        )
