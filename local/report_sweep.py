#!/usr/bin/env python3
"""Compare settings of a student by its EER on dev trials: SWEEP.md, and the table on the screen."""

from pathlib import Path

from command import Parser, run

from speechdistill.errors import InputError
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.sweep import BestEpoch, sweep_table, write_sweep


def main(arguments) -> None:
    students = {row: sorted((arguments.cells / row).glob("seed*")) for row in arguments.rows}
    untrained = [row for row, folders in students.items() if not folders]
    if untrained:
        raise InputError(f"no student of the row {untrained[0]} in {arguments.cells}: train one")
    found = {row: [BestEpoch.of(folder) for folder in students[row]] for row in students}
    seeds = max(len(folders) for folders in students.values())
    write_sweep(arguments.output, found, Provenance.here(arguments.command, seeds))
    print(f"\n{sweep_table(found)}\nmore in {arguments.output}")


if __name__ == "__main__":
    parser = Parser(__doc__)
    add = parser.add_argument
    add("--cells", type=Path, required=True, help="folder with <row>/seed<N>/, made by ablation.sh")
    add("--rows", nargs="+", required=True, help="which rows")
    add("--output", type=Path, required=True, help="the report, such as SWEEP.md")
    add("--command", required=True, help="what made the students, to be quoted in the report")
    run(parser, main)
