"""Margins that change while the student learns.

A margin is a module with ``forward(distances (batch,), epoch) -> scalar tensor``, detached, where
epochs count from 1. A plain number is a margin too: the fixed one.
"""

from speechdistill.distillation.margins.quantile import QuantileMargin
from speechdistill.identity.margin_schedule import MarginSchedule

__all__ = ["MarginSchedule", "QuantileMargin"]
