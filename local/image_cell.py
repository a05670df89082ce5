#!/usr/bin/env python3
"""One student of an image ablation: train it and, unless a sweep asks for no test, apply it."""

from command import run
from train_student import main as train
from train_student import student_parser

from speechdistill.students.classification import apply_student


def main(arguments) -> None:
    train(arguments)
    if not arguments.train_only:
        apply_student(arguments.output, arguments.data)


if __name__ == "__main__":
    parser = student_parser(__doc__)
    parser.add_argument("--train-only", action="store_true", help="test nothing")
    run(parser, main)
