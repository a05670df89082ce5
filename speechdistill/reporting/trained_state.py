"""Which checkpoints a trained model is made of now: read from its folder, without PyTorch."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from speechdistill.models.checkpoint_choice import FACTS, PREFIX, WHOLE, chosen_names
from speechdistill.models.hyperparameters import recall_settings
from speechdistill.storage.made_from import content_of
from speechdistill.storage.places import SETTINGS

AVERAGED = re.compile(r"^(average_checkpoints|average_by)\s*:\s*([^\s#]+)", flags=re.MULTILINE)


def is_made_now(folder: Path, record: object) -> bool:
    """Whether a record of a model's settings and checkpoints speaks of those in its folder now.

    The record is as ``embedded_from`` of students' extraction gives it. They are no longer those
    when training went on, and when a checkpoint was deleted or written anew.

    Arguments
    ---------
    folder: a student's or a teacher's, with ``settings.json``.
    record: what something was made from; anything else than a record is none.

    Raises
    ------
    InputError: the settings are missing or broken.

    Example
    -------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / SETTINGS).write_text('{"teacher": "frozen"}')
    >>> record = {"settings": content_of(folder / SETTINGS), "checkpoints": {}}
    >>> _ = (folder / SETTINGS).write_text('{"teacher": "another"}')
    >>> is_made_now(folder, record)
    False
    """
    if not isinstance(record, dict) or not isinstance(record.get("checkpoints"), dict):
        return False
    if record.get("settings") != content_of(folder / SETTINGS):
        return False
    checkpoints = record["checkpoints"]
    found = _checkpoints(folder)
    if any(
        content_of(found.get(name, folder) / WHOLE) != checkpoints[name] for name in checkpoints
    ):
        return False
    return not checkpoints or set(chosen_checkpoints(folder, len(checkpoints))) == set(checkpoints)


def chosen_checkpoints(folder: Path, unsaid: int = 1) -> list[str]:
    """Return the names of the checkpoints that a model is made of now, the newest first.

    Arguments
    ---------
    folder: of the model.
    unsaid: how many are averaged where the YAML computes the number from other keys.

    Raises
    ------
    InputError: the settings are missing or broken.

    Example
    -------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / SETTINGS).write_text('{"student": "average_checkpoints: 2"}')
    >>> facts = "end-of-epoch: true\\nepoch: %d\\nunixtime: %d\\nerror: 0.1\\n"
    >>> for epoch in (1, 2, 3):
    ...     (checkpoint := folder / "save" / f"{PREFIX}{epoch}").mkdir(parents=True)
    ...     (checkpoint / WHOLE).touch()
    ...     _ = (checkpoint / FACTS).write_text(facts % (epoch, epoch))
    >>> chosen_checkpoints(folder)
    ['CKPT+3', 'CKPT+2']
    """
    settings = recall_settings(folder, "training")
    yaml = settings.get("student", settings.get("teacher", ""))
    overrides = settings.get("student overrides", settings.get("overrides", {}))
    values = {**dict(AVERAGED.findall(yaml)), **overrides}
    number = str(values.get("average_checkpoints", 1))
    count = int(number) if number.isdecimal() else unsaid
    by = "last" if values.get("average_by") == "last" else "best"
    facts = {
        name: found
        for name, path in _checkpoints(folder).items()
        if (found := _facts(path)).get("end-of-epoch") and (path / WHOLE).exists()
    }
    return chosen_names(facts, count, by)


def epochs_of(folder: Path, unsaid: int = 1) -> list[int]:
    """Return the epochs of :func:`chosen_checkpoints`."""
    found = _checkpoints(folder)
    return [_facts(found[name])["epoch"] for name in chosen_checkpoints(folder, unsaid)]


def _checkpoints(folder: Path) -> dict[str, Path]:
    return {path.name: path for path in folder.glob(f"*/{PREFIX}*")}


def _facts(checkpoint: Path) -> Mapping[str, Any]:
    try:
        return YAML(typ="safe").load((checkpoint / FACTS).read_text()) or {}
    except PermissionError:  # it may be whole
        raise
    except (OSError, ValueError, YAMLError):
        return {}
