"""A metric's bootstrap replicates, and what they say of it and of a difference."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Replicated:
    """A metric's value on all trials, and on each bootstrap replicate.

    Attributes
    ----------
    value: on the trials as they are.
    replicates: shape ``(replicates,)``; NaN where a replicate had no target or no non-target.
        Empty where nobody asked how sure the value is.
    """

    value: float
    replicates: np.ndarray

    @classmethod
    def once(cls, value: float) -> "Replicated":
        """Return a value without replicates.

        Example
        -------
        >>> Replicated.once(0.5).interval()
        (nan, nan)
        """
        return cls(value, np.empty(0))

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Return the percentile interval: the order statistics that cut off the tails.

        Both ends are NaN where no replicate has a value.

        Example
        -------
        >>> Replicated(0.5, np.arange(1001) / 1000).interval()
        (0.025, 0.975)
        """
        tail = (1 - confidence) / 2
        return _order_statistics(self.replicates[~np.isnan(self.replicates)], tail)


@dataclass(frozen=True)
class Change:
    """The relative change of a metric from one system to another on the same trials.

    Attributes
    ----------
    value: ``(other - baseline) / baseline``; below 0 where the other errs less.
    low, high: its 95 % interval.
    p_value: two-sided, of the hypothesis that the systems do not differ.
    """

    value: float
    low: float
    high: float
    p_value: float


def relative_change(baseline: Replicated, other: Replicated) -> Change:
    """Compare two systems by the same replicates of the same trial list.

    The interval is that of ``(other - baseline) / baseline`` over the replicates, by percentiles
    (infinite where only the baseline is 0, 0 where both are). The p-value is twice the smaller
    share of replicates in which the difference is ``<= 0`` or ``>= 0``, each counted with the
    trials themselves as one more replicate, so it is at least ``2 / (replicates + 1)`` (Efron and
    Tibshirani, An Introduction to the Bootstrap, 1993, sections 15.4 and 16.4).

    Arguments
    ---------
    baseline, other: from one :class:`SpeakerBootstrap`.

    Example
    -------
    >>> baseline = Replicated(0.10, np.array([0.10, 0.12, 0.08]))
    >>> change = relative_change(baseline, Replicated(0.08, np.array([0.09, 0.09, 0.06])))
    >>> round(change.value, 3), change.p_value
    (-0.2, 0.5)
    """
    is_defined = ~(np.isnan(baseline.replicates) | np.isnan(other.replicates))
    before, after = baseline.replicates[is_defined], other.replicates[is_defined]
    low, high = _order_statistics(_relative(before, after), 0.025)
    tail = 1 + int(min(np.count_nonzero(after <= before), np.count_nonzero(after >= before)))
    return Change(
        float(_relative(np.array(baseline.value), np.array(other.value))),
        low,
        high,
        min(1.0, 2 * tail / (len(before) + 1)),
    )


@dataclass(frozen=True)
class GapClosed:
    """The share of the way from a floor to a ceiling that a system goes: 1 is the ceiling.

    Attributes
    ----------
    value: ``(floor - system) / (floor - ceiling)``.
    low, high: its 95 % interval; NaN where floor and ceiling cannot be told apart.
    """

    value: float
    low: float
    high: float


def gap_closed(floor: Replicated, ceiling: Replicated, system: Replicated) -> GapClosed:
    """Compare a system with what is reached with less knowledge and with more, on one list.

    The interval is by percentiles over the replicates. There is none where more than 2.5 % of
    them have no gap, the ceiling erring as much as the floor.

    Arguments
    ---------
    floor, ceiling, system: from one :class:`SpeakerBootstrap`.

    Example
    -------
    >>> floor = Replicated(0.30, np.array([0.30, 0.32, 0.28]))
    >>> ceiling = Replicated(0.10, np.array([0.10, 0.12, 0.08]))
    >>> closed = gap_closed(floor, ceiling, Replicated(0.15, np.array([0.15, 0.12, 0.18])))
    >>> round(closed.value, 3), round(closed.low, 3), round(closed.high, 3)
    (0.75, 0.5, 1.0)
    """
    drawn = np.stack([floor.replicates, ceiling.replicates, system.replicates])
    before, best, after = drawn[:, ~np.isnan(drawn).any(axis=0)]
    has_gap = before > best
    low, high = np.nan, np.nan
    if len(before) and np.mean(has_gap) >= 0.975:
        shares = (before - after)[has_gap] / (before - best)[has_gap]
        low, high = _order_statistics(shares, 0.025)
    width = floor.value - ceiling.value
    value = (floor.value - system.value) / width if width > 0 else np.nan
    return GapClosed(float(value), low, high)


def _relative(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    changed = np.where(after > 0, np.inf, 0.0)
    return np.divide(after - before, before, out=changed, where=before > 0)


def _order_statistics(values: np.ndarray, tail: float) -> tuple[float, float]:
    if len(values) == 0:
        return np.nan, np.nan
    ranked = np.sort(values)
    cut = round(tail * (len(ranked) - 1))
    return float(ranked[cut]), float(ranked[len(ranked) - 1 - cut])
