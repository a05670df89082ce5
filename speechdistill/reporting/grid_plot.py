"""A grid in one picture: every row's metric by column and, below, its change."""

import math
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from speechdistill.reporting.det_plot import COLOURS, DASHES
from speechdistill.reporting.grid_result import GridResult
from speechdistill.reporting.measure import Panel
from speechdistill.reporting.tables import metric_title, per_cent
from speechdistill.storage.files import written_whole

MARKERS = "os^Dv<>Xph"
DODGE = 0.03
LONGEST_OF_FOUR = 12  # letters of a row, where four fit beside each other in the legend


def plot_grid(
    result: GridResult, panels: Sequence[Panel], with_band: Collection[str], path: Path
) -> None:
    """Draw the first metric by column and, below, its change against the baseline; write a PNG.

    The same result gives the same bytes.

    Arguments
    ---------
    result: what the rows reach.
    panels: side by side, at least one.
    with_band: rows whose 95 % intervals are drawn, as bars and as a band: a few, or nothing can be
        seen.
    path: the PNG to write.
    """
    figure = Figure(figsize=(2.6 * len(panels) + 2.2, 7.2), dpi=150, layout="constrained")
    grid = figure.subplots(2, len(panels), sharex="col", sharey="row", squeeze=False)
    for column, panel in enumerate(panels):
        above, below = grid[:, column]
        for index, row in enumerate(result.rows):
            values, changes = [], []
            for name in panel.columns.values():
                mean = result.mean(row, [name])
                change = result.change(row, result.baseline, [name])
                values.append(_missing if mean is None else (mean.value, *mean.interval()))
                changes.append(
                    _missing if change is None else (change.value, change.low, change.high)
                )
            shown = [[per_cent(each, result.metric) for each in triple] for triple in values]
            _draw(above, shown, index, row, row in with_band)
            if index:
                shown = [[100 * each for each in triple] for triple in changes]
                _draw(below, shown, index, row, row in with_band)
        below.axhline(0, color="black", linewidth=1)
        above.set_title(panel.title.replace(": ", "\n", 1), fontsize=10)
        below.set_xticks(range(len(panel.columns)), list(panel.columns))
        below.set_xlabel(panel.axis)
        for axes in (above, below):
            axes.grid(color="0.92")
            axes.set_axisbelow(True)
    grid[0, 0].set_ylabel(metric_title(result.metric))
    grid[1, 0].set_ylabel(f"change of the {result.metric} against {result.baseline} %")
    handles, labels = grid[0, 0].get_legend_handles_labels()
    columns = 4 if max(map(len, labels)) <= LONGEST_OF_FOUR else 3
    figure.legend(handles, labels, loc="outside lower center", ncols=columns, fontsize=9)
    FigureCanvasAgg(figure)
    with written_whole(path) as partial:
        figure.savefig(partial, metadata={"Software": None})


_missing = (math.nan, math.nan, math.nan)


def _draw(
    axes: Axes, triples: Sequence[Sequence[float]], index: int, row: str, with_band: bool
) -> None:
    """Draw value, low and high of a row by column; the first is the baseline."""
    colours = ["black", *(colour for colour in COLOURS if colour != "#000000")]
    colour = colours[index % len(colours)]
    # From an EER of 0 a change is infinite: left out.
    values, low, high = (
        [each if math.isfinite(each) else math.nan for each in part]
        for part in zip(*triples, strict=True)
    )
    places = np.arange(len(values)) + DODGE * index  # or bars would hide each other
    if with_band:
        axes.fill_between(places, low, high, color=colour, alpha=0.13, linewidth=0)
        axes.vlines(places, low, high, color=colour, linewidth=1)
    axes.plot(
        places,
        values,
        color=colour,
        linestyle=DASHES[index % len(DASHES)],
        linewidth=1.4 if index else 2.2,
        marker=MARKERS[index % len(MARKERS)],
        markersize=4,
        label=row,
    )
