#!/usr/bin/env python3
"""Compare systems on trial lists: RESULTS.md, DET plots, and the table on standard output.

Works with anybody's scores: a system is a folder with <stem of the trial list>.txt for every list,
lines `enrol test score`. The first system is the baseline that the others are compared with.
Speakers, over whom the intervals are, are the first path part of the trials' names.
"""

from pathlib import Path

from command import Parser, named, run

from speechdistill.base.errors import InputError
from speechdistill.reporting.det_plot import plot_det
from speechdistill.reporting.evaluation import evaluate_list
from speechdistill.reporting.freshness import check_fresh
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.report_record import ReportRecord
from speechdistill.reporting.results import results_table, write_results
from speechdistill.reporting.teacher_report import teacher_note
from speechdistill.storage.places import TEST


def main(arguments) -> None:
    systems = dict(arguments.system)
    if len(systems) < len(arguments.system):
        raise InputError("two systems have one name: give each --system another NAME")
    if len({path.stem for path in arguments.trials}) < len(arguments.trials):
        raise InputError("two trial lists have one name: rename one, their score files would clash")
    if arguments.student_exp:
        if arguments.data is None:
            raise InputError("what were the students embedded from? give --data")
        check_fresh(arguments.student_exp, arguments.teacher_report, arguments.data, [TEST])
    results, det_plots = [], {}
    for path in arguments.trials:
        result = evaluate_list(path, systems, arguments.seed, arguments.skipped_limit)
        plot = arguments.det_plot_folder / f"det_{path.stem}.png"
        curves = {name: found.curve for name, found in result.systems.items()}
        bands = {name: found.band for name, found in result.systems.items() if found.band}
        plot_det(curves, path.name, plot, bands)
        results.append(result)
        det_plots[path.name] = plot
    notes = [*map(teacher_note, arguments.teacher_report), *arguments.note]
    provenance = Provenance.of(arguments.command)
    write_results(arguments.output, results, det_plots, arguments.seed, provenance, notes)
    if arguments.record:
        ReportRecord(
            systems,
            arguments.trials,
            arguments.data,
            arguments.teacher_report,
            arguments.seed,
            arguments.skipped_limit,
            provenance,
            arguments.note,
        ).save(arguments.record)
    for result in results:
        print(
            f"\n{result.facts.name}: {result.facts.n_trials} trials, 95 % intervals in brackets\n"
        )
        print(results_table(result))
    print(f"more in {arguments.output}")


if __name__ == "__main__":
    parser = Parser(__doc__)
    add = parser.add_argument
    add("--trials", type=Path, nargs="+", required=True, help="lists of `label enrol test`")
    add(
        "--system",
        type=named(Path),
        action="append",
        required=True,
        metavar="NAME=FOLDER",
        help="its name in the table, and the folder of its score files; repeat for each system",
    )
    parser.shared("command", "teacher_report", "note", "record")
    parser.shared(
        output="the report, such as RESULTS.md",
        seed="the run and of the bootstrap",
        skipped_limit="trials that may lack a score by some system",
    )
    add(
        "--student-exp",
        type=Path,
        nargs="+",
        default=[],
        help="folders of the systems' students: refused if they, their embeddings and their "
        "teachers were not made from one another",
    )
    add("--data", type=Path, metavar="DIR", help="what these students were embedded from")
    add("--det-plot-folder", type=Path, required=True, help="where det_<trial list>.png go")
    run(parser, main)
