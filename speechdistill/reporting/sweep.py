"""SWEEP.md: which setting of a grid is best on the dev items; no test item has a say."""

from pathlib import Path

import numpy as np

from speechdistill.experiments.grid import Grid
from speechdistill.reporting.measure import DevError
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.tables import markdown_table, mean_and_deviation
from speechdistill.reporting.training_log import LoggedEpochs
from speechdistill.storage.files import write_text_whole


def sweep_table(grid: Grid, dev: DevError) -> str:
    """Return rows by dev error, lowest mean first: of the best epoch, mean over seeds.

    With training sets of several names, a column for each, and their mean; else the training error
    and the epochs as well.

    Raises
    ------
    InputError: a student is not trained, or its log is broken.
    """
    logs: dict[str, dict[str, list[tuple[LoggedEpochs, int]]]] = {row: {} for row in grid.rows}
    for row, name, _, student in grid.students():
        log = LoggedEpochs.read(student, dev.key)
        logs[row].setdefault(name, []).append((log, log.best(dev.key) or 0))
    errors = {
        row: [[float(log.dev(dev.key)[best]) for log, best in found] for found in of_row.values()]
        for row, of_row in logs.items()
    }
    means = {row: float(np.mean([np.mean(e) for e in found])) for row, found in errors.items()}
    is_named = any(grid.training_sets)
    lines = []
    for row in sorted(means, key=means.__getitem__):
        cells = [row, *map(mean_and_deviation, errors[row])]
        if is_named:
            cells.append(f"{100 * means[row]:.2f}")
        else:
            found = logs[row][""]
            cells.append(f"{100 * np.mean([log.train(dev.key)[best] for log, best in found]):.2f}")
            cells.append(", ".join(str(int(log.epochs[best])) for log, best in found))
        lines.append(cells)
    header = ["setting", f"dev {dev.name} %", f"train {dev.name} %", "epochs"]
    if is_named:
        names = [name.replace("/", " ") for name in grid.training_sets]
        header = [f"dev {dev.name} %", *names, "mean"]
    return markdown_table(header, lines)


def write_sweep(path: Path, grid: Grid, dev: DevError, provenance: Provenance) -> None:
    """Write the table of settings, whole or not at all."""
    write_text_whole(
        path,
        f"# Settings by {dev.name} on the dev {dev.items}\n\n{sweep_table(grid, dev)}\n"
        f"Each figure is that of the epoch of lowest dev {dev.name}: mean over seeds, +- one "
        f"standard deviation.\nNo test {dev.not_done}.\n\n"
        + provenance.markdown([f"seeds: 1 to {len(grid.seeds)}"]),
    )
