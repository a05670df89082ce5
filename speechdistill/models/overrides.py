"""Overrides of keys of YAMLs: words ``--KEY VALUE``, and for which YAML each is meant."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from speechdistill.base.errors import InputError, UnknownOption
from speechdistill.base.nearest import nearest
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.models.plain_values import Word

TEACHER = "teacher"


def overrides_of_words(words: Sequence[str]) -> dict[str, Any]:
    """Return key -> text of words ``--KEY VALUE`` or ``--KEY=VALUE``.

    What a text means is known where the key's YAML is (:meth:`Hyperparameters.values`). Of two for
    one key the later counts, and has its place.

    Raises
    ------
    InputError: words of another form.

    Example
    -------
    >>> overrides_of_words(["--lr", "0.1", "--noise_folder=/data/musan #2"])
    {'lr': '0.1', 'noise_folder': '/data/musan #2'}
    """
    split = [
        part for word in words for part in (word.split("=", 1) if word[:2] == "--" else [word])
    ]
    if len(split) % 2 or not all(word.startswith("--") for word in split[::2]):
        raise InputError(f"overrides come as --KEY VALUE, not {' '.join(words)}")
    overrides: dict[str, Any] = {}
    for word, text in zip(split[::2], split[1::2], strict=True):
        overrides.pop(word[2:], None)
        overrides[word[2:]] = Word(text)
    return overrides


def overrides_for(
    overrides: Mapping[str, Any], yaml: Hyperparameters, is_teacher: bool = False
) -> dict[str, Any]:
    """Return those of a recipe's overrides that are meant for one of its YAMLs: key -> value.

    They are meant for all YAMLs that have the key; for those of teachers if they are named
    ``teacher.KEY``, or ``teacher_face.KEY`` for ``teacher_face.yaml`` alone.

    Raises
    ------
    InputError: see :meth:`Hyperparameters.values`.

    Example
    -------
    >>> yaml = Hyperparameters("lr: 1\\ngrey: 0\\n", "conf/teacher_face.yaml")
    >>> overrides = {"lr": 2, "teacher.grey": 1, "teacher.dimension": 8, "teacher_face.lr": 3}
    >>> overrides_for(overrides, yaml)
    {'lr': 2}
    >>> overrides_for(overrides, yaml, is_teacher=True)
    {'grey': 1, 'lr': 3}
    """
    option = f"--{TEACHER}." if is_teacher else "--"
    return yaml.values(meant_for(overrides, yaml, is_teacher), option)


def meant_for(
    overrides: Mapping[str, Any], yaml: Hyperparameters, is_teacher: bool = False
) -> dict[str, Any]:
    """Return what :func:`overrides_for` does, words still as they are."""
    whom = [f"{name}." for name in (TEACHER, Path(yaml.name).stem)] if is_teacher else [""]
    keys = {before + key: key for before in whom for key in yaml.keys}
    return {keys[name]: value for name, value in overrides.items() if name in keys}


def route_overrides(
    overrides: Mapping[str, Any],
    yamls: Sequence[Hyperparameters],
    teachers: Sequence[Hyperparameters] = (),
    options: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Give every override to the YAMLs that it is meant for, see :func:`overrides_for`.

    Arguments
    ---------
    overrides: name -> value.
    yamls: the student's and the distillation's.
    teachers: those of teachers.
    options: other names that a user may have meant.

    Returns
    -------
    key -> value for each of ``yamls``, then for each of ``teachers``.

    Raises
    ------
    UnknownOption: an override that is meant for none of them.
    InputError: a value that its key cannot have.

    Example
    -------
    >>> student = Hyperparameters("lr: 1\\nseed: 2\\n", "small.yaml")
    >>> distill = Hyperparameters("margin: 1\\nseed: 2\\n", "soft.yaml")
    >>> route_overrides({"lr": 3, "seed": 5}, [student, distill])
    [{'lr': 3, 'seed': 5}, {'seed': 5}]
    >>> route_overrides({"magrin": 1}, [student, distill])
    Traceback (most recent call last):
    speechdistill.base.errors.UnknownOption: --magrin matches no key of small.yaml or soft.yaml; \
the nearest is --margin
    """
    addressees = [*((yaml, False) for yaml in yamls), *((yaml, True) for yaml in teachers)]
    for name, value in overrides.items():
        if not any(meant_for({name: value}, *each) for each in addressees):
            names = [*options, *(key for yaml in yamls for key in yaml.keys)]
            names += [f"{TEACHER}.{key}" for yaml in teachers for key in yaml.keys]
            files = " or ".join(dict.fromkeys(Path(yaml.name).name for yaml, _ in addressees))
            what = f"--{name} is no option and matches" if options else f"--{name} matches"
            hint = f"the nearest is --{nearest(name, names)}"
            raise UnknownOption(f"{what} no key of {files}; {hint}")
    return [overrides_for(overrides, *each) for each in addressees]
