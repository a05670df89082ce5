"""What the tests of workers let processes do: functions that a spawned process can import."""

import os
import signal
import time
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.experiments import cell as cells


def nothing() -> None:
    """Prepare a process that needs nothing."""


def fail() -> None:
    """Prepare a process that cannot do anything."""
    raise ImportError("no such package")


def answer(item: str) -> str | None:
    """``fine``: no error; ``wrong``: an error; ``dies``: the process is killed."""
    if item == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    if item == "leaves":
        os._exit(3)
    return "it was wrong" if item == "wrong" else None


def write_process(path: Path) -> None:
    """Write down which process it is, with how many threads."""
    path.write_text(f"{os.getpid()} {os.environ['OMP_NUM_THREADS']}")


def pretend_to_train() -> None:
    """Prepare a process in which cells write a file in place of training."""
    cells.train_and_test = _pretend


def _pretend(cell: cells.Cell) -> None:
    print("training", cell.folder.name, flush=True)
    if cell.overrides.get("wait"):
        (cell.folder / "begun").touch()
        time.sleep(60)
    if "own" in cell.overrides:
        import own_distance

        (cell.folder / "own").write_text(own_distance.NAME)
    if error := cell.overrides.get("error"):
        raise InputError("the margin is wrong") if error == "input" else KeyError("bug")
    (cell.folder / "process").write_text(str(os.getpid()))
