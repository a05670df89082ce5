#!/usr/bin/env python3
"""Write the test set under every condition: white, babble and one-octave noise, and short cuts.

Writes <data>/test-<condition>/cuts.jsonl.gz with the ids of <data>/test, and noisy audio beside
it. Nothing is done if nothing changed.
"""

from command import Parser, run

from speechdistill.corpora.conditions.make import make_conditions
from speechdistill.storage.places import Stage


def main(arguments) -> None:
    make_conditions(arguments.data, arguments.seed, arguments.nj, arguments.skipped_limit)


if __name__ == "__main__":
    parser = Parser(__doc__)
    parser.shared("nj", data=f"made by {Stage.MANIFESTS}", seed="the noise")
    parser.shared(skipped_limit="utterances that may be unreadable")
    run(parser, main)
