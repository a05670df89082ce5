"""What a teacher reaches on its own task."""

import json
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.storage.places import Stage


def teacher_note(path: Path) -> str:
    """Return one line on what a teacher's ``report.json`` states, with the name of its folder.

    Raises
    ------
    InputError: the file is missing or has another form.

    Example
    -------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "teacher_face" / "report.json"
    >>> path.parent.mkdir()
    >>> test = {"eer": 0.125, "people": 4, "trials": 90}
    >>> _ = path.write_text(json.dumps({"kind": "face", "items": 90, "labels": 6, "test": test}))
    >>> teacher_note(path)
    'teacher_face (face, 90 items, 6 labels): verification EER 12.50 % on 4 test people (90 trials)'
    """
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        counts = f"{report['items']} items, {report['labels']} labels"
        teacher = f"{path.parent.name} ({report['kind']}, {counts})"
        figures = [
            f"{100 * found['eer']:.2f} % on {found['people']} {name} people "
            f"({found['trials']} trials)"
            for name, found in report.items()
            if isinstance(found, dict) and name != "made from"
        ]
    except OSError as error:
        raise InputError(
            f"cannot read {path} ({error.strerror}): {Stage.TEACHER} makes it"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} is not a teacher's report: {Stage.TEACHER} makes it") from error
    if not figures:
        return f"{teacher}: one item per person, nothing to verify"
    return f"{teacher}: verification EER {', '.join(figures)}"
