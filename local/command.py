"""What every script here begins with: a process that is tuned, its parser, how it runs."""

import signal

# Until run(): an interrupt while the imports below are read ends as shells expect, without a word.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import argparse
import gc
from pathlib import Path
from typing import Any

from speechdistill.base.process_settings import tune_process
from speechdistill.commands.parser import (
    Parser,
    count,
    named,
    paths,
    seconds,
    share,
    whole,
)
from speechdistill.commands.running import begin, run

tune_process()
# Until run(): the imports that follow this one in a script make 400,000 objects that stay, and
# looking through them for garbage takes a quarter of the time of a short command.
gc.disable()

__all__ = [
    "Parser",
    "begin",
    "count",
    "named",
    "own_overrides",
    "paths",
    "run",
    "seconds",
    "share",
    "whole",
]


def own_overrides(
    arguments: argparse.Namespace, *yamls: Path, of_teachers: bool = False
) -> dict[str, Any]:
    """Return the command's overrides, and those of its recipe that are meant for these YAMLs."""
    if not arguments.recipe_overrides:
        return dict(arguments.overrides)
    # Scripts that know no YAML start without what reads them.
    from speechdistill.models.hyperparameters import Hyperparameters
    from speechdistill.models.overrides import meant_for

    found = dict(arguments.overrides)
    for path in yamls:
        yaml = Hyperparameters.read(path)
        found |= meant_for(arguments.recipe_overrides, yaml, of_teachers)
    return found
