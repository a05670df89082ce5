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
    is_named: bool ``(len(ids),)``: which rows were required.
    is_broken: bool ``(len(ids),)``: which of them are zero or not finite.
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
        self.is_named = np.zeros(len(ids), dtype=bool)
        self.is_broken = np.zeros(len(ids), dtype=bool)

    def require(self, *numbers: np.ndarray) -> None:
        """Make rows ready, and note which are broken.

        Raises
        ------
        InputError: the impostors' scores of a row that is not broken are all equal.
        """
        is_named = np.zeros(len(self.ids), dtype=bool)
        for rows in numbers:
            is_named[rows] = True
        fresh = np.flatnonzero(is_named & ~self.is_named)

        def make_ready(chunk: slice) -> None:
            rows = fresh[chunk]
            vectors = self._vectors_of(rows)
            with np.errstate(over="ignore"):  # it is infinite then
                self.vectors[rows] = vectors
            self.is_broken[rows] = ~np.isfinite(self.vectors[rows].sum(axis=1))
            if self._cohort is not None:
                self.mean[rows], self.deviation[rows] = self._cohort.mean_and_deviation(
                    self.vectors[rows]
                )

        for_each_chunk(
            make_ready, len(fresh), self._cohort.rows_at_once if self._cohort else ROWS_AT_ONCE
        )
        self.is_named[fresh] = True
        if self._cohort is not None:
            fresh = fresh[~self.is_broken[fresh]]
            is_flat = ~(self.deviation[fresh] > SMALLEST_DEVIATION * np.abs(self.mean[fresh]))
            if is_flat.any():
                raise InputError(
                    f"the cohort's scores with {self.ids[fresh[int(np.argmax(is_flat))]]} do not "
                    "differ: give a cohort of different speakers"
                )

    def check_whole(self, rows: np.ndarray) -> None:
        """Raise an InputError if one of the rows, which were required, is broken."""
        is_broken = self.is_broken[rows]
        if is_broken.any():
            raise _broken(self.ids[rows[int(np.argmax(is_broken))]])


def check_finite(vectors: np.ndarray, rows: np.ndarray, ids: Sequence[str]) -> None:
    """Raise an InputError if one of the vectors, of these rows, is not finite."""
    is_broken = ~np.isfinite(vectors.sum(axis=1))
    if is_broken.any():
        raise _broken(ids[rows[int(np.argmax(is_broken))]])


def _broken(name: str) -> InputError:
    return InputError(
        f"the embedding of {name} is zero or not finite: make the embeddings again, with a model "
        "that is whole"
    )
