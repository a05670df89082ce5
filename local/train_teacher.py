#!/usr/bin/env python3
"""Stage 3: train a teacher and report its verification EER on held-out people."""

from pathlib import Path

from command import Parser, run

from speechdistill.distributed.processes import process_group
from speechdistill.training.train_teacher import TeacherSettings, train_teacher


def main(arguments) -> None:
    settings = TeacherSettings(
        arguments.data, arguments.teacher, arguments.output, arguments.overrides, arguments.seed
    )
    with process_group():
        train_teacher(settings)


if __name__ == "__main__":
    parser = Parser(__doc__, overrides_of="the teacher's YAML")
    parser.add_argument("--data", type=Path, required=True, help="made by stages 1 and 2")
    parser.add_argument("--teacher", type=Path, required=True, help="YAML of the teacher")
    parser.add_argument("--output", type=Path, required=True, help="the teacher's folder")
    parser.add_argument("--seed", type=int, default=1, help="of everything random")
    run(parser, main)
