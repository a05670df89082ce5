"""The command ``speechdistill``, which calls one of its subcommands."""

import gc
import sys
from collections.abc import Sequence
from importlib import import_module

import speechdistill
from speechdistill.base.errors import InputError
from speechdistill.base.nearest import nearest
from speechdistill.base.process_settings import tune_process
from speechdistill.base.torchaudio_build import torchaudio_explained
from speechdistill.commands.parser import Parser
from speechdistill.commands.running import ended_as_shells_do, run

# Modules of this package, each with `add_arguments` and `main`, imported when they are called.
COMMANDS = {
    "embed": "embed recordings of any kind",
    "verify": "say whether two recordings are of one speaker",
    "enrol": "add a person's recordings to a gallery",
    "identify": "say who of a gallery speaks in a recording",
    "info": "say what is known of a model",
    "export": "export a student: a folder, SpeechBrain, ONNX, sherpa-onnx",
    "report": "write a page on an experiment, to look at and to listen to",
    "score": "score a trial list from anybody's embeddings",
    "evaluate": "EER, minDCF and more of anybody's scores, with intervals",
}


def main(words: Sequence[str] | None = None) -> None:
    """Run the command that the words name; by default those of the process."""
    with ended_as_shells_do():
        _call(sys.argv[1:] if words is None else list(words))


def _call(words: list[str]) -> None:
    name, *rest = words or ["--help"]
    if name in ("-h", "--help"):
        print(usage())
    elif name == "--version":
        print(f"speechdistill {speechdistill.__version__}")
    elif name in COMMANDS:
        tune_process()
        gc.disable()  # until run(): imports make many objects that stay
        try:
            with torchaudio_explained():
                module = import_module(f"speechdistill.commands.{name}")
        except InputError as error:
            print(f"speechdistill {name}: error: {error}", file=sys.stderr)
            sys.exit(1)
        parser = Parser(module.__doc__, prog=f"speechdistill {name}")
        module.add_arguments(parser)
        run(parser, module.main, rest)
    else:
        closest = nearest(name, [*COMMANDS, "--help", "--version"])
        print(
            f"speechdistill: error: unknown command {name}: the nearest is {closest}",
            file=sys.stderr,
        )
        sys.exit(2)


def usage() -> str:
    """Return what ``--help`` prints.

    Example
    -------
    >>> print(usage().splitlines()[0])
    usage: speechdistill COMMAND ...; speechdistill COMMAND --help says more
    """
    lines = [f"  {name:9} {what}" for name, what in COMMANDS.items()]
    usage = "usage: speechdistill COMMAND ...; speechdistill COMMAND --help says more"
    return "\n".join([usage, "", "commands:", *lines, "", "options: --help, --version"])
