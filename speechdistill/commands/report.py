"""Write a page on a finished experiment, one HTML file to look at and to listen to.

It reads what stage 8 left in the experiment.
"""

import argparse
from pathlib import Path

from speechdistill.commands.parser import Parser
from speechdistill.reporting.page.writer import write_page
from speechdistill.storage.output_places import check_output
from speechdistill.storage.places import REPORT_RECORD


def add_arguments(parser: Parser) -> None:
    """Add what the command takes."""
    add = parser.add_argument
    add("exp", type=Path, metavar="EXP", help="the experiment, all stages done")
    add("-o", "--output", type=Path, help="by default report.html in the experiment")


def main(arguments: argparse.Namespace) -> None:
    output = arguments.output or arguments.exp / "report.html"
    check_output(output, [arguments.exp / REPORT_RECORD])
    write_page(arguments.exp, output)
    print(f"to look at: {output}")
