"""The rows of a grid in one picture: a point and an interval for each."""

from collections.abc import Collection
from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from speechdistill.experiments.rows import CEILING
from speechdistill.reporting.det_plot import COLOURS
from speechdistill.reporting.grid_result import GridResult
from speechdistill.reporting.tables import metric_title, per_cent
from speechdistill.storage.files import written_whole


def plot_rows(result: GridResult, column: str, controls: Collection[str], path: Path) -> None:
    """Draw the first metric of every row, with its 95 % interval; write a PNG.

    Lines stand at the baseline and, where there is one, at the ceiling. The same result gives the
    same bytes.

    Arguments
    ---------
    result: what the rows reach.
    column: of the grid, such as the clean test set.
    controls: rows whose teacher is shuffled; they have a colour of their own.
    path: the PNG to write.
    """
    found = [(row, mean) for row in result.rows if (mean := result.mean(row, [column]))]
    figure = Figure(figsize=(7.0, 0.9 + 0.32 * len(found)), dpi=150, layout="constrained")
    axes = figure.subplots()
    for place, (row, mean) in enumerate(found):
        value, low, high = (
            per_cent(each, result.metric) for each in (mean.value, *mean.interval())
        )
        is_bound = row in (result.baseline, CEILING)
        colour = "black" if is_bound else COLOURS[2 if row in controls else 1]
        axes.hlines(place, low, high, color=colour, linewidth=2)
        axes.plot(value, place, "o", color=colour, markersize=6)
        axes.annotate(
            f"{value:.1f}", (value, place), (0, 6), textcoords="offset points", ha="center", size=8
        )
        if is_bound:
            axes.axvline(value, color="0.6", linewidth=1, linestyle=":")
    axes.set_yticks(range(len(found)), [row for row, _ in found])
    axes.set_ylim(len(found) - 0.4, -0.8)
    axes.set_xlim(left=0)
    axes.set_xlabel(metric_title(result.metric))
    axes.grid(axis="x", color="0.92")
    axes.set_axisbelow(True)
    FigureCanvasAgg(figure)
    with written_whole(path) as partial:
        figure.savefig(partial, metadata={"Software": None})
