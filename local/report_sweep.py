#!/usr/bin/env python3
"""Compare settings of a student by its EER on dev trials: SWEEP.md, and the table on the screen."""

from pathlib import Path

from command import Parser, run

from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.sweep import BestEpoch, sweep_table, write_sweep


def main(arguments) -> None:
    seeds = range(1, arguments.seeds + 1)
    found = {
        row: [BestEpoch.of(arguments.cells / row / f"seed{seed}") for seed in seeds]
        for row in arguments.rows
    }
    write_sweep(arguments.output, found, Provenance.here(arguments.command, arguments.seeds))
    print(f"\n{sweep_table(found)}\nmore in {arguments.output}")


if __name__ == "__main__":
    parser = Parser(__doc__)
    add = parser.add_argument
    add("--cells", type=Path, required=True, help="folder with <row>/seed<N>/, made by ablation.sh")
    add("--rows", nargs="+", required=True, help="which rows")
    add("--seeds", type=int, required=True, metavar="N", help="report the seeds 1 to N")
    add("--output", type=Path, required=True, help="the report, such as SWEEP.md")
    add("--command", required=True, help="what made the students, to be quoted in the report")
    run(parser, main)
