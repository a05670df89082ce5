"""Write a page on a finished experiment, one HTML file to look at and to listen to.

It reads `results.json`, which RESULTS.md was made with.
"""

import argparse

from speechdistill.base.errors import UnknownOption
from speechdistill.commands.parser import Parser, one_path
from speechdistill.reporting.page.writer import write_page
from speechdistill.storage.output_places import check_output
from speechdistill.storage.places import REPORT_RECORD


def add_arguments(parser: Parser) -> None:
    """Add what the command takes."""
    add = parser.add_argument
    add("exp", type=one_path, metavar="EXP", help="the experiment, all stages done")
    add("-o", "--output", type=one_path, help="by default report.html in the experiment")


def main(arguments: argparse.Namespace) -> None:
    output = arguments.output or arguments.exp / "report.html"
    if output.suffix != ".html":
        raise UnknownOption(f"{output} is no page: name it .html")
    check_output(output, [arguments.exp / REPORT_RECORD])
    write_page(arguments.exp, output)
    print(f"to look at: {output}")
