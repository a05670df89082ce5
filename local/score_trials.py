#!/usr/bin/env python3
"""Score a trial list by the cosine of embeddings; usable with anybody's embeddings.

Embeddings are folders with vectors.npy (one row per utterance) and ids.txt (one id per line: the
trial list's names without extension). Writes `enrol test score` per trial, in the list's order.
"""

from pathlib import Path

from command import Parser, run

from speechdistill.keyed_vectors import KeyedVectors
from speechdistill.verification.score_list import score_list


def main(arguments) -> None:
    test = KeyedVectors.load(arguments.embeddings, "stage 7")
    enrol = test
    if arguments.enrol_embeddings:
        enrol = KeyedVectors.load(arguments.enrol_embeddings, "stage 7")
    score_list(arguments.trials, enrol, test, arguments.output, arguments.missing_limit)


if __name__ == "__main__":
    parser = Parser(__doc__)
    add = parser.add_argument
    add("--trials", type=Path, required=True, help="lines `label enrol test`, label 1 or 0")
    add("--embeddings", type=Path, required=True, help="of the test side, and of both by default")
    add("--enrol-embeddings", type=Path, help="of the enrolment side")
    add("--output", type=Path, required=True, help="the score file")
    add(
        "--missing-limit",
        type=float,
        default=0.01,
        help="largest share of trials that may lack an embedding; they are left out and listed",
    )
    run(parser, main)
