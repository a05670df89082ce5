#!/usr/bin/env python3
"""Embed and score a student on the test set and on its conditions: all that an ablation reads.

Both utterances of a trial are degraded alike. Writes <student>/embeddings/<set>/ and
<student>/scores/<set>/<stem of the trial list>.txt for <data>/test and every test condition there.
"""

from pathlib import Path

from command import Parser, run

from speechdistill.corpora.conditions.catalogue import available_sets, trial_lists
from speechdistill.keyed_vectors import KeyedVectors
from speechdistill.students.extraction import extract_embeddings
from speechdistill.verification.score_list import score_list


def main(arguments) -> None:
    data = arguments.data
    embeddings, scores = arguments.student_exp / "embeddings", arguments.student_exp / "scores"
    sets = available_sets(data)
    extract_embeddings(arguments.student_exp, {data / name: embeddings / name for name in sets})
    for name in sets:
        vectors = KeyedVectors.load(embeddings / name)
        for path in trial_lists(data):
            output = scores / name / f"{path.stem}.txt"
            score_list(path, vectors, vectors, output, arguments.skipped_limit)


if __name__ == "__main__":
    parser = Parser(__doc__)
    add = parser.add_argument
    add("--data", type=Path, required=True, help="made by stage 1 and make_conditions.py")
    add("--student-exp", type=Path, required=True, help="made by stage 5 or 6")
    add(
        "--skipped-limit",
        type=float,
        default=0.01,
        help="largest share of trials that may lack an embedding; they are left out and listed",
    )
    run(parser, main)
