#!/usr/bin/env python3
"""Read the rows of an ablation, so that a wrong table is told before a teacher is trained."""

from command import run
from grid_options import grid_parser, rows_of

if __name__ == "__main__":
    run(grid_parser(__doc__), rows_of)
