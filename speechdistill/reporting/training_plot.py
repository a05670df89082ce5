"""Training curves, one small plot per row of an ablation."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from speechdistill.experiments.grid import Finished
from speechdistill.reporting.det_plot import COLOURS
from speechdistill.reporting.training_log import LoggedEpochs
from speechdistill.storage.files import written_whole

COLUMNS = 5


def plot_training(finished: Finished, error: str, path: Path) -> None:
    """Draw the error on training and dev items by epoch: mean and range over seeds; write a PNG.

    All plots share their axes. The same logs give the same bytes.

    Arguments
    ---------
    finished: the students, at least one.
    error: what their logs call it.
    path: the PNG to write.

    Raises
    ------
    InputError: a log is missing or broken.
    """
    curves = {
        ", ".join(filter(None, key)): _stacked(
            [LoggedEpochs.read(each, error) for each in students.values()], error
        )
        for key, students in finished.items()
        if students
    }
    columns = min(COLUMNS, len(curves))
    lines = -(-len(curves) // columns)
    size = (max(2.2 * columns, 4.4), 2.0 * lines + 0.8)
    figure = Figure(figsize=size, dpi=150, layout="constrained")
    grid = figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False)
    for axes in grid.flat[len(curves) :]:
        axes.set_visible(False)
    for axes, (row, (epochs, train, dev)) in zip(grid.flat, curves.items(), strict=False):
        for errors, name, colour, dashes in (
            (train, "training", COLOURS[1], "--"),
            (dev, "dev", COLOURS[0], "-"),
        ):
            percent = 100 * errors
            axes.fill_between(
                epochs, percent.min(0), percent.max(0), color=colour, alpha=0.2, linewidth=0
            )
            axes.plot(epochs, percent.mean(0), dashes, color=colour, linewidth=1.5, label=name)
        best = 100 * dev.min(axis=1).mean()
        axes.set_title(f"{row}\nbest dev {best:.1f} %", fontsize=8)
        axes.grid(color="0.92")
        axes.tick_params(labelsize=8)
    _, top = grid[0, 0].get_ylim()
    # The first epochs are far above all that follows.
    middle = max(float(np.median(100 * dev)) for *_, dev in curves.values())
    grid[0, 0].set_ylim(0, min(top, 2.5 * middle))
    figure.supxlabel("epoch", fontsize=9)
    figure.supylabel(f"{error} (%)", fontsize=9)
    handles, labels = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=2, fontsize=9)
    FigureCanvasAgg(figure)
    with written_whole(path) as partial:
        figure.savefig(partial, metadata={"Software": None})


def _stacked(logs: Sequence[LoggedEpochs], error: str) -> tuple[np.ndarray, ...]:
    """Return epochs, and training and dev errors each ``(students, epochs)``."""
    count = min(len(log.epochs) for log in logs)  # those that all have
    train, dev = (
        np.stack([errors[:count] for errors in of_logs])
        for of_logs in zip(*((log.train(error), log.dev(error)) for log in logs), strict=True)
    )
    return logs[0].epochs[:count], train, dev
