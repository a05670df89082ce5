#!/usr/bin/env python3
"""Stage 7: embed utterances with a student's best checkpoint, or what its YAML averages.

A set that is embedded already, by these checkpoints from these manifests, is left as it is.
"""

from pathlib import Path

from command import Parser, run

from speechdistill.distributed.processes import process_group
from speechdistill.students.extraction import extract_embeddings


def main(arguments) -> None:
    embeddings = arguments.student_exp / "embeddings"
    outputs = {arguments.data / name: embeddings / name for name in arguments.sets}
    with process_group():
        extract_embeddings(arguments.student_exp, outputs)


if __name__ == "__main__":
    parser = Parser(__doc__)
    parser.add_argument("--data", type=Path, required=True, help="made by stage 1")
    parser.add_argument("--student-exp", type=Path, required=True, help="made by stage 5 or 6")
    parser.add_argument("--sets", nargs="+", default=["dev", "test"], help="folders of --data")
    run(parser, main)
