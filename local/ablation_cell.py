#!/usr/bin/env python3
"""One student of an ablation: train it and, unless a sweep asks for no test, embed and score it.

It is scored on <data>/test and on every test condition there; both utterances of a trial are
degraded alike. Writes <output>/embeddings/<set>/ and <output>/scores/<set>/<stem of the list>.txt.
"""

from command import run
from train_student import main as train
from train_student import student_parser

from speechdistill.students.condition_scores import score_conditions


def main(arguments) -> None:
    train(arguments)
    if not arguments.train_only:
        score_conditions(arguments.output, arguments.data, arguments.skipped_limit)


if __name__ == "__main__":
    parser = student_parser(__doc__)
    parser.add_argument("--train-only", action="store_true", help="test nothing")
    parser.add_argument(
        "--skipped-limit",
        type=float,
        default=0.01,
        help="largest share of trials that may lack an embedding; they are left out and listed",
    )
    run(parser, main)
