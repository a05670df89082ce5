"""Hyperparameters from a SpeechBrain YAML, with checked overrides and what the recipe knows."""

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hyperpyyaml import load_hyperpyyaml
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from speechdistill.base.errors import InputError
from speechdistill.storage.files import require, written_whole

SETTINGS = "settings.json"


@dataclass(frozen=True)
class Hyperparameters:
    """The text of a HyperPyYAML file, from which its objects can be built.

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
    speechdistill.base.errors.InputError: student.yaml has no key rl: the nearest is lr
    """

    text: str
    name: str

    @classmethod
    def read(cls, path: str | Path) -> "Hyperparameters":
        """Read a YAML file."""
        try:
            return cls(Path(path).read_text(), str(path))
        except OSError as error:
            raise InputError(f"cannot read the YAML {path}: {error.strerror}") from error

    @property
    def keys(self) -> list[str]:
        """Its top-level keys, in order."""
        return re.findall(r"^([A-Za-z]\w*)\s*:", self.text, flags=re.MULTILINE)

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
        for key in overrides:
            if key not in self.keys:
                nearest = difflib.get_close_matches(key, self.keys, n=1, cutoff=0)
                hint = f": the nearest is {nearest[0]}" if nearest else ""
                raise InputError(f"{self.name} has no key {key}{hint}")
        values = {key: known[key] for key in known if key in self.keys} | dict(overrides)
        try:
            return dict(load_hyperpyyaml(self.text, values, overrides_must_match=True))
        except (YAMLError, ValueError, TypeError, ImportError, AttributeError) as error:
            reason = " ".join(str(error).split())
            raise InputError(f"{self.name} cannot be built: {reason}") from error


def overrides_of_words(words: Sequence[str]) -> dict[str, Any]:
    """Return key -> value of words ``--KEY VALUE`` or ``--KEY=VALUE``, values as YAML has them.

    Raises
    ------
    InputError: words of another form.

    Example
    -------
    >>> overrides_of_words(["--lr", "0.1", "--grey=true"])
    {'lr': 0.1, 'grey': True}
    """
    split = [
        part for word in words for part in (word.split("=", 1) if word[:2] == "--" else [word])
    ]
    if len(split) % 2 or not all(word.startswith("--") for word in split[::2]):
        raise InputError(f"overrides come as --KEY VALUE, not {' '.join(words)}")
    names = [word[2:] for word in split[::2]]
    return dict(zip(names, map(YAML(typ="safe").load, split[1::2]), strict=True))


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
