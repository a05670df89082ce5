"""How sure a DET curve is."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import ndtr, ndtri

from speechdistill.verification.intervals.bootstrap import Metric
from speechdistill.verification.intervals.replicated import Replicated
from speechdistill.verification.metrics import DetCurve

# Evenly spaced on a DET plot's axis.
FALSE_ALARM_RATES = ndtr(np.linspace(ndtri(1e-6), ndtri(0.999), 120))


@dataclass(frozen=True)
class DetBand:
    """Intervals of the miss rate at given false alarm rates, each for itself (pointwise).

    Attributes
    ----------
    false_alarm_rates: rising, shape ``(points,)``.
    low, high: the ends of the intervals, shape ``(points,)``.

    Example
    -------
    >>> band = DetBand.of({rate: Replicated(rate, rate * np.ones(9)) for rate in DetBand.metrics()})
    >>> np.array_equal(band.low, band.false_alarm_rates)
    True
    """

    false_alarm_rates: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @staticmethod
    def metrics() -> dict[float, Metric]:
        """Return what :meth:`SpeakerBootstrap.evaluate` must compute: rate -> miss rate there."""
        return {
            rate: partial(DetCurve.miss_rate_at, false_alarm_rate=rate)
            for rate in FALSE_ALARM_RATES.tolist()
        }

    @classmethod
    def of(cls, replicated: Mapping[float, Replicated]) -> "DetBand":
        """Take the intervals of :meth:`metrics` from a bootstrap's results."""
        intervals = [replicated[rate].interval() for rate in FALSE_ALARM_RATES.tolist()]
        low, high = np.array(intervals).T
        return cls(FALSE_ALARM_RATES, low, high)
