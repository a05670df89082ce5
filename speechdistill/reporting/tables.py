"""Markdown tables of metrics that also read well in a terminal."""

from collections.abc import Mapping, Sequence

import numpy as np

from speechdistill.verification.intervals.replicated import (
    Change,
    GapClosed,
    Replicated,
    gap_closed,
)

ERROR_RATES = {"EER", "EER on the hull"}
ERROR = "error"  # of classification, which tables show as the accuracy
NO_GAP = "no gap for sure"
NOTHING = "-"


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table with columns of even width.

    Example
    -------
    >>> print(markdown_table(["system", "EER %"], [["x-vector", "1.99"]]), end="")
    | system   | EER % |
    |----------|-------|
    | x-vector | 1.99  |
    """
    header, rows = [_cell(it) for it in header], [[_cell(it) for it in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in (header, *rows)
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    r"""Let a name neither end a cell nor a line.

    >>> print(_cell("a|b"))
    a\|b
    """
    return text.replace("\n", " ").replace("|", "\\|")


def metric_table(systems: Mapping[str, Mapping[str, Replicated]]) -> str:
    """Return systems by metrics, with 95 % intervals where there are any.

    Arguments
    ---------
    systems: row -> metric -> value; rows need not have the same metrics.

    Example
    -------
    >>> print(metric_table({"x-vector": {"EER": Replicated.once(0.0199)}}), end="")
    | system   | EER % |
    |----------|-------|
    | x-vector | 1.99  |
    """
    metrics = list(dict.fromkeys(metric for found in systems.values() for metric in found))
    rows = [
        [name, *(with_interval(found[m], m) if m in found else NOTHING for m in metrics)]
        for name, found in systems.items()
    ]
    return markdown_table(["system", *map(metric_title, metrics)], rows)


def metric_title(metric: str) -> str:
    """Return the head of a metric's column: error rates are in per cent."""
    if metric == ERROR:
        return "accuracy %"
    return f"{metric} %" if metric in ERROR_RATES else metric


def with_interval(found: Replicated, metric: str = "EER") -> str:
    """Return a metric with its 95 % interval, if it has one; rates in per cent.

    Example
    -------
    >>> error = Replicated(0.1, np.array([0.08, 0.12]))
    >>> with_interval(error), with_interval(error, "error")
    ('10.00 [8.00, 12.00]', '90.00 [88.00, 92.00]')
    """
    value, low, high = (value_alone(each, metric) for each in (found.value, *found.interval()))
    if low == "nan":
        return value
    return f"{value} [{high}, {low}]" if metric == ERROR else f"{value} [{low}, {high}]"


def value_alone(value: float, metric: str = "EER") -> str:
    """Return a value of a metric as tables show it."""
    return f"{per_cent(value, metric):.{2 if metric in {ERROR, *ERROR_RATES} else 3}f}"


def per_cent(value: float, metric: str = "EER") -> float:
    """Return rates in per cent, an error as accuracy, and other metrics as they are."""
    if metric == ERROR:
        return 100 * (1 - value)
    return 100 * value if metric in ERROR_RATES else value


def with_range(change: Change) -> str:
    """Return a relative change with its 95 % interval.

    Example
    -------
    >>> with_range(Change(-0.2, -0.3, -0.1, p_value=0.002))
    '-20.0 % [-30.0, -10.0]'
    """
    return f"{100 * change.value:+.1f} % [{100 * change.low:+.1f}, {100 * change.high:+.1f}]"


def change_with_p(change: Change) -> str:
    """Return a relative change with its 95 % interval and its p-value.

    Example
    -------
    >>> change_with_p(Change(-0.2, -0.3, -0.1, p_value=0.002))
    '-20.0 % [-30.0, -10.0], p = 0.002'
    """
    return f"{with_range(change)}, p = {change.p_value:.3f}"


def share_with_range(closed: GapClosed) -> str:
    """Return the share of a gap that is closed, in per cent, with its 95 % interval.

    Example
    -------
    >>> share_with_range(GapClosed(0.9, 0.8, 1.04))
    '90 % [80, 104]'
    >>> share_with_range(GapClosed(-0.004, np.nan, np.nan))
    '0 % [no gap for sure]'
    """
    if np.isnan(closed.value):
        return NO_GAP
    interval = (
        NO_GAP if np.isnan(closed.low) else f"{round(100 * closed.low)}, {round(100 * closed.high)}"
    )
    return f"{round(100 * closed.value)} % [{interval}]"


def of_the_gap(systems: Mapping[str, Mapping[str, Replicated]], name: str, ceiling: str) -> str:
    """Say which share of the gap in EER from the first system to a ceiling another one closes.

    It goes on from what is said of that system's change against the first.

    Example
    -------
    >>> rates = {"alone": 0.3, "all labels": 0.1, "taught": 0.15}
    >>> systems = {n: {"EER": Replicated(r, np.full(3, r))} for n, r in rates.items()}
    >>> of_the_gap(systems, "taught", "all labels"), of_the_gap(systems, "all labels", "all labels")
    ('; of the gap to all labels closed: 75 % [75, 75]', ' (the ceiling)')
    """
    if name == ceiling:
        return " (the ceiling)"
    floor, best, found = (systems[each]["EER"] for each in (next(iter(systems)), ceiling, name))
    return f"; of the gap to {ceiling} closed: {share_with_range(gap_closed(floor, best, found))}"


def mean_and_deviation(rates: Sequence[float]) -> str:
    """Return the mean of error rates in per cent, with a standard deviation if there are several.

    Example
    -------
    >>> mean_and_deviation([0.1, 0.11]), mean_and_deviation([0.1])
    ('10.50 +- 0.71', '10.00')
    """
    mean = f"{100 * np.mean(rates):.2f}"
    return mean if len(rates) == 1 else f"{mean} +- {100 * np.std(rates, ddof=1):.2f}"
