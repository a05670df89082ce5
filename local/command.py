"""What every command here shares: its parser, its log, and how it ends on bad input."""

import argparse
import dataclasses
import gc
import logging
import math
import os
import re
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from speechdistill.base.errors import InputError, UnknownOption
from speechdistill.base.nearest import nearest
from speechdistill.base.process_settings import tune_process
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.models.overrides import meant_for, overrides_of_words
from speechdistill.storage.disk_errors import in_one_line
from speechdistill.storage.output_places import check_output
from speechdistill.storage.streams import is_stream

tune_process()
# Until run(): the imports that follow this one in a command make 400,000 objects that stay, and
# looking through them for garbage takes a quarter of the time of a short command.
gc.disable()


def count(text: str) -> int:
    """An option's type: a number from 1."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"it is a number from 1, not {text}")
    return int(text)


# How a line of a log begins, as %(asctime)s gives it, with all digits 0.
STAMP = b"0000-00-00 00:00:00,000 "
DIGITS = bytes.maketrans(b"123456789", b"0" * 9)


def whole(text: str) -> int:
    """An option's type: a number from 0, such as a seed."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise argparse.ArgumentTypeError(f"it is a number from 0, of at most 9 digits, not {text}")
    return int(text)


def share(text: str) -> float:
    """An option's type: a number from 0 to 1."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"it is a share, from 0 to 1, not {text}")
    return number


def seconds(text: str) -> float:
    """An option's type: a number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"it is a number of seconds above 0, not {text}")
    return number


