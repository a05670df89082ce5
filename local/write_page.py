#!/usr/bin/env python3
"""Stage 8: the page on an experiment: `speechdistill report`, without installing it."""

from command import Parser, run

from speechdistill.commands import report

if __name__ == "__main__":
    parser = Parser(report.__doc__)
    report.add_arguments(parser)
    run(parser, report.main)
