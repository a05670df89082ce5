"""Rows of a grid that differ in one number, as curves over it."""

import re
from collections.abc import Mapping

from speechdistill.reporting.grid_result import GridResult
from speechdistill.storage.places import TEST

NUMBERED = re.compile(r"(.+)_(\d+(?:\.\d+)?)")


def curves_of(result: GridResult) -> GridResult | None:
    """Return the rows ``<curve>_<number>`` as curves by number; None if there is none.

    A curve has two numbers at least. The one with the most is first: what others are compared
    with; of as many the one that comes first in the table.

    Arguments
    ---------
    result: of the grid, on its clean test set.
    """
    curves: dict[str, dict[str, str]] = {}
    for row in result.rows:
        if found := NUMBERED.fullmatch(row):
            curves.setdefault(found[1], {})[found[2]] = row
    curves = {name: rows for name, rows in curves.items() if len(rows) > 1}
    if not curves:
        return None
    ordered = sorted(curves, key=lambda name: -len(curves[name]))
    metrics = {
        (name, number): result.metrics[row, TEST]
        for name in ordered
        for number, row in curves[name].items()
        if (row, TEST) in result.metrics
    }
    return GridResult(ordered, result.metric, metrics, {}, [])


def numbers_of(curves: GridResult) -> Mapping[str, str]:
    """Return the columns of curves, by rising number."""
    return {number: number for number in sorted({key[1] for key in curves.metrics}, key=float)}
