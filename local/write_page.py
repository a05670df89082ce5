#!/usr/bin/env python3
"""Stage 8: write a page on a finished experiment, one HTML file to look at and to listen to.

It reads what report_results.py or report_images.py wrote down (--record).
"""

from pathlib import Path

from command import Parser, run

from speechdistill.reporting.page.writer import write_page
from speechdistill.storage.output_places import check_output
from speechdistill.storage.places import RESULTS


def main(arguments) -> None:
    output = arguments.output or arguments.exp / "report.html"
    check_output(output, [arguments.exp / RESULTS])
    write_page(arguments.exp, output)
    print(f"to look at: {output}")


if __name__ == "__main__":
    parser = Parser(__doc__)
    parser.add_argument("--exp", type=Path, required=True, help="the experiment, all stages done")
    parser.add_argument("--output", type=Path, help="by default report.html in the experiment")
    run(parser, main)
