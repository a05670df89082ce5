#!/usr/bin/env python3
"""Compare the rows of an ablation, over seeds and test conditions: RESULTS.md and two plots.

Reads <cells>/<row>/seed<N>/scores/<set>/<stem of the trial list>.txt and train_log.tsv, where sets
are the folder test of --data and its conditions. Students that lack a score file are left out and
named in the report.
"""

import os
from argparse import ArgumentTypeError
from pathlib import Path

from command import Parser, run

from speechdistill.corpora.conditions.catalogue import available_sets, trial_lists
from speechdistill.errors import InputError
from speechdistill.reporting.ablation import AblationReport, rows_with_band
from speechdistill.reporting.ablation_evaluation import evaluate_ablation
from speechdistill.reporting.ablation_tables import main_table
from speechdistill.reporting.cells import Cells
from speechdistill.reporting.condition_plot import plot_conditions
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.teacher_report import teacher_note
from speechdistill.reporting.training_curves import training_curves
from speechdistill.reporting.training_plot import plot_training


def row_and_control(text: str) -> tuple[str, str]:
    row, equals, control = text.partition("=")
    if not (row and equals and control):
        raise ArgumentTypeError(f"{text} is not ROW=ROW")
    return row, control


def main(arguments) -> None:
    controls = dict(arguments.control)
    strangers = [row for pair in controls.items() for row in pair if row not in arguments.rows]
    if strangers:
        raise InputError(f"--control names {strangers[0]}, which is not among --rows")
    sets, lists = available_sets(arguments.data), trial_lists(arguments.data)
    stems = [path.stem for path in lists]
    seeds = range(1, arguments.seeds + 1)
    cells = Cells.find(arguments.cells, arguments.rows, arguments.baseline, seeds, sets, stems)
    folder, results, plots = arguments.output.parent, [], {}
    for path in lists:
        result = evaluate_ablation(
            path,
            cells,
            arguments.baseline,
            sets,
            arguments.seed,
            arguments.nj,
            arguments.skipped_limit,
            arguments.replicates,
        )
        plots[path.name] = folder / f"ablation_conditions_{path.stem}.png"
        if len(sets) > 1:
            plot_conditions(result, rows_with_band(result, controls), plots[path.name])
        results.append(result)
    training_plot = folder / "ablation_training.png"
    plot_training(training_curves(cells), training_plot)
    notes = arguments.note
    notes = [*map(teacher_note, arguments.teacher_report), *notes]
    provenance = Provenance.here(arguments.command, arguments.seed)
    report = AblationReport(results, cells, controls, plots, training_plot, provenance, notes)
    report.write(arguments.output)
    for result in results:
        print(f"\n{result.path.name}: {result.n_trials} trials, 95 % intervals in brackets\n")
        print(main_table(result, cells, controls))
    print(f"more in {arguments.output}")


if __name__ == "__main__":
    parser = Parser(__doc__)
    add = parser.add_argument
    add("--data", type=Path, required=True, help="with test/ and its conditions test-*/")
    add("--cells", type=Path, required=True, help="folder of <row>/seed<N>/")
    add("--rows", nargs="+", required=True, help="in the order of the report")
    add("--baseline", required=True, help="the row that others are compared with")
    add("--seeds", type=int, required=True, metavar="N", help="report the seeds 1 to N")
    add(
        "--control",
        type=row_and_control,
        nargs="+",
        default=[],
        metavar="ROW=ROW",
        help="a row, and the control that it is compared with as well",
    )
    add("--output", type=Path, required=True, help="the report; plots go beside it")
    add("--command", required=True, help="what made the students, to be quoted in the report")
    add("--seed", type=int, default=0, help="of the bootstrap")
    add("--replicates", type=int, default=1000, help="of the bootstrap")
    add(
        "--teacher-report",
        type=Path,
        nargs="+",
        default=[],
        help="report.json of teachers: what they reach themselves",
    )
    add("--note", action="append", default=[], help="a line for the report; may be repeated")
    add("--nj", type=int, default=os.cpu_count(), help="number of processes")
    add(
        "--skipped-limit",
        type=float,
        default=0.01,
        help="largest share of trials that may lack a score by some student",
    )
    run(parser, main)
