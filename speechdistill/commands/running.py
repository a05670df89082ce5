"""How a command runs: what it logs, and how it ends on bad input."""

import argparse
import gc
import logging
import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from speechdistill.base.errors import InputError, UnknownOption
from speechdistill.commands.parser import Parser
from speechdistill.storage.disk_errors import in_one_line
from speechdistill.storage.output_places import check_output
from speechdistill.storage.streams import is_stream

# How a line of a log begins, as %(asctime)s gives it, with all digits 0.
STAMP = b"0000-00-00 00:00:00,000 "
DIGITS = bytes.maketrans(b"123456789", b"0" * 9)


def run(
    parser: Parser,
    command: Callable[[argparse.Namespace], None],
    words: Sequence[str] | None = None,
) -> None:
    """Parse the arguments, run ``command`` on them, and turn bad input into one line and exit 1.

    ``words`` are the arguments; by default those of the process.
    """
    with ended_as_shells_do():
        if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:  # as local/command.py leaves it
            signal.signal(signal.SIGINT, signal.default_int_handler)
        arguments = parser.parse_args(words)
        try:
            begin(arguments.log)
            command(arguments)
            sys.stdout.flush()
        except Exception as error:
            if (line := in_one_line(error)) is None:
                raise
            logging.getLogger("speechdistill").error(f"{parser.prog}: error: {line}")
            sys.exit(2 if isinstance(error, UnknownOption) else 1)


@contextmanager
def ended_as_shells_do() -> Iterator[None]:
    """Let a command that is interrupted, or whose output nobody reads on, end without a word."""
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(141)
    finally:
        try:
            sys.stdout.flush()
        except OSError:  # the interpreter would complain of what is left
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
    """Whether a message says something about the run, not about a library's inner workings."""
    if record.name == "speechbrain.utils.train_logger":
        return False  # it warns of a missing torchvision, and repeats what the Brain logs
    inner = record.name.startswith(("speechbrain", "onnxruntime", "root"))
    return not inner or record.levelno >= logging.WARNING
