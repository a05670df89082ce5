#!/usr/bin/env python3
"""Score a trial list from anybody's embeddings: `speechdistill score`, without installing it."""

from command import Parser, run

from speechdistill.commands import score

if __name__ == "__main__":
    parser = Parser(score.__doc__)
    score.add_arguments(parser)
    run(parser, score.main)
