#!/usr/bin/env python3
"""Read the rows of an ablation, so that a wrong table is told before a teacher is trained."""

from argparse import Namespace

from command import run
from grid_options import grid_parser, rows_of

from speechdistill.base.errors import InputError
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.models.label_settings import LabelSettings, read_labels
from speechdistill.models.needed_keys import require_objective


def main(arguments: Namespace) -> None:
    student = Hyperparameters.read(arguments.student)
    for row in rows_of(arguments):
        distill = Hyperparameters.read(row.distill)
        require_objective(distill)
        row.overrides_with(student)
        try:
            labels = LabelSettings.written(distill, row.overrides)
            if labels.file is not None:
                read_labels(labels.file)
        except InputError as error:
            raise InputError(f"the row {row.name}: {error}") from error


if __name__ == "__main__":
    parser = grid_parser(__doc__)
    parser.shared("student")
    run(parser, main)
