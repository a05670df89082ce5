#!/usr/bin/env python3
"""Embed and classify test images, score trials of unseen classes.

Writes embeddings/, predictions/test.tsv and, with unseen classes, scores/unseen.txt in the
student's folder.
"""

from pathlib import Path

from command import Parser, run

from speechdistill.storage.places import Stage
from speechdistill.students.classification import apply_student


def main(arguments) -> None:
    apply_student(arguments.student_exp, arguments.data, trust=arguments.trust == "true")


if __name__ == "__main__":
    parser = Parser(__doc__)
    parser.shared(data=f"made by {Stage.RATED_SETS}", trust="the student")
    parser.add_argument("--student-exp", type=Path, required=True, help=f"made by {Stage.STUDENT}")
    run(parser, main)
