"""Both sides' scores in bins: most of a curve without sorting, the rest by sorting a few scores."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from speechdistill.verification.metrics.operating_points import OperatingPoints

BINS = 1 << 14
SCORES_AT_ONCE = 1 << 16


@dataclass(frozen=True)
class ScoreHistogram:
    """Counts of target and non-target scores in bins of equal width.

    Equal scores share a bin, and higher scores never lie in a lower one. So the bins' edges are
    exact operating points, and a metric has to sort only the scores of the bins in which its
    optimum can lie. Badly spread scores (one far from all others) cost time, never exactness.

    Memory: 2 bytes per score.
    """

    targets: "_BinnedScores"
    nontargets: "_BinnedScores"

    @classmethod
    def of(cls, targets: np.ndarray, nontargets: np.ndarray) -> "ScoreHistogram":
        """Count scores as :func:`checked_scores` returns them."""
        low = float(min(targets.min(), nontargets.min()))
        span = float(max(targets.max(), nontargets.max())) - low
        bins_per_unit = (BINS - 1) / span
        if not 0 < bins_per_unit < np.inf:  # beyond what a float can divide: a single bin
            low, bins_per_unit = 0.0, 0.0
        return cls(
            _BinnedScores.of(targets, low, bins_per_unit),
            _BinnedScores.of(nontargets, low, bins_per_unit),
        )

    def edge_rates(self) -> tuple[np.ndarray, np.ndarray]:
        """Return miss and false alarm rates at the bins' edges, two of shape ``(BINS + 1,)``."""
        nontargets_below = self.nontargets.below_edges
        return (
            self.targets.below_edges / self.targets.size,
            (self.nontargets.size - nontargets_below) / self.nontargets.size,
        )

    def rates_inside(self, is_chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return miss and false alarm rates where the curve bends in the chosen bins.

        Arguments
        ---------
        is_chosen: bool ``(BINS,)``.
        """
        targets, nontargets = self.targets.chosen(is_chosen), self.nontargets.chosen(is_chosen)
        points = OperatingPoints.bends(targets, nontargets)
        # Each tie gave two points.
        bins = np.repeat(self.targets.bin_of(points.thresholds[::2]), 2)
        below = points.targets_below + self.targets.others_below(is_chosen)[bins]
        nontargets_below = points.nontargets_below + self.nontargets.others_below(is_chosen)[bins]
        return (
            below / self.targets.size,
            (self.nontargets.size - nontargets_below) / self.nontargets.size,
        )


@dataclass(frozen=True)
class _BinnedScores:
    scores: np.ndarray
    bins: np.ndarray
    counts: np.ndarray
    low: float
    bins_per_unit: float

    @classmethod
    def of(cls, scores: np.ndarray, low: float, bins_per_unit: float) -> "_BinnedScores":
        binned = cls(
            scores,
            np.empty(len(scores), dtype=np.uint16),
            np.zeros(BINS, dtype=np.int64),
            low,
            bins_per_unit,
        )
        for chunk in binned._chunks():
            bins = binned.bin_of(scores[chunk])
            binned.bins[chunk] = bins
            np.add(binned.counts, np.bincount(bins, minlength=BINS), out=binned.counts)
        return binned

    @property
    def size(self) -> int:
        return len(self.scores)

    @property
    def below_edges(self) -> np.ndarray:
        return np.concatenate(([0], np.cumsum(self.counts)))

    def bin_of(self, scores: np.ndarray) -> np.ndarray:
        if self.bins_per_unit == 0:
            return np.zeros(len(scores), dtype=np.intp)
        offsets = np.subtract(scores, self.low, dtype=np.float64)
        offsets *= self.bins_per_unit
        return offsets.astype(np.intp)

    def chosen(self, is_chosen: np.ndarray) -> np.ndarray:
        """Return the scores in the chosen bins, sorted."""
        parts = [self.scores[chunk][is_chosen[self.bins[chunk]]] for chunk in self._chunks()]
        return np.sort(np.concatenate(parts))

    def others_below(self, is_chosen: np.ndarray) -> np.ndarray:
        """Return, per bin, how many scores of lower bins were not chosen."""
        others = np.where(is_chosen, 0, self.counts)
        return np.cumsum(others) - others

    def _chunks(self) -> Iterator[slice]:
        return (
            slice(start, start + SCORES_AT_ONCE)
            for start in range(0, len(self.scores), SCORES_AT_ONCE)
        )
