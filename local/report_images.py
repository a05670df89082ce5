#!/usr/bin/env python3
"""Compare students on test images: RESULTS.md, and the table.

The first student is the baseline that the others are compared with.
"""

from pathlib import Path

from command import Parser, named, run

from speechdistill.reporting.freshness import check_fresh, check_predictions
from speechdistill.reporting.image_measure import ImageMeasure
from speechdistill.reporting.image_results import image_results_table, write_image_results
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.report_record import ReportRecord
from speechdistill.storage.places import Stage


def main(arguments) -> None:
    measure = ImageMeasure.load(arguments.data, arguments.seed)
    students = [folder for _, folder in arguments.student]
    check_fresh(students, arguments.teacher_report, arguments.data, measure.embedded)
    for folder in students:
        check_predictions(folder, measure.embedded)
    systems = {name: measure.evaluate(folder) for name, folder in arguments.student}
    record = ReportRecord(
        dict(arguments.student),
        [],
        arguments.data,
        arguments.teacher_report,
        arguments.seed,
        0.0,
        Provenance.of(arguments.command),
    )
    write_image_results(arguments.output, record, measure, systems)
    if arguments.record:
        record.save(arguments.record)
    print(f"\n{measure.facts}, 95 % intervals in brackets\n\n{image_results_table(systems)}")
    print(f"more in {arguments.output}")


if __name__ == "__main__":
    parser = Parser(__doc__)
    parser.shared("command", "teacher_report", "record")
    parser.shared(data=f"made by {Stage.MANIFESTS}", output="the report, such as RESULTS.md")
    parser.add_argument(
        "--student",
        type=named(Path),
        action="append",
        required=True,
        metavar="NAME=FOLDER",
        help="its name in the table and its folder; repeat for each",
    )
    parser.shared(seed="the run and of the bootstrap")
    run(parser, main)
