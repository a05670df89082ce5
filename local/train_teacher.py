#!/usr/bin/env python3
"""Train a teacher and report its verification EER on held-out people."""

from pathlib import Path

from command import Parser, own_overrides, run

from speechdistill.distributed.processes import process_group
from speechdistill.storage.places import Stage
from speechdistill.training.train_teacher import TeacherSettings, train_teacher


def main(arguments) -> None:
    overrides = own_overrides(arguments, arguments.teacher, of_teachers=True)
    settings = TeacherSettings(
        arguments.data, arguments.teacher, arguments.output, overrides, arguments.seed
    )
    with process_group():
        train_teacher(settings)


if __name__ == "__main__":
    parser = Parser(__doc__, overrides_of="the teacher's YAML")
    parser.shared(
        data=f"made by {Stage.RATED_SETS}",
        output="the teacher's folder",
        seed="everything random",
    )
    parser.add_argument("--teacher", type=Path, required=True, help="YAML of the teacher")
    run(parser, main)
