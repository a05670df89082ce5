"""Hyperparameters from a SpeechBrain YAML, with checked overrides and what the recipe knows."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hyperpyyaml import load_hyperpyyaml
from ruamel.yaml.error import YAMLError

from speechdistill.base.errors import InputError
from speechdistill.base.nearest import nearest
from speechdistill.storage.files import require, written_whole
from speechdistill.storage.places import SETTINGS

KEY = re.compile(r"^([A-Za-z_]\w*)\s*:", flags=re.MULTILINE)
INCLUDE = re.compile(r"^<<\s*:\s*!include:(\S+).*\n?", flags=re.MULTILINE)


@dataclass(frozen=True)
class Hyperparameters:
    """The text of a HyperPyYAML file, from which its objects can be built.

    A line ``<<: !include:FILE`` has the keys of another file stand in its place, but those that
    this one has itself; FILE is relative to the YAML. The text has them, so they are known, can be
    overridden, and belong to the settings that an experiment remembers.

    Arguments
    ---------
    text: the YAML.
    name: what errors call it: its path.

    Example
    -------
    >>> text = "lr: 0.001\\nseed: !PLACEHOLDER\\nhalf: !ref <lr> / 2\\n"
    >>> yaml = Hyperparameters(text, "student.yaml")
    >>> yaml.keys
    ['lr', 'seed', 'half']
    >>> yaml.build({"lr": 0.1}, known={"seed": 7, "data_folder": "d"})
    {'lr': 0.1, 'seed': 7, 'half': 0.05}
    >>> yaml.build({"rl": 0.1}, known={"seed": 7})
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: student.yaml has no key rl; the nearest is lr
    """

    text: str
    name: str

    @classmethod
    def read(cls, path: str | Path) -> "Hyperparameters":
        """Read a YAML file, with those that it includes."""
        return cls(_whole_text(Path(path)), str(path))

    @property
    def keys(self) -> list[str]:
        """Its top-level keys, in order."""
        return [key for key in KEY.findall(self.text) if not key.startswith("_")]

    def require_keys(self, names: Iterable[str], who: str = "") -> None:
        """Refuse, with an :class:`InputError` that begins with ``who``, names that are no keys."""
        for name in names:
            if name not in self.keys:
                hint = f"; the nearest is {nearest(name, self.keys)}" if self.keys else ""
                raise InputError(f"{who}{self.name} has no key {name}{hint}")

    def build(self, overrides: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
        """Build the objects.

        Arguments
        ---------
        overrides: what the user sets, key -> value; every key must be in the file.
        known: what the recipe knows (folders, seed, number of people); keys that the file does
            not have are left out.

        Raises
        ------
        InputError: an override that matches no key, or a YAML that cannot be built.
        """
        self.require_keys(overrides)
        values = {key: known[key] for key in known if key in self.keys} | dict(overrides)
        try:
            return dict(load_hyperpyyaml(self.text, values, overrides_must_match=True))
        except (YAMLError, ValueError, TypeError, ImportError, AttributeError) as error:
            reason = " ".join(str(error).split())
            raise InputError(f"{self.name} cannot be built: {reason}") from error


def _whole_text(path: Path, included_by: tuple[Path, ...] = ()) -> str:
    """Return the text of a YAML, with that of the files it includes in the place of their lines.

    HyperPyYAML includes a file as the value of one key, where nothing outside can refer to it;
    here its keys are as if they stood in the YAML, but those that the YAML has itself.
    """
    if path in included_by:
        raise InputError(f"the YAML {path} includes itself")
    try:
        text = path.read_text()
    except OSError as error:
        by = f", which {included_by[-1]} includes" if included_by else ""
        raise InputError(f"cannot read the YAML {path}{by}: {error.strerror}") from error
    own = KEY.findall(text)

    def included(line: re.Match[str]) -> str:
        there = _whole_text(path.resolve().parent / line[1], (*included_by, path))
        parts = re.split(r"^(?=\w+\s*:)", there, flags=re.MULTILINE)
        kept = "".join(part for part in parts if not set(KEY.findall(part)) & set(own))
        return kept.rstrip("\n") + "\n"

    return INCLUDE.sub(included, text)


def remember_settings(
    folder: str | Path, settings: Mapping[str, Any], may_change: str = ""
) -> None:
    """Write down what an experiment was made with, or check that it is still the same.

    A folder never mixes two settings: results in it would belong to neither.

    Arguments
    ---------
    folder: the experiment's folder.
    settings: JSON-able values.
    may_change: an override that may differ from the one remembered (the number of epochs: training
        goes on).

    Raises
    ------
    InputError: the folder was made with other settings.
    """
    path = Path(folder) / SETTINGS
    settings = json.loads(json.dumps(settings))
    if path.exists():
        before = recall_settings(folder, "training")
        for name in sorted(settings.keys() | before.keys()):
            old, new = before.get(name), settings.get(name)
            if isinstance(old, dict) and isinstance(new, dict):
                old, new = dict(old), dict(new)
                old.pop(may_change, None)
                new.pop(may_change, None)
                keys = sorted(old.keys() | new.keys())
                changed = ", ".join(key for key in keys if old.get(key) != new.get(key))
                name = f"{name} ({changed})"
            if old != new:
                raise InputError(
                    f"{folder} was made with other {name}: give another --exp, or remove it"
                )
    text = json.dumps(settings, indent=1, sort_keys=True) + "\n"
    if not path.exists() or path.read_text() != text:
        with written_whole(path) as partial:
            partial.write_text(text)


def recall_settings(folder: str | Path, made_by: str) -> dict[str, Any]:
    """Read what :func:`remember_settings` wrote down; ``made_by`` is named if there is nothing.

    Raises
    ------
    InputError: the file is missing or broken.
    """
    path = require(Path(folder) / SETTINGS, made_by)
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is broken ({error}): make {folder} again ({made_by})") from error
    if not isinstance(settings, dict):
        raise InputError(f"{path} is broken (no settings): make {folder} again ({made_by})")
    return settings
