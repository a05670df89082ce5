#!/usr/bin/env python3
"""Compare measured image quality with the truth, which training images are degraded.

Prints Spearman's correlation of every measure with the strength of the degradation, 0 for images
that are as they were: a good measure is near -1.
"""

from command import Parser, run

from speechdistill.reporting.degradation_check import degradation_table
from speechdistill.storage.places import Stage


def main(arguments) -> None:
    print(degradation_table(arguments.data), end="")


if __name__ == "__main__":
    parser = Parser(__doc__)
    parser.shared(data=f"made by {Stage.RATED_SETS}")
    run(parser, main)
