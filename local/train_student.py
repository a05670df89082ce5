#!/usr/bin/env python3
"""Stages 5 and 6: train a student from a SpeechBrain YAML under a distillation YAML."""

import sys
from pathlib import Path

from command import Parser, run

from speechdistill.training.train_student import StudentSettings, train_student


def main(arguments) -> None:
    sys.path.append(str(arguments.distill.resolve().parent))  # a distance of the user's own
    train_student(
        StudentSettings(
            arguments.data,
            arguments.student,
            arguments.distill,
            arguments.output,
            arguments.targets,
            arguments.overrides,
            arguments.seed,
        )
    )


if __name__ == "__main__":
    parser = Parser(__doc__, overrides_of="the student's or the distillation's YAML")
    parser.add_argument("--data", type=Path, required=True, help="made by stages 1 and 2")
    parser.add_argument("--student", type=Path, required=True, help="SpeechBrain speaker YAML")
    parser.add_argument("--distill", type=Path, required=True, help="YAML of the objective")
    parser.add_argument(
        "--targets",
        type=Path,
        nargs="+",
        default=[],
        metavar="TEACHER/targets",
        help="of one or several teachers, made by stage 4",
    )
    parser.add_argument("--output", type=Path, required=True, help="the student's folder")
    parser.add_argument("--seed", type=int, default=1, help="of everything random")
    run(parser, main)
