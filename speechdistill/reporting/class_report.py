"""What training knew of who speaks, and how good the classes were that it had instead."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.experiments.grid import Finished
from speechdistill.reporting.tables import NOTHING, markdown_table
from speechdistill.storage.places import CLASS_REPORT

SHOWN = {
    "labelled speakers": "{:.0f}",
    "videos": "{:.0f}",
    "classes": "{:.0f}",
    "purity": "{:.2f}",
    "adjusted Rand index": "{:.2f}",
}


def class_note(student_exp: Path) -> str | None:
    """Return one line on what a student's classes were; None if they were simply the speakers.

    Raises
    ------
    InputError: its ``labels.json`` has another form.

    Example
    -------
    >>> import tempfile
    >>> student = Path(tempfile.mkdtemp()) / "student"
    >>> student.mkdir()
    >>> facts = {"labels": "video", "labelled speakers": 0, "videos": 432, "classes": 432}
    >>> _ = (student / "labels.json").write_text(json.dumps(facts))
    >>> class_note(student)
    'student: labels video: labelled speakers 0, videos 432, classes 432'
    """
    facts = _facts(student_exp)
    if facts is None:
        return None
    known = [f"{name} {form.format(facts[name])}" for name, form in SHOWN.items() if name in facts]
    return f"{student_exp.name}: labels {facts['labels']}: {', '.join(known)}"


def class_table(finished: Finished) -> str | None:
    """Return what the classes of a grid's rows were, means over seeds; None if all were speakers.

    Raises
    ------
    InputError: a ``labels.json`` has another form.
    """
    rows = []
    for (row, _), students in finished.items():
        of_seeds = [facts for each in students.values() if (facts := _facts(each)) is not None]
        if of_seeds:
            rows.append([row, str(of_seeds[0]["labels"]), *_means(of_seeds)])
    return markdown_table(["row", "labels", *SHOWN], rows) if rows else None


def _means(of_seeds: Sequence[Mapping[str, float]]) -> list[str]:
    return [
        form.format(np.mean([facts[name] for facts in of_seeds]))
        if all(name in facts for facts in of_seeds)
        else NOTHING
        for name, form in SHOWN.items()
    ]


def _facts(student_exp: Path) -> dict | None:
    path = student_exp / CLASS_REPORT
    if not path.is_file():
        return None
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        str(facts["labels"])
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is not what training writes: train the student again") from error
    return facts
