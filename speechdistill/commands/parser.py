"""How a command's words are read: its parser, its options' types, options that several have."""

import argparse
import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from speechdistill.base.errors import InputError
from speechdistill.base.nearest import nearest


def count(text: str) -> int:
    """An option's type: a number from 1."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"it is a number from 1, not {text}")
    return int(text)


def whole(text: str) -> int:
    """An option's type: a number from 0, such as a seed."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"it is a number from 0, of at most 9 digits, not {text}")
    return int(text)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def share(text: str) -> float:
    """An option's type: a number from 0 to 1."""
    number = _number(text)
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"it is a share, from 0 to 1, not {text}")
    return number


def seconds(text: str) -> float:
    """An option's type: a number above 0."""
    number = _number(text)
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"it is a number of seconds above 0, not {text}")
    return number


def count_or_share(text: str) -> float:
    """An option's type: a number from 1, or a share below."""
    number = _number(text)
    if not (0 < number < 1 or (1 <= number < math.inf and number == int(number))):
        raise argparse.ArgumentTypeError(f"{text} is neither a number of speakers nor a share")
    return number


def one_path(text: str) -> Path:
    """An option's type: a path; an empty one would be the folder that one is in."""
    if not text:
        raise argparse.ArgumentTypeError("an empty word is no path")
    return Path(text)


def paths(text: str) -> list[Path]:
    """An option's type: paths, by comma; or one that is there and has a comma in its name."""
    found = [Path(part) for part in text.split(",") if part]
    if len(found) > 1 and os.path.exists(text):  # noqa: PTH110  # False of what cannot be a path
        return [Path(text)]
    if not found:
        raise argparse.ArgumentTypeError("no path is given")
    return found


def named(kind: Callable[[str], Any]) -> Callable[[str], tuple[str, Any]]:
    """Return an option's type: NAME=VALUE, the value of a kind."""

    def parse(text: str) -> tuple[str, Any]:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise argparse.ArgumentTypeError(f"{text} is not NAME=VALUE")
        return name, kind(value)

    return parse


# The options that several commands have, each with a help of its own in the place of {}.
SHARED: dict[str, dict[str, Any]] = {
    "data": {"type": Path, "required": True, "metavar": "DIR", "help": "{}"},
    "output": {"type": Path, "required": True, "help": "{}"},
    "student": {"type": Path, "required": True, "help": "YAML of the student"},
    "skipped_limit": {
        "type": share,
        "default": 0.01,
        "help": "largest share of {}: these are listed",
    },
    "trust": {
        "choices": ("true", "false"),
        "default": "false",
        "help": "true: {} is your own, or you trust who made it: what its YAML names is built, "
        "code included",
    },
    "dev_speakers": {
        "type": count_or_share,
        "metavar": "N|SHARE",
        "help": "training speakers held out for model selection; without this option a tenth, but "
        "from 10 (or a quarter, if that is less) to 100",
    },
    "nj": {"type": count, "default": os.cpu_count(), "help": "number of processes"},
    "seed": {"type": whole, "default": 1, "help": "of {}"},
    "seeds": {"type": count, "required": True, "metavar": "N", "help": "of the students: 1 to N"},
    "replicates": {"type": whole, "default": 1000, "help": "of the bootstrap{}"},
    "command": {"required": True, "help": "what made the students, to be quoted in the report"},
    "teacher_report": {"type": Path, "nargs": "*", "default": [], "help": "teachers' report.json"},
    "record": {
        "type": Path,
        "metavar": "FILE",
        "help": "also what was reported, for `speechdistill report`",
    },
    "test": {
        "type": named(Path),
        "action": "append",
        "default": [],
        "metavar": "NAME=DIR",
        "help": "a further test set, made by prepare_tests.py{}; may be repeated",
    },
    "c_miss": {"type": float, "default": 1.0, "help": "cost of a miss{}"},
    "c_fa": {"type": float, "default": 1.0, "help": "cost of a false alarm{}"},
    "json": {"action": "store_true", "help": "print JSON"},
    "note": {"action": "append", "default": [], "help": "a line for the report; may be repeated"},
}


def _is_dash(value: object) -> bool:
    """Whether a value of an option is the path ``-``, or has it: all of NAME=-, of A,-."""
    if isinstance(value, list | tuple):
        return any(map(_is_dash, value))
    return value == Path("-")


class _Help(argparse.ArgumentDefaultsHelpFormatter):
    """Says the defaults that are values; of what is given or not, or has to be, there is none."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        if action.required or action.default in (None, False, []):
            return action.help
        return super()._get_help_string(action)


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that answers an unknown option with the nearest valid one (exit code 2).

    With ``overrides_of``, options ``--KEY VALUE`` that it does not know are gathered in
    ``arguments.overrides``: the library checks them against the keys of that YAML. Those after
    ``--recipe-overrides`` are a whole recipe's, as run.sh was given them: :func:`own_overrides`.
    """

    def __init__(
        self,
        description: str | None,
        overrides_of: str | None = None,
        prog: str | None = None,
    ) -> None:
        epilog = (
            f"Other options --KEY VALUE override keys of {overrides_of}." if overrides_of else None
        )
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            formatter_class=_Help,
            allow_abbrev=False,
        )
        self.takes_overrides = overrides_of is not None
        self.add_argument("--log", type=Path, metavar="FILE", help="also append messages here")
        if self.takes_overrides:
            self.add_argument(
                "--recipe-overrides",
                nargs=argparse.REMAINDER,
                default=[],
                metavar="--KEY VALUE",
                help="the last option: overrides of all YAMLs of a recipe; those for other YAMLs "
                "have no effect",
            )

    def shared(self, *names: str, **helps: str) -> None:
        """Add options that several commands have, by names or with what their help says."""
        for name, text in {**dict.fromkeys(names, ""), **helps}.items():
            option = SHARED[name] | {"help": SHARED[name]["help"].format(text)}
            self.add_argument(f"--{name.replace('_', '-')}", **option)

    def bootstrap(self, replicates: str = "") -> None:
        """Add what a bootstrap goes by, with what the help says of the replicates besides."""
        self.shared(replicates=replicates)
        self.add_argument("--seed", type=whole, default=0, help="of the bootstrap")

    def parse_args(self, args=None, namespace=None):
        words = sys.argv[1:] if args is None else list(args)
        if not self.takes_overrides:
            self._check_names(words)
        known, unknown = self.parse_known_args(words, namespace)
        if unknown and not self.takes_overrides:
            self.error(f"unexpected argument {unknown[0]}")
        if any(map(_is_dash, vars(known).values())):
            self.error("- is no file here: a pipe is /dev/stdin or /dev/stdout")
        if self.takes_overrides:
            self._read_overrides(known, unknown)
        return known

    def _read_overrides(self, known: argparse.Namespace, unknown: list[str]) -> None:
        from speechdistill.models.overrides import overrides_of_words  # which takes 50 ms

        try:
            known.overrides = overrides_of_words(unknown)
            known.recipe_overrides = overrides_of_words(known.recipe_overrides)
        except InputError as error:
            self.error(str(error))

    def _check_names(self, words: list[str]) -> None:
        # Before argparse, which would only say that the option meant is missing.
        options = [option for action in self._actions for option in action.option_strings]
        for word in words[: words.index("--")] if "--" in words else words:
            name = word.split("=", 1)[0]
            if name[:1] == "-" != name and name not in options and os.path.exists(word):  # noqa: PTH110
                self.error(f"{word} reads as an option: write ./{word}")
            if name.startswith("--") and name not in options:
                self.error(f"unknown option {name}: the nearest is {nearest(name, options)}")
