#!/usr/bin/env python3
"""Stage 7: embed the dev and test utterances with a student's best checkpoint."""

from pathlib import Path

from command import Parser, run

from speechdistill.training.extraction import extract_embeddings


def main(arguments) -> None:
    for name in ("dev", "test"):
        output = arguments.student_exp / "embeddings" / name
        extract_embeddings(arguments.student_exp, arguments.data / name, output)


if __name__ == "__main__":
    parser = Parser(__doc__)
    parser.add_argument("--data", type=Path, required=True, help="made by stage 1")
    parser.add_argument("--student-exp", type=Path, required=True, help="made by stage 5 or 6")
    run(parser, main)
