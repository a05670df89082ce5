"""What every command here shares: its parser, its log, and how it ends on bad input."""

import argparse
import difflib
import logging
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

from speechdistill.errors import InputError


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that answers an unknown option with the nearest valid one (exit code 2)."""

    def __init__(self, description: str | None) -> None:
        super().__init__(
            description=description,
            formatter_class=argparse.ArgumentDefaultsHelpFormatter,
            allow_abbrev=False,
        )
        self.add_argument("--log", type=Path, metavar="FILE", help="also append messages here")

    def parse_args(self, args=None, namespace=None):
        known, unknown = self.parse_known_args(args, namespace)
        if unknown:
            options = [option for action in self._actions for option in action.option_strings]
            nearest = difflib.get_close_matches(unknown[0], options, n=1, cutoff=0)
            self.error(f"unknown option {unknown[0]}: the nearest is {nearest[0]}")
        return known


def run(parser: Parser, command: Callable[[argparse.Namespace], None]) -> None:
    """Parse the arguments, run ``command`` on them, and turn bad input into one line and exit 1."""
    arguments = parser.parse_args()
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    handlers[0].setFormatter(logging.Formatter("%(message)s"))
    if arguments.log:
        arguments.log.parent.mkdir(parents=True, exist_ok=True)
        handlers.append(logging.FileHandler(arguments.log))
        handlers[1].setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=handlers)
    warnings.filterwarnings("ignore", module="speechbrain|torchaudio")
    try:
        command(arguments)
    except InputError as error:
        logging.getLogger("speechdistill").error("%s: error: %s", parser.prog, error)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
