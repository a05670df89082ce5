"""RESULTS.md of a grid of students, and its plots."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from speechdistill.reporting.class_report import class_table
from speechdistill.reporting.curves import curves_of, numbers_of
from speechdistill.reporting.grid_plot import plot_grid
from speechdistill.reporting.grid_result import GridResult
from speechdistill.reporting.grid_tables import value_cell
from speechdistill.reporting.measure import Measure, Panel
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.rows_plot import plot_rows
from speechdistill.reporting.tables import markdown_table, metric_title
from speechdistill.reporting.training_plot import plot_training
from speechdistill.storage.files import write_text_whole

INCOMPLETE = (
    "**Not all students are finished.** What is there is reported; a row with other seeds than "
    "the one it is\ncompared with is compared over the seeds that each has.\n"
)
CURVES_TEXT = (
    "Rows that differ by the number in their name. Above: the mean metric on clean speech. Below: "
    "its relative\nchange against the first curve at the same number. Bands: 95 % intervals.\n"
)
CLASSES_TEXT = (
    "What training knew of who speaks, and the classes it had, means over seeds. Purity: the share "
    "of videos whose\nclass is mostly of their speaker; the adjusted Rand index is 1 where classes "
    "are the speakers, 0 by chance.\nRows that are not here knew all speakers.\n"
)
TRAINING_PLOT = "ablation_training.png"


def write_grid_report(
    path: Path,
    results: Sequence[tuple[Measure, GridResult]],
    controls: Mapping[str, str],
    provenance: Provenance,
    notes: Sequence[str] = (),
) -> None:
    """Write RESULTS.md and, beside it, the plots; the same arguments give the same bytes.

    Arguments
    ---------
    path: the Markdown file.
    results: how the students of one grid were measured, and what they reach.
    controls: row -> the row that shows how much of its gain is not the teacher's knowledge.
    provenance: of the run.
    notes: lines to add, such as what the teachers reach.

    Raises
    ------
    InputError: a student's training log is broken.
    """
    measure, first = results[0]
    parts = ["# Ablation\n", *completeness(first.missing)]
    if len(results) > 1:
        parts += ["## All tests\n", overview(results)]
    for each, result in results:
        plot = path.with_name(each.plot_name)
        if each.panels:
            plot_grid(result, each.panels, result.rows_with_band(controls), plot)
        parts += each.sections(result, controls, plot)
        if not each.panels:
            drawn = path.with_name(f"rows_{plot.name}")
            plot_rows(result, each.sets[0], controls.values(), drawn)
            parts.append(f"![{result.metric} of each row, with its 95 % interval]({drawn.name})\n")
        if (curves := curves_of(result)) is not None:
            drawn = path.with_name(f"curves_{plot.name}")
            panel = Panel("", "number in the row's name", numbers_of(curves))
            plot_grid(curves, [panel], curves.rows, drawn)
            parts += [f"![Rows by the number in their name]({drawn.name})\n", CURVES_TEXT]
    if (classes := class_table(first.finished)) is not None:
        parts += ["## Classes\n", classes, CLASSES_TEXT]
    if measure.training_text:
        plot_training(first.finished, measure.dev.key, path.with_name(TRAINING_PLOT))
        title = f"{measure.dev.name} on training and dev {measure.dev.items} by epoch"
        parts += ["## Training\n", f"![{title}]({TRAINING_PLOT})\n", measure.training_text]
    parts.append(origin([first], measure, provenance, notes))
    write_text_whole(path, "\n".join(parts))


def overview(results: Sequence[tuple[Measure, GridResult]]) -> str:
    """Return a table of the first metric of every row on every test."""
    (_, first), *_ = results
    header = [f"{metric_title(first.metric)} of", *(measure.title for measure, _ in results)]
    rows = [
        [row, *(value_cell(result, row, [measure.sets[0]]) for measure, result in results)]
        for row in first.rows
    ]
    return markdown_table(header, rows)


def completeness(missing: Sequence[str]) -> list[str]:
    """Return paragraphs that say what is missing; none if nothing is."""
    return [INCOMPLETE, "".join(f"- {line}\n" for line in missing)] if missing else []


def origin(
    results: Sequence[GridResult], measure: Measure, provenance: Provenance, notes: Sequence[str]
) -> str:
    """Return the section on command, seeds, commit, machine and how intervals were computed."""
    seeds = sorted({seed for result in results for seed in result.seeds})
    facts = [
        *measure.listed,
        f"training seeds: {', '.join(map(str, seeds))}{measure.of_seeds}",
        f"seed of the bootstrap: {measure.seed}",
    ]
    return provenance.section(facts, notes, measure.closing)
