#!/usr/bin/env python3
"""Train and test every student of an ablation that is not finished: rows by seeds.

With --condition each is trained on a set sampled from --data, by condition, size and seed. Other
options --KEY VALUE override keys in all rows. A student's messages are in log of its folder.
"""

import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from command import begin, count, own_overrides, run
from grid_options import grid_of, grid_parser, rows_of

from speechdistill.base.errors import InputError
from speechdistill.corpora.images.sample_grid import sample_grid
from speechdistill.experiments.cell import Cell, run_cells
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.models.overrides import overrides_for
from speechdistill.quality.compute import compute_quality
from speechdistill.storage.places import TRAIN


def main(arguments: Namespace) -> None:
    rows = rows_of(arguments)
    grid = grid_of(arguments, rows)
    if arguments.condition:
        conditions, sizes = dict(arguments.condition), arguments.images_per_class
        for folder in sample_grid(
            arguments.data, arguments.training_sets, conditions, sizes, grid.seeds
        ):
            compute_quality(folder / TRAIN, arguments.nj, skipped_limit=0)
    row_of = {row.name: row for row in rows}
    student = Hyperparameters.read(arguments.student)
    given = own_overrides(arguments, arguments.student)
    overrides = {**given, **overrides_for(given, student)}
    cells = [
        Cell(
            folder,
            arguments.training_sets / training_set / f"seed{seed}"
            if training_set
            else arguments.data,
            arguments.student,
            row_of[row].distill,
            arguments.targets,
            {**epochs(arguments, training_set), **row_of[row].overrides_with(student), **overrides},
            seed,
            None if arguments.sweep else arguments.measure,
            arguments.skipped_limit,
        )
        for row, training_set, seed, folder in grid.students()
    ]
    print(f"{len(rows)} rows with seeds 1 to {arguments.seeds}, {arguments.nj} students at once")
    failed = 0
    for cell, error, seconds in run_cells(cells, arguments.nj, prepare):
        name = cell.folder.relative_to(arguments.cells)
        if error is None:
            print(f"{cell.marker} in {seconds:.0f} s: {name}", flush=True)
        else:
            failed += 1
            print(f"failed: {name}: {error} (log: {cell.folder / 'log'})", file=sys.stderr)
    if failed:
        raise InputError(
            f"{failed} students failed, as said above; the same command goes on with those missing"
        )


def prepare() -> None:
    """Import what trains students while no garbage is collected, then let it be."""
    import speechdistill.training.train_student  # noqa: F401

    begin()


def epochs(arguments: Namespace, training_set: str) -> dict[str, Any]:
    """Let training see an image of a class as often, however many there are."""
    if not training_set:
        return {}
    number = max(1, arguments.views // int(training_set.rpartition("/")[2]))
    return {"number_of_epochs": number, "valid_interval": max(1, number // 10)}


if __name__ == "__main__":
    parser = grid_parser(__doc__, overrides_of="the student's YAML")
    add = parser.add_argument
    add("--training-sets", type=Path, help="folder of the training sets of --condition")
    add("--views", type=count, default=800, help="of an image of a class, all epochs together")
    parser.shared("student")
    add("--targets", type=Path, nargs="*", default=[], metavar="TEACHER/targets")
    run(parser, main)
