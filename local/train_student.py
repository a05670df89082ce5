#!/usr/bin/env python3
"""Train a student from its YAML under a distillation YAML, or fine-tune it."""

import sys
from pathlib import Path

from command import Parser, own_overrides, run

from speechdistill.distributed.processes import process_group
from speechdistill.storage.places import Stage
from speechdistill.training.fine_tuning import FineTuning
from speechdistill.training.train_student import StudentSettings, train_student


def main(arguments) -> None:
    sys.path.append(str(arguments.distill.resolve().parent))  # a distance of the user's own
    fine_tuning = FineTuning.read(*arguments.fine_tune) if arguments.fine_tune else None
    settings = StudentSettings(
        arguments.data,
        arguments.student,
        arguments.distill,
        arguments.output,
        arguments.targets,
        own_overrides(arguments, arguments.student, arguments.distill),
        arguments.seed,
        fine_tuning,
    )
    with process_group():
        train_student(settings)


def student_parser(description: str | None) -> Parser:
    parser = Parser(description, overrides_of="the student's or the distillation's YAML")
    add = parser.add_argument
    parser.shared(
        "student",
        data=f"made by {Stage.RATED_SETS}",
        output="the student's folder",
        seed="everything random",
    )
    add("--distill", type=Path, required=True, help="YAML of the objective")
    add(
        "--targets",
        type=Path,
        nargs="+",
        default=[],
        metavar="TEACHER/targets",
        help=f"of one or several teachers, made by {Stage.TARGETS}",
    )
    add(
        "--fine-tune",
        type=Path,
        nargs=2,
        metavar=("YAML", "STUDENT_EXP"),
        help="train on the student of that folder, made from the same, with the YAML's overrides",
    )
    return parser


if __name__ == "__main__":
    run(student_parser(__doc__), main)
