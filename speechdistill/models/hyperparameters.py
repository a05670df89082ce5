"""Hyperparameters from a SpeechBrain YAML, with checked overrides and what the recipe knows."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from hyperpyyaml import load_hyperpyyaml, resolve_references
from ruamel.yaml.nodes import Node
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from speechdistill.base.errors import InputError
from speechdistill.base.nearest import nearest
from speechdistill.models.key_kinds import value_of
from speechdistill.models.key_ranges import check_ranges, range_of
from speechdistill.models.plain_values import Word, checked_text
from speechdistill.models.yaml_text import key_nodes, whole_text
from speechdistill.storage.disk_errors import in_one_line
from speechdistill.storage.files import require, write_text_whole
from speechdistill.storage.places import SETTINGS

EPOCHS = "number_of_epochs"  # the key that may change while training goes on
LONGEST_REASON = 300  # letters


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
        return cls(whole_text(Path(path)), str(path))

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """Its top-level keys, in order, with what they hold, not yet built.

        Raises
        ------
        InputError: the text is no YAML with keys.
        """
        nodes = key_nodes(self.text, self.name)
        return {key: nodes[key] for key in nodes if key.isidentifier() and key[0] != "_"}

    @property
    def keys(self) -> list[str]:
        """Its top-level keys, in order."""
        return list(self.nodes)

    def values(self, overrides: Mapping[str, Any], option: str = "--") -> dict[str, Any]:
        """Return overrides with the values that words have for these keys, all of them in range.

        Arguments
        ---------
        overrides: key -> value, or a :class:`Word`: text where the key's default is text, else
            what :func:`speechdistill.models.plain_values.plain_value` says.
        option: what an override begins with, for errors.

        Raises
        ------
        InputError: an override that matches no key, or a value that its key cannot have; or one
            of the YAML's own that is out of range.

        Example
        -------
        >>> yaml = Hyperparameters("folder: ''\\nlr: 0.1\\n", "student.yaml")
        >>> yaml.values({"folder": Word("/data #2"), "lr": Word("1e-3")})
        {'folder': '/data #2', 'lr': 0.001}
        """
        self.require_keys(overrides)
        values = dict(overrides)
        for key, value in overrides.items():
            if isinstance(value, Word):
                names = getattr(range_of(key), "names", ())
                try:
                    values[key] = value_of(value, key, self.nodes, may_be_text=bool(names))
                except InputError as error:
                    where = f"{self.name}: {option}{key} {value!s}"
                    raise type(error)(f"{where}: {error}") from error
        check_ranges(self.nodes, values, self.name, option)
        return values

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
        values = {key: known[key] for key in known if key in self.nodes}
        for key, value in values.items():
            if isinstance(value, str):
                try:
                    checked_text(value)
                except InputError as error:
                    raise InputError(f"{self.name}: {key} {value!a}: {error}") from error
        values |= self.values(overrides)
        quoted = {key: _quoted(value) for key, value in values.items()}
        try:
            return dict(load_hyperpyyaml(self.text, quoted, overrides_must_match=True))
        except Exception as error:  # whatever it is that the YAML names raises
            raise InputError(f"{self.name} cannot be built: {_reason(error)}") from error

    def resolved(self, overrides: Mapping[str, Any]) -> str:
        """Return the YAML with overrides in the place of values, and values in that of references.

        Raises
        ------
        InputError: an override that matches no key, or a reference to nothing.

        Example
        -------
        >>> yaml = Hyperparameters("mels: 40\\nnet: !new:torch.nn.Linear [!ref <mels>, 2]\\n", "a")
        >>> yaml.resolved({"mels": 80})
        'mels: 80\\nnet: !new:torch.nn.Linear [80, 2]\\n'
        """
        quoted = {key: _quoted(value) for key, value in self.values(overrides).items()}
        try:
            return resolve_references(self.text, quoted, overrides_must_match=True).getvalue()
        except Exception as error:  # whatever HyperPyYAML stumbles over
            raise InputError(f"{self.name} cannot be resolved: {_reason(error)}") from error


def _quoted(value: Any) -> Any:
    """Let text stay text where HyperPyYAML writes values into the YAML and reads that again."""
    if isinstance(value, str):
        return DoubleQuotedScalarString(value)
    if isinstance(value, list | tuple):
        return [_quoted(part) for part in value]
    if isinstance(value, dict):
        return {_quoted(key): _quoted(part) for key, part in value.items()}
    return value


def _reason(error: Exception) -> str:
    if (line := in_one_line(error)) is not None:
        return line
    reason = " ".join(str(error).split())[:LONGEST_REASON]
    # Of these two the message alone says nothing to anybody.
    is_clear = isinstance(error, ValueError | TypeError) and reason
    return reason if is_clear else f"{type(error).__name__}: {reason}"


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
        write_text_whole(path, text)


def recall_settings(
    folder: str | Path, made_by: str, kinds: Mapping[str, type] | None = None
) -> dict[str, Any]:
    """Read what :func:`remember_settings` wrote down.

    Arguments
    ---------
    folder: the experiment's folder.
    made_by: is named if there is nothing.
    kinds: name -> type of what has to be there.

    Raises
    ------
    InputError: the file is missing, broken, or has something else.
    """
    path = require(Path(folder) / SETTINGS, made_by)
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except PermissionError:  # it may be whole
        raise
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is broken ({error}): make {folder} again ({made_by})") from error
    if not isinstance(settings, dict):
        raise InputError(f"{path} is broken (no settings): make {folder} again ({made_by})")
    for name, kind in (kinds or {}).items():
        if name not in settings:
            raise InputError(
                f"{path} has no {name}: it is of another kind of model or another version: give "
                f"another folder, or make it again ({made_by})"
            )
        if not isinstance(settings[name], kind):
            raise InputError(f"{path} is broken: {name} is {settings[name]!a}"[:LONGEST_REASON])
    return settings
