"""Axes of charts: where a value lies, and which values are named."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import LogLocator, MaxNLocator
from scipy.special import ndtri

from speechdistill.reporting.det_plot import TICKS_PERCENT


@dataclass(frozen=True)
class Axis:
    """A scale from one value to another.

    Arguments
    ---------
    title: what it shows, with its unit.
    low, high: values at its ends.
    ticks: values that are named, and their names.
    scale: what is linear along the axis: the value itself, its logarithm, its normal deviate.

    Example
    -------
    >>> axis = Axis.linear("epoch", 0, 20)
    >>> [name for _, name in axis.ticks], axis.share(5.0)
    (['0', '5', '10', '15', '20'], 0.25)
    """

    title: str
    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    scale: Callable = float

    def share(self, value: float) -> float:
        """Return how far along the axis a value lies, from 0 to 1; what is outside, at its end."""
        low, high = self.scale(self.low), self.scale(self.high)
        return float(np.clip((self.scale(value) - low) / (high - low), 0, 1))

    @classmethod
    def linear(cls, title: str, low: float, high: float, most: int = 6) -> "Axis":
        """Return an axis from ``low`` to ``high`` with at most so many ticks, at round values."""
        if not high > low:
            low, high = low - 0.5, high + 0.5
        ticks = _round_values(low, high, most)
        slack = 1e-9 * (high - low)
        inside = [float(tick) for tick in ticks if low - slack <= tick <= high + slack]
        return cls(title, low, high, [(tick, f"{tick:.6g}") for tick in inside])

    @classmethod
    def from_zero(cls, title: str, high: float, most: int = 6) -> "Axis":
        """Return an axis from 0 to the round value at or above ``high``.

        Example
        -------
        >>> Axis.from_zero("loss", 13.7).high
        15.0
        """
        top = _round_values(0, high if high > 0 else 1.0, most)[-1]
        return cls.linear(title, 0, float(top), most)

    @classmethod
    def logarithmic(cls, title: str, low: float, high: float) -> "Axis":
        """Return an axis of powers of 10 around positive values.

        Example
        -------
        >>> [name for _, name in Axis.logarithmic("norm", 0.02, 3).ticks]
        ['0.01', '0.1', '1', '10']
        """
        low, high = 10 ** np.floor(np.log10(low)), 10 ** np.ceil(np.log10(high))
        if low == high:
            high = 10 * low
        ticks = LogLocator(numticks=6).tick_values(low, high)
        inside = [float(tick) for tick in ticks if low / 1.01 <= tick <= high * 1.01]
        return cls(title, float(low), float(high), [(t, f"{t:g}") for t in inside], np.log)

    @classmethod
    def normal_deviate(cls, title: str, low: float, high: float) -> "Axis":
        """Return an axis of a DET plot; its ends are rates in (0, 1), its names per cent."""
        ticks = [(tick / 100, f"{tick:g}") for tick in TICKS_PERCENT if low <= tick / 100 <= high]
        return cls(title, low, high, ticks, ndtri)


def _round_values(low: float, high: float, most: int) -> Sequence[float]:
    return MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
