"""What the students were trained and tested on, and what was left out."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from speechdistill.reporting.page.markup import element, joined, missing, table
from speechdistill.reporting.page.section import Section
from speechdistill.storage.places import REPORT, TEST

COUNTS = ("speakers", "utterances", "hours", "images")


def data_section(data: Path | None, tests: Mapping[str, Path]) -> Section:
    """Show the sizes of the sets, those of further tests by name, and what was left out."""
    report = _read(data / REPORT) if data is not None else None
    if report is None:
        text = "Nothing is known of the data: there is no report.json of it."
        return Section("data", "Data", missing(text))
    parts = []
    sets = report.get("sets")
    if isinstance(sets, dict) and sets:
        for name, place in tests.items():
            found = (_read(place / REPORT) or {}).get("sets")
            sets[f"further test {name}"] = found.get(TEST) if isinstance(found, dict) else None
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
    plain = {key: count for key, count in report.items() if isinstance(count, int)}
    facts = [
        joined(element("dt", key.replace("_", " ").capitalize()), element("dd", str(count)))
        for key, count in plain.items()
    ]
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


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
