"""RESULTS.md of an image ablation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from speechdistill.files import written_whole
from speechdistill.reporting.image_errors import accuracy_with_interval
from speechdistill.reporting.image_evaluation import EER, ImageEvaluation
from speechdistill.reporting.image_grid import ImageGrid
from speechdistill.reporting.image_results import intervals_note
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.tables import NOTHING, change_with_p, markdown_table, with_interval
from speechdistill.verification.replicated import Change


@dataclass(frozen=True)
class ImageGridReport:
    """What RESULTS.md of an image ablation is made of.

    Attributes
    ----------
    grid: what the rows reach.
    evaluation: what they were tested on.
    controls: row -> the row that shows how much of its gain is not the teacher's knowledge.
    about: condition -> what it does to training images.
    plot: accuracy by number of images, beside the report.
    provenance: of the run.
    notes: lines to add.
    """

    grid: ImageGrid
    evaluation: ImageEvaluation
    controls: Mapping[str, str]
    about: Mapping[str, str]
    plot: Path
    provenance: Provenance
    notes: Sequence[str] = ()

    def write(self, path: Path) -> None:
        """Write RESULTS.md, whole or not at all."""
        parts = ["# Ablation\n"]
        if self.grid.unfinished:
            lines = "".join(f"- {line}\n" for line in self.grid.unfinished)
            parts += ["**Not all students are finished.** What is there is reported.\n", lines]
        parts.append(f"![Accuracy by number of training images]({self.plot.name})\n")
        for condition in self.grid.conditions:
            parts += [f"## {condition}: {self.about[condition]}\n", *self.tables(condition)]
        with written_whole(path) as partial:
            partial.write_text("\n".join([*parts, self._origin()]), encoding="utf-8")

    def tables(self, condition: str) -> list[str]:
        """Return accuracies, changes of the error, and the same of EERs if there are trials."""
        grid = self.grid
        tables = [accuracy_table(grid, condition), change_table(grid, condition, self.controls)]
        if grid.has_trials:
            tables.append(eer_table(grid, condition))
            tables.append(change_table(grid, condition, self.controls, EER))
        return tables

    def _origin(self) -> str:
        seeds = sorted({seed for seeds in self.grid.finished.values() for seed in seeds})
        facts = [
            self.evaluation.facts,
            f"training seeds: {', '.join(map(str, seeds))}; each draws its training images, too",
            f"seed of the bootstrap: {self.evaluation.images.seed}",
            f"commit: {self.provenance.commit}",
            f"machine: {self.provenance.machine}",
            f"software: {self.provenance.software}",
            *self.notes,
        ]
        return (
            f"## How these numbers were made\n\n```sh\n{self.provenance.command}\n```\n\n"
            + "".join(f"- {fact}\n" for fact in facts)
            + "\nEvery figure is a mean over training seeds. "
            + intervals_note(self.evaluation)
            + " The\nbootstrap draws training seeds, too, the same for both. The p-values are not "
            "corrected for the\nnumber of comparisons.\n"
        )


def accuracy_table(grid: ImageGrid, condition: str) -> str:
    """Return rows by number of images: accuracy in per cent, and its mean over sizes."""
    return _table(
        grid, "accuracy %", grid.rows, lambda row, sizes: _accuracy(grid, condition, row, sizes)
    )


def eer_table(grid: ImageGrid, condition: str) -> str:
    """Return rows by number of images: the EER of trials among unseen classes, in per cent."""

    def cell(row: str, sizes: Sequence[int]) -> str:
        found = grid.mean(condition, row, sizes, EER)
        return NOTHING if found is None else with_interval(found)

    return _table(grid, "EER %", grid.rows, cell)


def change_table(
    grid: ImageGrid, condition: str, controls: Mapping[str, str], metric: str = "error"
) -> str:
    """Return the relative change of a metric against the baseline, and against controls."""
    pairs = {f"{row} against {grid.baseline}": (row, grid.baseline) for row in grid.rows[1:]}
    pairs |= {f"{row} against {control}": (row, control) for row, control in controls.items()}

    def cell(name: str, sizes: Sequence[int]) -> str:
        row, against = pairs[name]
        return _change(grid.change(condition, row, against, sizes, metric))

    return _table(grid, f"change of the {metric}", list(pairs), cell)


def _table(grid: ImageGrid, title: str, rows: Sequence[str], cell) -> str:
    columns = [[size] for size in grid.sizes]
    header = [title, *(f"{size} per class" for size in grid.sizes)]
    if len(grid.sizes) > 1:
        columns.append(list(grid.sizes))
        header.append("mean")
    return markdown_table(header, [[row, *(cell(row, sizes) for sizes in columns)] for row in rows])


def _accuracy(grid: ImageGrid, condition: str, row: str, sizes: Sequence[int]) -> str:
    found = grid.mean(condition, row, sizes)
    return NOTHING if found is None else accuracy_with_interval(found)


def _change(change: Change | None) -> str:
    return NOTHING if change is None else change_with_p(change)
