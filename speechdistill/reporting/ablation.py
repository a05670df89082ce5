"""RESULTS.md of an ablation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from speechdistill.corpora.conditions.catalogue import NOISES
from speechdistill.files import written_whole
from speechdistill.reporting.ablation_evaluation import AblationResult
from speechdistill.reporting.ablation_tables import condition_table, group_tables, main_table
from speechdistill.reporting.cells import Cells
from speechdistill.reporting.provenance import Provenance


@dataclass(frozen=True)
class AblationReport:
    """What RESULTS.md of an ablation is made of.

    Attributes
    ----------
    results: one per trial list.
    cells: the students.
    controls: row -> the row that shows how much of its gain is not the teacher's knowledge.
    condition_plots: name of the trial list's file -> its plot.
    training_plot: of all rows.
    provenance: of the run; its seed is that of the bootstrap.
    notes: lines to add.
    """

    results: Sequence[AblationResult]
    cells: Cells
    controls: Mapping[str, str]
    condition_plots: Mapping[str, Path]
    training_plot: Path
    provenance: Provenance
    notes: Sequence[str] = ()

    def write(self, path: Path) -> None:
        """Write RESULTS.md, whole or not at all; plots lie in its folder."""
        parts = ["# Ablation\n", *completeness(missing_students(self.cells))]
        for result in self.results:
            parts += [
                f"## {result.path.name}\n",
                main_table(result, self.cells, self.controls),
                list_facts(result),
            ]
            if len(result.sets) > 1:
                parts += self._conditions(result)
        parts += [
            "## Training\n",
            f"![EER on training and dev trials by epoch]({self.training_plot.name})\n",
            "EER on trials of training speakers (dashed) and of dev speakers (solid) after each "
            "epoch: mean over\nseeds, and their range. Where the dashed line goes on falling and "
            "the solid one rises, the student\nover-fits. Each student is tested at the epoch of "
            "its lowest dev EER.\n",
            origin(self.provenance, [self.cells], self.results[0].replicates, self.notes),
        ]
        with written_whole(path) as partial:
            partial.write_text("\n".join(parts), encoding="utf-8")

    def _conditions(self, result: AblationResult) -> list[str]:
        plot = self.condition_plots[result.path.name].name
        bands = ", ".join(rows_with_band(result, self.controls))
        return [
            f"### Under noise and on short utterances: {result.path.name}\n",
            f"![EER by condition on {result.path.name}]({plot})\n",
            f"Above: mean EER. Below: its relative change against {result.baseline}. Bands: 95 % "
            f"intervals of\n{bands}.\n",
            condition_table(result),
            f"Means over conditions: each noise level over {', '.join(NOISES)}; cut over 3, 2 and "
            "1 s. Changes are those of the means.\n",
            *group_tables(result, self.controls),
        ]


def rows_with_band(result: AblationResult, controls: Mapping[str, str]) -> list[str]:
    """Return the rows whose intervals a plot shows: the baseline, and those that have a control."""
    return [row for row in result.metrics if row == result.baseline or row in controls]


def missing_students(cells: Cells, prefix: str = "") -> list[str]:
    """Return a line per row that lacks students."""
    return [
        f"- {prefix}{row}: {len(cells.finished[row])} of {len(cells.finished[row]) + len(seeds)} "
        f"students; without seed {', '.join(map(str, seeds))}\n"
        for row, seeds in cells.unfinished.items()
    ]


def completeness(missing: Sequence[str]) -> list[str]:
    """Return paragraphs that say what is missing; none if nothing is."""
    if not missing:
        return []
    return [
        "**Not all students are finished.** What is there is reported; a row with other seeds than "
        "the one it is\ncompared with is compared over the seeds that each has.\n",
        "".join(missing),
    ]


def list_facts(result: AblationResult) -> str:
    """Return a line on the trial list."""
    left_out = result.n_listed - result.n_trials
    return (
        f"{result.path.name}: {result.n_trials} trials ({result.n_targets} targets) of "
        f"{result.n_speakers} speakers"
        + (f", {left_out} more left out for want of a score" if left_out else "")
        + f"; sha256 `{result.sha256}`\n"
    )


def origin(
    provenance: Provenance, cells: Sequence[Cells], replicates: int, notes: Sequence[str]
) -> str:
    """Return the section on command, seeds, commit, machine and how intervals were computed."""
    seeds = {seed for part in cells for students in part.finished.values() for seed in students}
    facts = [
        f"training seeds: {', '.join(map(str, sorted(seeds)))}",
        f"seed of the bootstrap: {provenance.seed}",
        f"commit: {provenance.commit}",
        f"machine: {provenance.machine}",
        f"software: {provenance.software}",
        *notes,
    ]
    return (
        "## How these numbers were made\n\n"
        f"```sh\n{provenance.command}\n```\n\n"
        + "".join(f"- {fact}\n" for fact in facts)
        + "\nEER: the ROC curve's operating points, linearly interpolated. minDCF: normalised, "
        "both costs 1.\nEvery figure is a mean over training seeds. In brackets: 95 % intervals by "
        "bootstrap over the test\nspeakers and the training seeds "
        f"({replicates} replicates); with one seed, over the speakers alone.\nRelative changes, of "
        "means, and their two-sided p-values are paired: the same speakers, seeds and trials\nfor "
        "both rows. They are not corrected for the number of comparisons.\n"
    )
