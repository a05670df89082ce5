"""What the rows of a grid reach: means over seeds, and how rows differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from speechdistill.base.parallel import parallel_map
from speechdistill.experiments.grid import Finished, Grid
from speechdistill.verification.intervals.replicated import Change, Replicated, relative_change
from speechdistill.verification.intervals.seed_bootstrap import (
    mean_over_conditions,
    mean_over_seeds,
)

if TYPE_CHECKING:
    from speechdistill.reporting.measure import Measure


@dataclass(frozen=True)
class GridResult:
    """Metrics of rows by columns; a column is a training set, a test set or both.

    Attributes
    ----------
    rows: in the order of the report, the baseline first.
    metric: by which rows are compared.
    metrics: (row, column) -> metric -> mean over seeds; absent without a finished student.
    finished: the students.
    missing: lines on those that are not finished.
    """

    rows: Sequence[str]
    metric: str
    metrics: Mapping[tuple[str, str], Mapping[str, Replicated]]
    finished: Finished
    missing: Sequence[str]

    @property
    def baseline(self) -> str:
        return self.rows[0]

    @property
    def seeds(self) -> list[int]:
        """Training seeds of all finished students."""
        return sorted({seed for students in self.finished.values() for seed in students})

    def rows_with_band(self, controls: Mapping[str, str]) -> list[str]:
        """Return the rows whose intervals a plot shows: the baseline, those that have a control."""
        return [row for row in self.rows if row == self.baseline or row in controls]

    def mean(self, row: str, columns: Sequence[str], metric: str = "") -> Replicated | None:
        """Average a row's metric over some columns; None if one is missing."""
        found = [self.metrics.get((row, column)) for column in columns]
        metric = metric or self.metric
        there = [each[metric] for each in found if each is not None]
        return mean_over_conditions(there) if len(there) == len(found) else None

    def change(
        self, row: str, against: str, columns: Sequence[str], metric: str = ""
    ) -> Change | None:
        """Return the relative change of the mean metric between rows.

        None if one is missing, or has no replicates.
        """
        before, after = (self.mean(name, columns, metric) for name in (against, row))
        if before is None or after is None or not before.replicates.size:
            return None
        return relative_change(before, after)


def evaluate_grid(grid: Grid, measure: "Measure", jobs: int = 1) -> GridResult:
    """Evaluate all finished students.

    Arguments
    ---------
    grid: the students.
    measure: how they were tested.
    jobs: number of processes.

    Raises
    ------
    InputError: no student of the baseline is finished, or a file is broken.
    """
    finished = grid.finished(measure.files)
    tested = [
        (student, name)
        for students in finished.values()
        for student in students.values()
        for name in measure.sets
    ]
    evaluated = parallel_map(partial(_evaluate, measure=measure), tested, jobs)
    found = dict(zip(tested, tqdm(evaluated, "bootstrap", len(tested)), strict=True))
    metrics = {
        (row, "/".join(filter(None, (training_set, name)))): {
            metric: mean_over_seeds(
                {seed: found[student, name][metric] for seed, student in students.items()},
                measure.seed,
            )
            for metric in measure.metrics
        }
        for (row, training_set), students in finished.items()
        for name in measure.sets
        if students
    }
    missing = grid.missing(finished)
    return GridResult(grid.rows, measure.metrics[0], metrics, finished, missing)


def _evaluate(tested: tuple[Path, str], measure: "Measure") -> dict[str, Replicated]:
    return measure.evaluate(*tested)
