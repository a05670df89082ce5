"""What the results were made from: data, command, commit, machine, settings."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from speechdistill.reporting.page.experiment import Experiment
from speechdistill.reporting.page.markup import Html, element, joined, missing, table
from speechdistill.reporting.page.section import Section
from speechdistill.reporting.teacher_report import teacher_note
from speechdistill.storage.places import REPORT

COUNTS = ("speakers", "utterances", "hours", "images")
YAMLS = ("student", "distill", "teacher")


def data_section(data: Path | None) -> Section:
    """Show the sizes of the sets, and what was left out."""
    report = _read(data / REPORT) if data is not None else None
    if report is None:
        text = "Nothing is known of the data: there is no report.json of it."
        return Section("data", "Data", missing(text))
    parts = []
    sets = report.get("sets")
    if isinstance(sets, dict) and sets:
        counts = {
            name: {**found, "hours": f"{found['seconds'] / 3600:.2f}"}
            if "seconds" in found
            else found
            for name, found in sets.items()
            if isinstance(found, dict)
        }
        header = [each for each in COUNTS if any(each in found for found in counts.values())]
        rows = [[n, *(str(found.get(c, "-")) for c in header)] for n, found in counts.items()]
        parts.append(table(["set", *header], rows, "Sizes of the sets"))
    facts = []
    for key, title in (
        ("shared_speakers", "Speakers in two sets"),
        ("trials", "Trials"),
        ("dropped_trials", "Trials left out"),
        ("skipped_audio", "Utterances left out"),
        ("skipped_images", "Images left out"),
    ):
        found = report.get(key)
        if isinstance(found, dict):
            text = ", ".join(f"{name}: {count}" for name, count in found.items()) or "none"
            facts.append(joined(element("dt", title), element("dd", text)))
    return Section("data", "Data", joined(*parts, element("dl", *facts)))


def provenance_section(experiment: Experiment) -> Section:
    """Show what one needs to make the numbers again."""
    record = experiment.record
    origin = record.provenance
    facts = [
        ("seed", str(record.seed)),
        ("commit", origin.commit),
        ("machine", origin.machine),
        ("software", origin.software),
        *(("teacher", teacher_note(path)) for path in record.teacher_reports if path.exists()),
        *(
            ("missing", f"{path.name} of {path.parent.name}")
            for path in record.teacher_reports
            if not path.exists()
        ),
        *(("note", note) for note in record.notes),
    ]
    rows = (joined(element("dt", name), element("dd", text)) for name, text in facts)
    parts = [
        element("pre", element("code", origin.command), tabindex="0", aria_label="command"),
        element("dl", *rows),
    ]
    if not record.teacher_reports:
        parts.append(missing("No teacher was reported: no system was distilled."))
    parts += [_settings(name, found) for name, found in experiment.settings.items()]
    lacking = [name for name in record.systems if name not in experiment.settings]
    if lacking:
        parts.append(missing(f"Not known how trained: {', '.join(lacking)}."))
    return Section("provenance", "How these numbers were made", joined(*parts))


def _settings(name: str, found: Mapping[str, Any]) -> Html:
    texts = [
        joined(element("h4", f"{key}.yaml"), element("pre", element("code", str(found[key]))))
        for key in YAMLS
        if isinstance(found.get(key), str)
    ]
    others = {key: value for key, value in found.items() if key not in YAMLS}
    plain = element("pre", element("code", json.dumps(others, indent=1, ensure_ascii=False)))
    return element("details", element("summary", f"settings of {name}"), plain, *texts)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
