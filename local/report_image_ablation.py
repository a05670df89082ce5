#!/usr/bin/env python3
"""Compare the rows of an image ablation by condition and number of images: RESULTS.md and a plot.

Reads <cells>/<row>/<condition>/<images per class>/seed<N>/. Students that are not finished are left
out and named in the report. With --sweep no test image is looked at: SWEEP.md has dev errors.
"""

import os
from argparse import ArgumentTypeError
from pathlib import Path

from command import Parser, run

from speechdistill.corpora.images.draw_grid import draw_folder
from speechdistill.reporting.accuracy_plot import plot_accuracy
from speechdistill.reporting.image_evaluation import ImageEvaluation
from speechdistill.reporting.image_grid import evaluate_image_grid
from speechdistill.reporting.image_grid_report import ImageGridReport
from speechdistill.reporting.image_sweep import image_sweep_table, write_image_sweep
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.sweep import BestEpoch
from speechdistill.reporting.teacher_report import teacher_note


def pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise ArgumentTypeError(f"{text} is not NAME=VALUE")
    return name, value


def main(arguments) -> None:
    if arguments.sweep:
        report_sweep(arguments)
    else:
        report_test(arguments)


def report_sweep(arguments) -> None:
    seeds = range(1, arguments.seeds + 1)
    errors = {
        row: {
            f"{name} {size}": [
                BestEpoch.of(draw_folder(arguments.cells / row, name, size, seed), "error").dev
                for seed in seeds
            ]
            for name, _ in arguments.condition
            for size in arguments.images_per_class
        }
        for row in arguments.rows
    }
    write_image_sweep(arguments.output, errors, Provenance.here(arguments.command, arguments.seeds))
    print(f"\n{image_sweep_table(errors)}\nmore in {arguments.output}")


def report_test(arguments) -> None:
    about = dict(arguments.condition)
    evaluation = ImageEvaluation.load(arguments.data, arguments.seed)
    grid = evaluate_image_grid(
        *(evaluation, arguments.cells, arguments.rows, list(about), arguments.images_per_class),
        range(1, arguments.seeds + 1),
        arguments.nj,
    )
    plot = arguments.output.with_name("ablation_accuracy.png")
    plot_accuracy(grid, about, plot)
    notes = [*map(teacher_note, arguments.teacher_report)]
    provenance = Provenance.here(arguments.command, arguments.seed)
    controls = dict(arguments.control)
    report = ImageGridReport(grid, evaluation, controls, about, plot, provenance, notes)
    report.write(arguments.output)
    for name in about:
        print(f"\n{name}: {about[name]}\n\n" + "\n".join(report.tables(name)))
    print(f"more in {arguments.output}")


if __name__ == "__main__":
    parser = Parser(__doc__)
    add = parser.add_argument
    add("--data", type=Path, required=True, help="made by stage 1")
    add("--cells", type=Path, required=True, help="folder of the students")
    add("--rows", nargs="+", required=True, help="in the order of the report, the baseline first")
    add(
        "--condition",
        type=pair,
        nargs="+",
        required=True,
        metavar="NAME=WORDS",
        help="a condition, and what it does to training images",
    )
    add("--images-per-class", type=int, nargs="+", required=True, help="sizes")
    add("--seeds", type=int, required=True, metavar="N", help="report the seeds 1 to N")
    add(
        "--control",
        type=pair,
        nargs="+",
        default=[],
        metavar="ROW=ROW",
        help="a row, and the control that it is compared with as well",
    )
    add("--sweep", action="store_true", help="report dev errors alone")
    add("--output", type=Path, required=True, help="the report; the plot goes beside it")
    add("--command", required=True, help="what made the students, to be quoted in the report")
    add("--seed", type=int, default=0, help="of the bootstrap")
    add("--teacher-report", type=Path, nargs="+", default=[], help="report.json of teachers")
    add("--nj", type=int, default=os.cpu_count(), help="number of processes")
    run(parser, main)
