"""What made the results: command, commit, machine, settings."""

import json
from collections.abc import Mapping
from typing import Any

from speechdistill.reporting.page.experiment import Experiment
from speechdistill.reporting.page.markup import Html, element, joined, missing
from speechdistill.reporting.page.section import Section
from speechdistill.reporting.teacher_report import teacher_note

YAMLS = ("student", "distill", "teacher")


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
        element("pre", element("code", origin.command), class_="command", tabindex="0"),
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
