#!/usr/bin/env python3
"""Compare the rows of an ablation over seeds and conditions: RESULTS.md and its plots.

Students that are not finished are left out and named in the report. With --sweep no test item is
looked at: SWEEP.md has errors on dev items.
"""

from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from command import run
from grid_options import grid_of, grid_parser, rows_of

from speechdistill.corpora.conditions.catalogue import available_sets, trial_lists
from speechdistill.corpora.report import CorpusReport
from speechdistill.experiments.grid import Grid
from speechdistill.experiments.rows import controls_of
from speechdistill.reporting.freshness import check_fresh
from speechdistill.reporting.grid_report import write_grid_report
from speechdistill.reporting.grid_result import evaluate_grid
from speechdistill.reporting.image_measure import ImageMeasure
from speechdistill.reporting.measure import Measure
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.sweep import sweep_table, write_sweep
from speechdistill.reporting.teacher_report import teacher_note
from speechdistill.reporting.trial_measure import TrialMeasure
from speechdistill.storage.places import TEST, UNSEEN
from speechdistill.verification.trials.trial_files import is_labelled


def main(arguments: Namespace) -> None:
    rows = rows_of(arguments)
    grid, controls = grid_of(arguments, rows), controls_of(rows)
    provenance = Provenance.of(arguments.command)
    check_cells(arguments, grid)
    if arguments.sweep:
        dev = MEASURES[arguments.measure].kind.dev
        write_sweep(arguments.output, grid, dev, provenance)
        print(f"\n{sweep_table(grid, dev)}")
    else:
        measured = [
            (measure, evaluate_grid(grid, measure, arguments.nj))
            for measure in MEASURES[arguments.measure].all(arguments, grid)
        ]
        notes = [
            *map(teacher_note, arguments.teacher_report),
            *(note for name, place in arguments.test for note in notes_on(name, place)),
            *arguments.note,
        ]
        write_grid_report(arguments.output, measured, controls, provenance, notes)
        for measure, result in measured:
            print("", *measure.tables(result, controls), sep="\n")
    print(f"more in {arguments.output}")


def check_cells(arguments: Namespace, grid: Grid) -> None:
    """Refuse students, embeddings and teachers that were not made from one another."""
    sets = MEASURES[arguments.measure].sets(arguments.data)
    students = [folder for *_, folder in grid.students()]
    tests = {name: place / TEST for name, place in arguments.test}
    check_fresh(
        students, arguments.teacher_report, arguments.data, sets, may_lack=True, tests=tests
    )


def trial_measures(arguments: Namespace, grid: Grid) -> Sequence[Measure]:
    seed, replicates = arguments.seed, arguments.replicates
    limit = arguments.skipped_limit
    return [
        measure
        for test, data in [("", arguments.data), *arguments.test]
        for measure in TrialMeasure.all(
            data, grid, arguments.nj, limit, seed, replicates, test=test
        )
    ]


def image_measures(arguments: Namespace, grid: Grid) -> Sequence[Measure]:
    about = {name: condition.about for name, condition in arguments.condition}
    sizes = arguments.images_per_class
    return [ImageMeasure.load(arguments.data, arguments.seed, arguments.replicates, about, sizes)]


class Tested(NamedTuple):
    """What students of a modality are measured by, and which sets they embed for it."""

    kind: type[Measure]
    all: Callable[[Namespace, Grid], Sequence[Measure]]
    sets: Callable[[Path], Sequence[str]]


MEASURES = {
    "trials": Tested(TrialMeasure, trial_measures, available_sets),
    "images": Tested(ImageMeasure, image_measures, lambda data: (TEST, UNSEEN)),
}


def notes_on(test: str, place: Path) -> list[str]:
    """Say how a further test set was made, and which of its lists have scores alone."""
    notes = [f"{test}: {note}" for note in CorpusReport.load(place).notes]
    return notes + [
        f"{test}: {path.name} says of no trial what it is: each student has its scores"
        for path in trial_lists(place)
        if not is_labelled(path)
    ]


if __name__ == "__main__":
    parser = grid_parser(__doc__)
    parser.shared("command", "teacher_report", "note", output="the report; plots go beside it")
    parser.bootstrap()
    run(parser, main)
