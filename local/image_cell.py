#!/usr/bin/env python3
"""One student of an image ablation: train it and, unless a sweep asks for no test, apply it."""

import sys
from pathlib import Path

from command import Parser, run

from speechdistill.students.predictions import apply_student
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
    if not arguments.train_only:
        apply_student(arguments.output, arguments.data)


if __name__ == "__main__":
    parser = Parser(__doc__, overrides_of="the student's or the distillation's YAML")
    parser.add_argument("--data", type=Path, required=True, help="made by draw_training_images.py")
    parser.add_argument("--student", type=Path, required=True, help="YAML of the student")
    parser.add_argument("--distill", type=Path, required=True, help="YAML of the objective")
    parser.add_argument("--targets", type=Path, nargs="+", default=[], help="made by stage 4")
    parser.add_argument("--output", type=Path, required=True, help="the student's folder")
    parser.add_argument("--seed", type=int, default=1, help="of everything random")
    parser.add_argument("--train-only", action="store_true", help="test nothing")
    run(parser, main)
