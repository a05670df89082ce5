"""Where numbers come from: command, commit and machine."""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from speechdistill.base.parallel import available_cores

PACKAGES = ("torch", "speechbrain", "lhotse", "numpy")


@dataclass(frozen=True)
class Provenance:
    """What one needs to make the numbers again, and no time or path of the machine.

    Example
    -------
    >>> provenance = Provenance("./run.sh", "abc1234", "a laptop", "Python 3.12")
    >>> print(provenance.markdown(["seed: 1"]), end="")
    ```sh
    ./run.sh
    ```
    <BLANKLINE>
    - seed: 1
    - commit: abc1234
    - machine: a laptop
    - software: Python 3.12
    """

    command: str
    commit: str
    machine: str
    software: str

    @classmethod
    def of(cls, command: str) -> "Provenance":
        """Look at this machine and at the checkout that this package lies in."""
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
        cores = available_cores()
        machine = f"{cpu_model()}, {cores} cores, {memory:.0f} GiB memory, {gpu_models()}"
        software = [f"Python {platform.python_version()}"] + [
            f"{package} {metadata.version(package)}" for package in PACKAGES
        ]
        return cls(command, commit(), machine, ", ".join(software))

    def markdown(self, facts: Sequence[str], notes: Sequence[str] = ()) -> str:
        """Return the command and a list: facts, such as seeds, what is here, and notes."""
        own = [f"commit: {self.commit}", f"machine: {self.machine}", f"software: {self.software}"]
        lines = "".join(f"- {line}\n" for line in [*facts, *own, *notes])
        # A fence longer than any within: a name may hold one.
        longest = max(map(len, re.findall("`+", self.command)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"{fence}sh\n{self.command}\n{fence}\n\n{lines}"

    def section(self, facts: Sequence[str], notes: Sequence[str], closing: str) -> str:
        """Return the last section of a report; ``closing`` says what its figures are."""
        return f"## How these numbers were made\n\n{self.markdown(facts, notes)}\n{closing}\n"


def commit(folder: Path = Path(__file__).parent) -> str:
    """Return the commit of the checkout; ``-dirty`` follows if a tracked file was changed."""
    described = _output("git", "-C", str(folder), "describe", "--always", "--dirty", "--exclude=*")
    return described or "unknown: not a git checkout"


def cpu_model() -> str:
    """Return the processor's name as the operating system gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    if sys.platform == "darwin":
        named = [_output("sysctl", "-n", "machdep.cpu.brand_string")]
    return next(filter(None, named), "") or platform.processor() or platform.machine()


def gpu_models() -> str:
    """Return the names of NVIDIA GPUs, or ``no GPU``."""
    names = _output("nvidia-smi", "--query-gpu=name", "--format=csv,noheader").splitlines()
    return ", ".join(name.strip() for name in names) or "no GPU"


def _output(*command: str) -> str:
    """Return what a command prints; nothing if it is missing or fails."""
    if shutil.which(command[0]) is None:
        return ""
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    return finished.stdout.strip() if finished.returncode == 0 else ""
