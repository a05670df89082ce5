"""RESULTS.md, and the same tables for a terminal."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from speechdistill.reporting.cross_table import cross_table
from speechdistill.reporting.evaluation import ListResult, changes
from speechdistill.reporting.report_record import ReportRecord
from speechdistill.reporting.tables import change_with_p, metric_table, of_the_gap
from speechdistill.reporting.teacher_report import teacher_note
from speechdistill.storage.files import write_text_whole


def write_results(
    path: Path,
    record: ReportRecord,
    results: Sequence[ListResult],
    det_plots: Mapping[str, Path],
    breakdowns: Mapping[str, str] | None = None,
) -> None:
    """Write RESULTS.md, whole or not at all; the same arguments give the same bytes.

    Arguments
    ---------
    path: the file to write.
    record: what the results were made from.
    results: one per trial list, at least one.
    det_plots: name of a result -> its DET plot.
    breakdowns: name of a result -> a table of groups of its trials.

    Raises
    ------
    InputError: a teacher's report is missing or broken.
    """
    parts = ["# Results\n"]
    if any(result.test for result in results):
        parts.append(f"## All tests\n\n{cross_table(results, record.trained_on)}")
    for result in results:
        parts.append(f"## {result.name}\n\n{results_table(result, record.ceiling)}")
        if breakdowns and result.name in breakdowns:
            parts.append(breakdowns[result.name])
        if result.name in det_plots:
            plot = os.path.relpath(det_plots[result.name], path.parent)
            parts.append(f"![DET curves on {result.name}]({Path(plot).as_posix()})\n")
        parts.append(f"{result.facts.line('an embedding')}\n")
    parts.append(origin(record, closing_of_lists(results[0].replicates)))
    write_text_whole(path, "\n".join(parts))


def origin(record: ReportRecord, closing: str) -> str:
    """Return the section on how a report was made; ``closing`` says what its figures are."""
    notes = [*map(teacher_note, record.teacher_reports), *record.notes]
    return record.provenance.section([f"seed: {record.seed}"], notes, closing)


def closing_of_lists(replicates: int) -> str:
    """Say what the figures of a report on trial lists are."""
    return (
        "EER: the ROC curve's operating points, linearly interpolated. minDCF: normalised, "
        "both costs 1.\nIn brackets: 95 % intervals by bootstrap over the test speakers "
        f"({replicates} replicates).\nRelative changes and their two-sided p-values "
        "are paired: both systems on the same replicates.\nNeither covers the chance in training: "
        "another seed trains another system."
    )


def results_table(result: ListResult, ceiling: str | None = None) -> str:
    """Return the systems' metrics with 95 % intervals, and what they change against the first.

    It is a Markdown table that also reads well in a terminal. Where one system is the ceiling, it
    says which share of the gap between the first system and that one the others close.
    """
    (first, baseline), *others = result.systems.items()
    metrics = {name: system.metrics for name, system in result.systems.items()}
    lines = [
        f"\n{name} against {first}: EER {change_with_p(changes(baseline, system)['EER'])}"
        f"{of_the_gap(metrics, name, ceiling) if ceiling else ''}\n"
        for name, system in others
        if "EER" in changes(baseline, system)
    ]
    return metric_table(metrics) + "".join(lines)
