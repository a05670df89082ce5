#!/usr/bin/env python3
"""Read the rows of an ablation, so that a wrong table is told before a teacher is trained."""

from argparse import Namespace

from command import run
from grid_options import grid_parser, rows_of

from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.models.needed_keys import require_objective


def main(arguments: Namespace) -> None:
    student = Hyperparameters.read(arguments.student)
    for row in rows_of(arguments):
        require_objective(Hyperparameters.read(row.distill))
        row.overrides_with(student)


if __name__ == "__main__":
    parser = grid_parser(__doc__)
    parser.shared("student")
    run(parser, main)
