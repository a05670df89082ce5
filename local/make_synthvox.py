#!/usr/bin/env python3
"""Generate a corpus of talking people in VoxCeleb1's layout."""

from dataclasses import fields

from command import Parser, count, run, share, whole

from speechdistill.synthvox.corpus import make_corpus
from speechdistill.synthvox.parameters import CorpusParameters


def main(arguments) -> None:
    names = [field.name for field in fields(CorpusParameters)]
    parameters = CorpusParameters(**{name: getattr(arguments, name) for name in names})
    make_corpus(arguments.output, parameters, arguments.nj)


if __name__ == "__main__":
    parser = Parser(__doc__)
    parser.shared("nj", output="the corpus's folder", seed="everything random")
    parser.add_argument("--speakers", type=count, default=160, help="people, test ones included")
    parser.add_argument("--test-speakers", type=count, default=40, help="people for the trials")
    parser.add_argument("--sessions", type=count, default=4, help="per person")
    parser.add_argument("--utterances", type=count, default=4, help="per session")
    parser.add_argument("--images", type=count, default=4, help="per session")
    parser.add_argument(
        "--shared", type=share, default=0.5, help="share of a face's variance the voice carries"
    )
    parser.add_argument(
        "--face-people", type=whole, default=0, help="people with faces alone, to train the teacher"
    )
    run(parser, main)
