#!/usr/bin/env python3
"""Write the test set under every condition: white, babble and one-octave noise, and short cuts.

Writes <data>/test-<condition>/cuts.jsonl.gz with the ids of <data>/test, and noisy audio beside
it. Nothing is done if nothing changed.
"""

import os
from pathlib import Path

from command import Parser, run

from speechdistill.corpora.conditions.make import make_conditions


def main(arguments) -> None:
    make_conditions(arguments.data, arguments.seed, arguments.nj, arguments.skipped_limit)


if __name__ == "__main__":
    parser = Parser(__doc__)
    add = parser.add_argument
    add("--data", type=Path, required=True, help="made by stage 1")
    add("--seed", type=int, default=1, help="of the noise")
    add("--nj", type=int, default=os.cpu_count(), help="number of processes")
    add(
        "--skipped-limit",
        type=float,
        default=0.01,
        help="largest share of utterances that may be unreadable",
    )
    run(parser, main)
