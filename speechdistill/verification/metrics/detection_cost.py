"""The detection cost function."""

import math
from dataclasses import dataclass

import numpy as np

from speechdistill.base.errors import InputError


@dataclass(frozen=True)
class DetectionCost:
    """``c_miss p_target miss + c_fa (1 - p_target) fa``, normalised so that 1 means useless.

    The normaliser is the cost of the better system without scores,
    ``min(c_miss p_target, c_fa (1 - p_target))`` (NIST speaker recognition evaluation plans, since
    2008; Martin and Przybocki, Digital Signal Processing 10, 2000).

    Arguments
    ---------
    p_target: prior probability of a target trial, in (0, 1).
    c_miss, c_fa: cost of a miss and of a false alarm, finite and above 0.

    Raises
    ------
    InputError: a prior or cost out of range.

    Example
    -------
    >>> DetectionCost(0.5).at(np.array([0.1]), np.array([0.3]))
    array([0.4])
    """

    p_target: float = 0.01
    c_miss: float = 1.0
    c_fa: float = 1.0

    def __post_init__(self) -> None:
        costs = self.c_miss, self.c_fa
        if not (0 < self.p_target < 1 and all(0 < cost < math.inf for cost in costs)):
            raise InputError(
                f"p_target {self.p_target}, c_miss {self.c_miss}, c_fa {self.c_fa}: "
                "give a prior between 0 and 1 and costs above 0"
            )

    def at(self, miss_rates: np.ndarray, false_alarm_rates: np.ndarray) -> np.ndarray:
        """Return the normalised cost at each operating point."""
        miss_cost, false_alarm_cost = self.c_miss * self.p_target, self.c_fa * (1 - self.p_target)
        normaliser = min(miss_cost, false_alarm_cost)
        return miss_cost / normaliser * miss_rates + (
            false_alarm_cost / normaliser * false_alarm_rates
        )

    @property
    def threshold(self) -> float:
        """The log-likelihood ratio from which on accepting costs less: Bayes' decision.

        ``ln(c_fa (1 - p_target)) - ln(c_miss p_target)``

        Example
        -------
        >>> DetectionCost(0.5).threshold
        0.0
        """
        return (
            math.log(self.c_fa / self.c_miss) + math.log1p(-self.p_target) - math.log(self.p_target)
        )
