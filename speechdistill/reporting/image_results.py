"""RESULTS.md of single students of images, and the same table for a terminal."""

from collections.abc import Mapping
from pathlib import Path

from speechdistill.reporting.image_measure import ImageMeasure
from speechdistill.reporting.report_record import ReportRecord
from speechdistill.reporting.results import origin
from speechdistill.reporting.tables import (
    NOTHING,
    change_with_p,
    markdown_table,
    metric_title,
    with_interval,
)
from speechdistill.storage.files import write_text_whole
from speechdistill.verification.intervals.replicated import Replicated, relative_change

Systems = Mapping[str, Mapping[str, Replicated]]


def image_results_table(systems: Systems) -> str:
    """Return students by accuracy and EER; changes are against the first.

    Arguments
    ---------
    systems: name -> metric of :meth:`ImageMeasure.evaluate` -> value, the baseline first.
    """
    baseline = next(iter(systems.values()))
    header, rows = ["student"], [[name] for name in systems]
    for metric, before in baseline.items():
        header += [metric_title(metric), f"change of the {metric}"]
        for row, found in zip(rows, systems.values(), strict=True):
            change = change_with_p(relative_change(before, found[metric]))
            row += [with_interval(found[metric], metric), NOTHING if found is baseline else change]
    return markdown_table(header, rows)


def write_image_results(
    path: Path, record: ReportRecord, measure: ImageMeasure, systems: Systems
) -> None:
    """Write RESULTS.md, whole or not at all; the same arguments give the same bytes.

    Raises
    ------
    InputError: a teacher's report is missing or broken.
    """
    closing = (
        f"{measure.intervals} Neither covers the chance in training: another\nseed trains another "
        "student."
    )
    text = f"# Results\n\n{image_results_table(systems)}\n{measure.facts}\n\n"
    write_text_whole(path, text + origin(record, closing))
