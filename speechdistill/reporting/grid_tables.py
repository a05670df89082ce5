"""Tables of a grid: rows by groups of columns."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from speechdistill.experiments.rows import CEILING
from speechdistill.reporting.grid_result import GridResult
from speechdistill.reporting.tables import (
    NOTHING,
    change_with_p,
    markdown_table,
    share_with_range,
    value_alone,
    with_interval,
)
from speechdistill.verification.intervals.replicated import Change, gap_closed

Groups = Mapping[str, Sequence[str]]


def value_cell(
    result: GridResult, row: str, columns: Sequence[str], metric: str = "", intervals: bool = True
) -> str:
    """Return a row's mean metric over some columns, with its interval or without."""
    found, metric = result.mean(row, columns, metric), metric or result.metric
    if found is None:
        return NOTHING
    return with_interval(found, metric) if intervals else value_alone(found.value, metric)


def change_cell(
    result: GridResult,
    pair: tuple[str, str],
    columns: Sequence[str],
    metric: str = "",
    shown: Callable[[Change], str] = change_with_p,
) -> str:
    """Return the change of the mean metric of the first row against the second."""
    change = result.change(*pair, columns, metric)
    return NOTHING if change is None else shown(change)


def gap_cell(result: GridResult, row: str, columns: Sequence[str]) -> str:
    """Return the share of the gap from the baseline to the ceiling that a row closes."""
    floor, best, found = (result.mean(name, columns) for name in (result.baseline, CEILING, row))
    if floor is None or best is None or found is None or row in (result.baseline, CEILING):
        return NOTHING
    return share_with_range(gap_closed(floor, best, found))


def value_table(
    result: GridResult, groups: Groups, title: str, metric: str = "", intervals: bool = True
) -> str:
    """Return rows by groups of columns; see :func:`value_cell`."""
    return group_table(
        title,
        result.rows,
        groups,
        lambda row, columns: value_cell(result, row, columns, metric, intervals),
    )


def change_table(
    result: GridResult,
    pairs: Mapping[str, tuple[str, str]],
    groups: Groups,
    title: str,
    metric: str = "",
    shown: Callable[[Change], str] = change_with_p,
) -> str:
    """Return named pairs of rows by groups of columns; see :func:`change_cell`."""
    return group_table(
        title,
        pairs,
        groups,
        lambda name, columns: change_cell(result, pairs[name], columns, metric, shown),
    )


def group_table(
    title: str, lines: Iterable[str], groups: Groups, cell: Callable[[str, Sequence[str]], str]
) -> str:
    """Return lines by groups of columns; ``cell`` says what stands there."""
    rows = [[line, *(cell(line, columns) for columns in groups.values())] for line in lines]
    return markdown_table([title, *groups], rows)