def count_or_share(text: str) -> float:
    """An option's type: a number from 1, or a share below."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (0 < number < 1 or (1 <= number < math.inf and number == int(number))):
        raise argparse.ArgumentTypeError(f"{text} is neither a number of speakers nor a share")
    return number


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
    "nj": {"type": count, "default": os.cpu_count(), "help": "number of processes"},
    "seed": {"type": whole, "default": 1, "help": "of {}"},
    "replicates": {"type": whole, "default": 1000, "help": "of the bootstrap{}"},
    "command": {"required": True, "help": "what made the students, to be quoted in the report"},
    "teacher_report": {"type": Path, "nargs": "*", "default": [], "help": "teachers' report.json"},
    "note": {"action": "append", "default": [], "help": "a line for the report; may be repeated"},
}


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that answers an unknown option with the nearest valid one (exit code 2).

    With ``overrides_of``, options ``--KEY VALUE`` that it does not know are gathered in
    ``arguments.overrides``: the library checks them against the keys of that YAML. Those after
    ``--recipe-overrides`` are a whole recipe's, as run.sh was given them: :func:`own_overrides`.
    """

    def __init__(self, description: str | None, overrides_of: str | None = None) -> None:
        epilog = (
            f"Other options --KEY VALUE override keys of {overrides_of}." if overrides_of else None
        )
        super().__init__(
            description=description,
            epilog=epilog,
            formatter_class=argparse.ArgumentDefaultsHelpFormatter,
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

    def parse_args(self, args=None, namespace=None):
        words = sys.argv[1:] if args is None else list(args)
        if not self.takes_overrides:
            self._check_names(words)
        known, unknown = self.parse_known_args(words, namespace)
        if unknown and not self.takes_overrides:
            self.error(f"unexpected argument {unknown[0]}")
        try:
            known.overrides = overrides_of_words(unknown)
            if self.takes_overrides:
                known.recipe_overrides = overrides_of_words(known.recipe_overrides)
        except InputError as error:
            self.error(str(error))
        return known

    def _check_names(self, words: list[str]) -> None:
        # Before argparse, which would only say that the option meant is missing.
        options = [option for action in self._actions for option in action.option_strings]
        for word in words[: words.index("--")] if "--" in words else words:
            name = word.split("=", 1)[0]
            if name.startswith("--") and name not in options:
                self.error(f"unknown option {name}: the nearest is {nearest(name, options)}")


def own_overrides(
    arguments: argparse.Namespace, *yamls: Path, of_teachers: bool = False
) -> dict[str, Any]:
    """Return the command's overrides, and those of its recipe that are meant for these YAMLs."""
    found = dict(arguments.overrides)
    for path in yamls if arguments.recipe_overrides else ():
        yaml = Hyperparameters.read(path)
        found |= meant_for(arguments.recipe_overrides, yaml, of_teachers)
    return found


def named(kind: Callable[[str], Any]) -> Callable[[str], tuple[str, Any]]:
    """Return an option's type: NAME=VALUE, the value of a kind."""

    def parse(text: str) -> tuple[str, Any]:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise argparse.ArgumentTypeError(f"{text} is not NAME=VALUE")
        return name, kind(value)

    return parse


TEST_STARTS = re.compile(r",(?=[\w.+-]+=)")
RESERVED = re.compile(r"(dev|test|train|teacher)$|test-|[.-]")


@dataclasses.dataclass(frozen=True)
class FurtherTest:
    """A further test set, as ``--test NAME=DIR[:LIST,LIST2]`` names it."""

    name: str
    data: Path
    lists: tuple[str, ...]


def further_tests(text: str) -> list[FurtherTest]:
    """An option's type: ``NAME=DIR[:LIST,LIST2]``, several by comma."""
    found = []
    for part in filter(None, TEST_STARTS.split(text)):
        name, equals, value = part.partition("=")
        if not (equals and value and re.fullmatch(r"[\w.+-]+", name)):
            raise argparse.ArgumentTypeError(f"{part} is not NAME=DIR or NAME=DIR:LIST")
        if RESERVED.match(name):
            raise argparse.ArgumentTypeError(f"no test can be called {name}: give it another name")
        data, _, lists = (value, "", "") if Path(value).exists() else value.partition(":")
        found.append(FurtherTest(name, Path(data), tuple(filter(None, lists.split(",")))))
    if len({test.name for test in found}) < len(found):
        raise argparse.ArgumentTypeError(f"two tests of {text} have one name: rename one")
    return found


def run(parser: Parser, command: Callable[[argparse.Namespace], None]) -> None:
    """Parse the arguments, run ``command`` on them, and turn bad input into one line and exit 1."""
    arguments = parser.parse_args()
    try:
        begin(arguments.log)
        command(arguments)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        if (line := in_one_line(error)) is None:
            raise
        logging.getLogger("speechdistill").error(f"{parser.prog}: error: {line}")
        sys.exit(2 if isinstance(error, UnknownOption) else 1)


def begin(log: Path | None = None) -> None:
    """Let messages be seen, on standard error and in a log, and garbage be collected."""
    gc.freeze()
    gc.enable()
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    handlers[0].setFormatter(logging.Formatter("%(message)s"))
    if log:
        handlers.append(_opened(log))
        handlers[1].setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    for handler in handlers:
        handler.addFilter(_is_for_the_user)
    # Of the processes that torchrun starts, the first speaks for all.
    level = logging.INFO if os.environ.get("RANK", "0") == "0" else logging.WARNING
    logging.basicConfig(level=level, handlers=handlers)
    warnings.filterwarnings("ignore", module="speechbrain|torchaudio")


def _opened(log: Path) -> logging.Handler:
    """Open a log to append to: a new file, an earlier log, a terminal or a pipe."""
    check_output(log, what="--log")
    try:
        if not is_stream(log):
            log.parent.mkdir(parents=True, exist_ok=True)
            if log.exists() and not _is_log(log):
                raise InputError(f"--log: {log} is no log of speechdistill: give another file")
        return _LogFile(log)
    except OSError as error:
        reason = "its folder is a file" if isinstance(error, FileExistsError) else error.strerror
        raise InputError(f"--log: cannot write {log}: {reason}: give another file") from error


def _is_log(path: Path) -> bool:
    """Whether a file begins as a log does; one that a full disk cut short does, too."""
    with path.open("rb") as file:
        return STAMP.startswith(file.read(len(STAMP)).translate(DIGITS))


class _LogFile(logging.FileHandler):
    """A log on a full disk loses lines; what the messages are about goes on, or says so itself."""

    def handleError(self, record: logging.LogRecord) -> None:
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


def _is_for_the_user(record: logging.LogRecord) -> bool:
    """Whether a message says something about the run, not about SpeechBrain's inner workings."""
    if record.name == "speechbrain.utils.train_logger":
        return False  # it warns of a missing torchvision, and repeats what the Brain logs
    return not record.name.startswith("speechbrain") or record.levelno >= logging.WARNING
