"""The forms that students were exported in: what each weighs, and how fast it is."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.reporting.export_record import ExportRecord
from speechdistill.reporting.page.markup import Html, element, joined, missing, table
from speechdistill.reporting.page.section import Section
from speechdistill.reporting.trained_state import is_made_now
from speechdistill.storage.places import EXPORT, EXPORT_REPORT, Stage

HEADER = ("form", "loaded by", "MB", "real-time factor", "least cosine with the student")


def export_section(students: Mapping[str, Path]) -> Section:
    """Show size and real-time factor of every form of the students that were exported.

    Arguments
    ---------
    students: system -> folder of its student.
    """
    found = [part for name, student in students.items() for part in _parts(name, student)]
    body = joined(*found) if found else missing(f"Nothing is exported: {Stage.EXPORT} does it.")
    return Section("export", "Exported forms", body)


def _parts(name: str, student: Path) -> Iterator[Html]:
    if not (student / EXPORT / EXPORT_REPORT).exists():
        return
    try:
        record = ExportRecord.load(student / EXPORT)
    except InputError:
        yield missing(f"The export of {name} is broken: run {Stage.EXPORT} again.")
        return
    if not is_made_now(student, record.made_from):
        yield missing(f"{name} is not as it was exported: run {Stage.EXPORT} again.")
        return
    rows = [
        [
            *(form.name, form.loader, f"{form.size / 1e6:.2f}", f"{form.real_time_factor:.4f}"),
            f"{min(form.cosines.values()):.7f}",
        ]
        for form in record.forms
    ]
    yield table(HEADER, rows, f"What {name} was exported in")
    yield element(
        "p",
        f"Real-time factor: seconds that one embedding of 10 s takes, per second ({record.machine}"
        "). Cosine: the least at 1, 3 and 10 s, alone and in a batch.",
        class_="note",
    )
    for trials, cost in record.int8_costs.items():
        yield element("p", f"8-bit weights on {trials}: EER {cost}.")
