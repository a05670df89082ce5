#!/usr/bin/env python3
"""Keep what the trained teacher says of every item, and its class weights."""

from pathlib import Path

from command import Parser, run

from speechdistill.distributed.processes import process_group
from speechdistill.storage.places import Stage
from speechdistill.training.teacher_targets import write_targets


def main(arguments) -> None:
    with process_group():
        write_targets(arguments.data, arguments.teacher_exp, arguments.trust == "true")


if __name__ == "__main__":
    parser = Parser(__doc__)
    parser.shared(data=f"made by {Stage.RATED_SETS}", trust="the teacher")
    parser.add_argument("--teacher-exp", type=Path, required=True, help=f"made by {Stage.TEACHER}")
    run(parser, main)
