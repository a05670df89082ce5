#!/usr/bin/env python3
"""Stage 7 of recipes/imagetext: embed and classify test images, score trials of unseen classes.

Writes embeddings/, predictions/test.tsv and, with unseen classes, scores/unseen.txt in the
student's folder.
"""

from pathlib import Path

from command import Parser, run

from speechdistill.students.classification import apply_student


def main(arguments) -> None:
    apply_student(arguments.student_exp, arguments.data, trust=arguments.trust == "true")


if __name__ == "__main__":
    parser = Parser(__doc__)
    parser.shared(data="made by stages 1 and 2", trust="the student")
    parser.add_argument("--student-exp", type=Path, required=True, help="made by stage 5 or 6")
    run(parser, main)
