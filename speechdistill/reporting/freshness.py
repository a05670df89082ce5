"""Whether what a report shows belongs together: students, their embeddings, their teachers."""

import hashlib
import json
import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from speechdistill.base.errors import InputError
from speechdistill.corpora.set_sources import rated_set_sources
from speechdistill.models.hyperparameters import recall_settings
from speechdistill.reporting.trained_state import epochs_of, is_made_now
from speechdistill.storage.made_from import (
    MADE_FROM,
    content_of,
    contents_of,
    is_made_from,
    recorded,
)
from speechdistill.storage.places import (
    EMBEDDINGS,
    SETTINGS,
    TARGETS,
    TEACHER_REPORT,
    TEST,
    Stage,
    stages,
)
from speechdistill.students.predictions import PREDICTIONS


def check_fresh(
    students: Iterable[Path],
    teacher_reports: Iterable[Path],
    data: Path,
    sets: Collection[str],
    may_lack: bool = False,
    tests: Mapping[str, Path] | None = None,
) -> None:
    """Refuse to show together what was not made from one another, by contents.

    A folder without ``settings.json`` is not of this program's training: nothing is known of it.

    Arguments
    ---------
    students: folders.
    teacher_reports: ``report.json`` of the teachers, in their folders.
    data: folder of the sets that were embedded.
    sets: names of these sets.
    tests: name of a further test set -> its folder.
    may_lack: whether embeddings may be gone: what was made from them is recorded otherwise.

    Raises
    ------
    InputError: something is stale; the stage to run again is named.

    Example
    -------
    >>> import tempfile
    >>> student = Path(tempfile.mkdtemp()) / "student"
    >>> check_fresh([student], [], Path("data"), ["test"])  # nothing is known of it
    >>> student.mkdir()
    >>> _ = (student / SETTINGS).write_text('{"targets": {"teacher_face": "0f3a"}}')
    >>> check_fresh([student], [], Path("data"), ["test"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: ...student learned from teacher_face, which is none of \
the teachers to be reported: give --teacher as in ...
    """
    teachers = {report.parent.name: report.parent for report in teacher_reports}
    for teacher in teachers.values():
        if (teacher / SETTINGS).exists():
            _check_teacher(teacher)
    students = [each for each in students if (each / SETTINGS).exists()]
    settings = {each: recall_settings(each, Stage.STUDENT) for each in students}
    for student in students:
        _check_targets(student, settings[student].get("targets", {}), teachers)
        if (initial := settings[student].get("initial student")) is not None:
            _check_initial(student, initial, settings)
        _check_voices(student, settings[student].get("voice", {}))
        folders = {name: data / name for name in sets} | dict(tests or {})
        for name, folder in folders.items():
            _check_embeddings(student, name, folder, may_lack)


def check_predictions(student: Path, sets: Iterable[str]) -> None:
    """Refuse a student's predictions and scores that other embeddings gave than it has now.

    Raises
    ------
    InputError: see above.
    """
    record = (student / PREDICTIONS).with_name(MADE_FROM)
    now = contents_of(student / EMBEDDINGS, [f"{name}/{MADE_FROM}" for name in sets])
    if (student / SETTINGS).exists() and not is_made_from(record, now):
        raise InputError(
            f"{record.parent} was not made from the embeddings of {student}: "
            f"run {Stage.EMBEDDINGS} again"
        )


def _check_teacher(teacher: Path) -> None:
    report, targets = recorded(teacher / TEACHER_REPORT), recorded(teacher / TARGETS / MADE_FROM)
    spoken_of = report.get("made from") if isinstance(report, dict) else None
    if report is not None and not is_made_now(teacher, spoken_of):
        raise InputError(
            f"{teacher}/report.json does not speak of the checkpoints that {teacher} has now: run "
            f"{Stage.TEACHER} again"
        )
    if targets is not None and not is_made_now(teacher, targets):
        raise InputError(
            f"{teacher / TARGETS} were not made from the checkpoints that {teacher} has now: run "
            f"{stages(Stage.TARGETS, Stage.EMBEDDINGS)} again"
        )


def _check_targets(student: Path, learned: Mapping[str, str], teachers: Mapping[str, Path]) -> None:
    for name, content in learned.items():
        if name not in teachers:
            raise InputError(
                f"{student} learned from {name}, which is none of the teachers to be reported: "
                f"give --teacher as in {Stage.DISTILLED}"
            )
        if content_of(teachers[name] / TARGETS / MADE_FROM) != content:
            raise InputError(
                f"{student} learned from other targets than {teachers[name] / TARGETS} holds now: "
                f"remove that student and run {stages(Stage.DISTILLED, Stage.EMBEDDINGS)} again, "
                "or give another --exp"
            )


def _check_initial(
    student: Path, fingerprint: Mapping[str, Any], settings: Mapping[Path, Mapping[str, Any]]
) -> None:
    for other, its in settings.items():
        digest = hashlib.sha256(json.dumps(its, sort_keys=True).encode()).hexdigest()
        if fingerprint == {
            "settings": digest,
            "epochs": epochs_of(other, len(fingerprint["epochs"])),
        }:
            return
    raise InputError(
        f"{student} was fine-tuned from no student as it is now: remove it and run "
        f"{stages(Stage.BASELINE, Stage.EMBEDDINGS)} again, or give another --exp"
    )


def _check_voices(student: Path, heard: object) -> None:
    """Of students that clusters were made with, elsewhere perhaps, and gone perhaps."""
    if not isinstance(heard, Mapping):
        raise InputError(
            f"{student} was trained by an earlier version, which did not keep what its classes "
            "were made with: remove it and train it again, or give another --exp"
        )
    for place, record in heard.items():
        voice = Path(os.path.normpath(student / place))
        if (voice / SETTINGS).exists() and not is_made_now(voice, record):
            raise InputError(
                f"the classes of {student} were made with {voice} as it was before: remove "
                f"{student} and run {stages(Stage.DISTILLED, Stage.EMBEDDINGS)} again, or give "
                "another --exp"
            )


def _check_embeddings(student: Path, name: str, folder: Path, may_lack: bool) -> None:
    embeddings = student / EMBEDDINGS / name
    record = recorded(embeddings / MADE_FROM)
    if record is None and may_lack:
        return
    remedy = (
        f"remove {student} and run the same command again"
        if may_lack
        else f"run {Stage.EMBEDDINGS} again"
    )
    if not is_made_now(student, record):
        raise InputError(
            f"{embeddings} was not made from the checkpoints that {student} has now: {remedy}"
        )
    now: dict[str, object] = {**rated_set_sources(folder)}
    if folder.name.startswith(f"{TEST}-"):
        now["clean set"] = rated_set_sources(folder.with_name(TEST))
    assert record is not None
    if any(record.get(name) != content for name, content in now.items()):
        raise InputError(f"{embeddings} was not made from {folder} as it is now: {remedy}")
