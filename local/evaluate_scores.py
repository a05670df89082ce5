#!/usr/bin/env python3
"""Measure and compare score files: `speechdistill evaluate`, without installing it."""

from command import Parser, run

from speechdistill.commands import evaluate

if __name__ == "__main__":
    parser = Parser(evaluate.__doc__)
    evaluate.add_arguments(parser)
    run(parser, evaluate.main)
