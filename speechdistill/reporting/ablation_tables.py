"""The tables of an ablation, in Markdown that also reads well in a terminal."""

from collections.abc import Callable, Iterable, Mapping

from speechdistill.corpora.conditions.catalogue import CLEAN_SET
from speechdistill.reporting.ablation_evaluation import AblationResult
from speechdistill.reporting.cells import Cells
from speechdistill.reporting.condition_groups import condition_groups, condition_titles
from speechdistill.reporting.evaluation import METRICS
from speechdistill.reporting.tables import (
    ERROR_RATES,
    NOTHING,
    change_with_p,
    markdown_table,
    metric_title,
    with_interval,
    with_range,
)


def main_table(result: AblationResult, cells: Cells, controls: Mapping[str, str]) -> str:
    """Return rows by metrics on the clean test set, with relative changes of the EER.

    Arguments
    ---------
    result: of one trial list.
    cells: the students; rows without a finished one are shown without figures.
    controls: row -> the control that it is compared with besides the baseline.
    """
    header = ["row", "seeds"]
    header += map(metric_title, METRICS)
    header += [f"EER against {result.baseline}"]
    if controls:
        header += ["EER against its control"]
    rows = []
    for row, students in cells.finished.items():
        cell = [row, str(len(students))]
        if row in result.metrics:
            found = result.metrics[row][CLEAN_SET]
            cell += [with_interval(found[metric], metric) for metric in METRICS]
            is_baseline = row == result.baseline
            change = NOTHING if is_baseline else change_with_p(result.change(row, result.baseline))
            cell.append(change)
            control = controls.get(row, "")
            if control in result.metrics:
                cell.append(f"{control}: {change_with_p(result.change(row, control))}")
        rows.append(cell + [NOTHING] * (len(header) - len(cell)))
    return markdown_table(header, rows)


def condition_table(result: AblationResult) -> str:
    """Return rows by conditions: the mean EER in per cent."""
    titles = condition_titles()
    header = ["EER %", *(titles[name] for name in result.sets)]
    rows = [
        [row, *(f"{100 * found[name]['EER'].value:.2f}" for name in result.sets)]
        for row, found in result.metrics.items()
    ]
    return markdown_table(header, rows)


def group_tables(result: AblationResult, controls: Mapping[str, str]) -> list[str]:
    """Return tables of rows by groups of conditions: EER, its relative changes, minDCF."""

    def eer(row: str, sets: list[str]) -> str:
        return f"{100 * result.mean(row, sets).value:.2f}"

    def change(row: str, sets: list[str]) -> str:
        return with_range(result.change(row, result.baseline, sets))

    def change_from_control(row: str, sets: list[str]) -> str:
        return with_range(result.change(row, controls[row], sets))

    def costs(row: str, sets: list[str]) -> str:
        found = (result.mean(row, sets, metric) for metric in METRICS if metric not in ERROR_RATES)
        return " / ".join(f"{mean.value:.3f}" for mean in found)

    rows = list(result.metrics)
    others = [row for row in rows if row != result.baseline]
    controlled = {
        row: f"{row} (control: {controls[row]})"
        for row in rows
        if controls.get(row) in result.metrics
    }
    tables = [_group_table(result, {row: row for row in rows}, "EER %", eer)]
    if others:
        names = {row: row for row in others}
        tables.append(_group_table(result, names, f"EER against {result.baseline}", change))
    if controlled:
        tables.append(
            _group_table(result, controlled, "EER against its control", change_from_control)
        )
    dcf = " / ".join(metric for metric in METRICS if metric not in ERROR_RATES)
    return [*tables, _group_table(result, {row: row for row in rows}, dcf, costs)]


def _group_table(
    result: AblationResult,
    names: Mapping[str, str],
    title: str,
    cell: Callable[[str, list[str]], str],
) -> str:
    groups = condition_groups(result.sets)
    rows: Iterable[list[str]] = (
        [name, *(cell(row, sets) for sets in groups.values())] for row, name in names.items()
    )
    return markdown_table([title, *groups], list(rows))
