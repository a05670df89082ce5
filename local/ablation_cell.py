#!/usr/bin/env python3
"""One student of an ablation: train it and, unless a sweep asks for no test, embed and score it.

It is scored on <data>/test and on every test condition there; both utterances of a trial are
degraded alike. Writes <output>/embeddings/<set>/ and <output>/scores/<set>/<stem of the list>.txt.
"""

from command import run
from train_student import main as train
from train_student import student_parser

from speechdistill.corpora.conditions.catalogue import available_sets, trial_lists
from speechdistill.keyed_vectors import KeyedVectors
from speechdistill.students.extraction import extract_embeddings
from speechdistill.verification.score_list import score_list


def main(arguments) -> None:
    train(arguments)
    if not arguments.train_only:
        score_conditions(arguments)


def score_conditions(arguments) -> None:
    data = arguments.data
    embeddings, scores = arguments.output / "embeddings", arguments.output / "scores"
    sets = available_sets(data)
    extract_embeddings(arguments.output, {data / name: embeddings / name for name in sets})
    for name in sets:
        vectors = KeyedVectors.load(embeddings / name)
        for path in trial_lists(data):
            output = scores / name / f"{path.stem}.txt"
            score_list(path, vectors, vectors, output, arguments.skipped_limit)


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
