"""RESULTS.md of single students of images, and the same table for a terminal."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from speechdistill.files import written_whole
from speechdistill.reporting.image_errors import accuracy_with_interval
from speechdistill.reporting.image_evaluation import EER, ERROR, ImageEvaluation
from speechdistill.reporting.provenance import Provenance
from speechdistill.reporting.tables import (
    NOTHING,
    change_with_p,
    markdown_table,
    with_interval,
)
from speechdistill.verification.replicated import Replicated, relative_change

Systems = Mapping[str, Mapping[str, Replicated]]


def image_results_table(systems: Systems) -> str:
    """Return students by accuracy and EER; changes are against the first.

    Arguments
    ---------
    systems: name -> metric of :meth:`ImageEvaluation.of` -> value, the baseline first.
    """
    baseline = next(iter(systems.values()))
    has_trials = EER in baseline
    header = ["student", "accuracy %", "change of the error"]
    rows = []
    for name, found in systems.items():
        is_first = found is baseline
        change = (
            NOTHING if is_first else change_with_p(relative_change(baseline[ERROR], found[ERROR]))
        )
        row = [name, accuracy_with_interval(found[ERROR]), change]
        if has_trials:
            change = (
                NOTHING if is_first else change_with_p(relative_change(baseline[EER], found[EER]))
            )
            row += [with_interval(found[EER]), change]
        rows.append(row)
    return markdown_table(header + ["EER %", "change of the EER"] * has_trials, rows)


def write_image_results(
    path: Path,
    evaluation: ImageEvaluation,
    systems: Systems,
    provenance: Provenance,
    notes: Sequence[str] = (),
) -> None:
    """Write RESULTS.md, whole or not at all; the same arguments give the same bytes."""
    facts = [
        f"seed: {provenance.seed}",
        f"commit: {provenance.commit}",
        f"machine: {provenance.machine}",
        f"software: {provenance.software}",
        *notes,
    ]
    text = (
        f"# Results\n\n{image_results_table(systems)}\n{evaluation.facts}\n\n"
        f"## How these numbers were made\n\n```sh\n{provenance.command}\n```\n\n"
        + "".join(f"- {fact}\n" for fact in facts)
        + f"\n{intervals_note(evaluation)} Neither covers the chance in training: another\nseed "
        "trains another student.\n"
    )
    with written_whole(path) as partial:
        partial.write_text(text, encoding="utf-8")


def intervals_note(evaluation: ImageEvaluation) -> str:
    """Say what the intervals are of."""
    return (
        "In brackets: 95 % intervals by bootstrap over the test images, those of a session "
        f"together\n({evaluation.images.replicates} replicates); of EERs, over the classes of the "
        "trials. Relative changes, of errors, and their\ntwo-sided p-values are paired: both "
        "students on the same replicates."
    )
