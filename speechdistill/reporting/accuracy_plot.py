"""Accuracy of the rows of an image ablation by number of training images."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from speechdistill.files import written_whole
from speechdistill.reporting.condition_plot import MARKERS
from speechdistill.reporting.det_plot import COLOURS
from speechdistill.reporting.image_grid import ImageGrid

WIDTH_OF_A_SIZE = 0.5


def plot_accuracy(grid: ImageGrid, about: Mapping[str, str], path: Path) -> None:
    """Draw accuracies with 95 % intervals, one panel per condition; write a PNG.

    The rows of one size stand side by side, or their intervals would hide each other. The same
    grid gives the same bytes.

    Arguments
    ---------
    grid: what the rows reach.
    about: condition -> what it does to training images.
    path: the PNG to write.
    """
    count = len(grid.conditions)
    figure = Figure(figsize=(3.6 * count + 0.8, 4.2), dpi=150, layout="constrained")
    panels = figure.subplots(1, count, sharey=True, squeeze=False)[0]
    offsets = np.linspace(-0.5, 0.5, len(grid.rows)) * WIDTH_OF_A_SIZE
    colours = ["black", *(colour for colour in COLOURS if colour != "#000000")]
    for axes, condition in zip(panels, grid.conditions, strict=True):
        for index, row in enumerate(grid.rows):
            means = [grid.mean(condition, row, [size]) for size in grid.sizes]
            places = [at for at, mean in enumerate(means) if mean is not None]
            errors = [mean for mean in means if mean is not None]
            values = np.array([100 * (1 - error.value) for error in errors])
            ends = 100 * (1 - np.array([error.interval() for error in errors]).reshape(-1, 2))
            axes.errorbar(
                np.array(places) + offsets[index],
                values,
                np.abs(np.stack([values - ends[:, 1], ends[:, 0] - values])),
                color=colours[index % len(colours)],
                marker=MARKERS[index % len(MARKERS)],
                markersize=4,
                linewidth=1,
                elinewidth=1,
                capsize=2,
                linestyle="-" if index == 0 else ":",
                label=row,
            )
        axes.set_title(f"{condition}\n{about[condition]}", fontsize=9)
        axes.set_xticks(range(len(grid.sizes)), [str(size) for size in grid.sizes])
        axes.set_xlabel("training images per class")
        axes.grid(color="0.92", axis="y")
        axes.set_axisbelow(True)
    panels[0].set_ylabel("accuracy (%)")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=5, fontsize=9)
    FigureCanvasAgg(figure)
    with written_whole(path) as partial:
        figure.savefig(partial, metadata={"Software": None})
