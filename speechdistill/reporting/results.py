"""RESULTS.md, and the same tables for a terminal."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from speechdistill.files import written_whole
from speechdistill.reporting.evaluation import METRICS, ListResult, SystemResult
from speechdistill.reporting.provenance import Provenance
from speechdistill.verification.replicated import Replicated

ERROR_RATES = {"EER"}


def write_results(
    path: Path,
    results: Sequence[ListResult],
    det_plots: Mapping[str, Path],
    provenance: Provenance,
    notes: Sequence[str] = (),
) -> None:
    """Write RESULTS.md, whole or not at all; the same arguments give the same bytes.

    Arguments
    ---------
    path: the file to write.
    results: one per trial list.
    det_plots: name of the trial list's file -> its DET plot.
    provenance: of the run.
    notes: lines to add, such as what the teacher reaches on its own task.
    """
    parts = ["# Results\n"]
    for result in results:
        parts.append(f"## {result.path.name}\n\n{results_table(result)}")
        if result.path.name in det_plots:
            plot = os.path.relpath(det_plots[result.path.name], path.parent)
            parts.append(f"![DET curves on {result.path.name}]({Path(plot).as_posix()})\n")
        parts.append(_list_facts(result))
    parts.append(_origin(provenance, notes, results))
    with written_whole(path) as partial:
        partial.write_text("\n".join(parts), encoding="utf-8")


def results_table(result: ListResult) -> str:
    """Return the systems' metrics with 95 % intervals, and what they change against the first.

    It is a Markdown table whose columns are padded, so that it also reads well in a terminal.
    """
    header = ["system", *(f"{name} %" if name in ERROR_RATES else name for name in METRICS)]
    rows = [
        [name, *(_with_interval(system.metrics[metric], metric) for metric in METRICS)]
        for name, system in result.systems.items()
    ]
    baseline = next(iter(result.systems))
    changes = [
        f"\n{name} against {baseline}: {_change(system)}\n"
        for name, system in result.systems.items()
        if system.eer_change is not None
    ]
    return markdown_table(header, rows) + "".join(changes)


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table with columns of even width.

    Example
    -------
    >>> print(markdown_table(["system", "EER %"], [["x-vector", "1.99"]]), end="")
    | system   | EER % |
    |----------|-------|
    | x-vector | 1.99  |
    """
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in (header, *rows)
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines) + "\n"


def _with_interval(metric: Replicated, name: str) -> str:
    low, high = metric.interval()
    if name in ERROR_RATES:
        return f"{100 * metric.value:.2f} [{100 * low:.2f}, {100 * high:.2f}]"
    return f"{metric.value:.3f} [{low:.3f}, {high:.3f}]"


def _change(system: SystemResult) -> str:
    change = system.eer_change
    assert change is not None
    return (
        f"EER {100 * change.value:+.1f} % relative "
        f"[{100 * change.low:+.1f}, {100 * change.high:+.1f}], p = {change.p_value:.3f}"
    )


def _list_facts(result: ListResult) -> str:
    left_out = result.n_listed - result.n_trials
    return (
        f"{result.path.name}: {result.n_trials} trials ({result.n_targets} targets) of "
        f"{result.n_speakers} speakers"
        + (f", {left_out} more left out for want of an embedding" if left_out else "")
        + f"; sha256 `{result.sha256}`\n"
    )


def _origin(provenance: Provenance, notes: Sequence[str], results: Sequence[ListResult]) -> str:
    facts = [
        f"seed: {provenance.seed}",
        f"commit: {provenance.commit}",
        f"machine: {provenance.machine}",
        f"software: {provenance.software}",
        *notes,
    ]
    replicates = results[0].replicates if results else 0
    return (
        "## How these numbers were made\n\n"
        f"```sh\n{provenance.command}\n```\n\n"
        + "".join(f"- {fact}\n" for fact in facts)
        + "\nEER: the ROC curve's operating points, linearly interpolated. minDCF: normalised, "
        "both costs 1.\nIn brackets: 95 % intervals by bootstrap over the test speakers "
        f"({replicates} replicates).\nRelative changes and their two-sided p-values are paired: "
        "both systems on the same replicates.\nNeither covers the chance in training: another "
        "seed trains another system.\n"
    )
