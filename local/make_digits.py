#!/usr/bin/env python3
"""Write scikit-learn's digits as <digit>/<number>.png."""

from command import Parser, run

from speechdistill.corpora.images.digits import write_digits


def main(arguments) -> None:
    write_digits(arguments.output)


if __name__ == "__main__":
    parser = Parser(__doc__)
    parser.shared(output="the folder of classes")
    run(parser, main)
