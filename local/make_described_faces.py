#!/usr/bin/env python3
"""Draw faces of people, with a sentence on each."""

from command import Parser, count, run

from speechdistill.synthvox.described_faces import make_described_faces
from speechdistill.synthvox.parameters import CorpusParameters


def main(arguments) -> None:
    parameters = CorpusParameters(
        face_people=arguments.people,
        sessions=arguments.sessions,
        images=arguments.images,
        seed=arguments.seed,
    )
    make_described_faces(arguments.output, parameters, arguments.nj)


if __name__ == "__main__":
    parser = Parser(__doc__)
    parser.shared("nj", output="the corpus's folder", seed="everything random")
    parser.add_argument("--people", type=count, default=80, help="classes")
    parser.add_argument("--sessions", type=count, default=10, help="per person")
    parser.add_argument("--images", type=count, default=4, help="per session")
    run(parser, main)
