"""Commands without the 2 seconds of their imports: forked from a process that has them.

Each still runs in a process of its own with its own arguments, folder, environment, exit code.
"""

import atexit
import os
import shlex
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCAL = ROOT / "local"
COMMAND = ROOT / "speechdistill" / "__main__.py"
EXTRAS = "base synth text onnx voices slurm dev"  # that tools/test.sh installs


def run_local(script: str, *arguments: object, **options) -> subprocess.CompletedProcess[str]:
    """Run a command of local/; options are those of ``subprocess.run``."""
    return run_program("python", LOCAL / script, *arguments, **options)


def run_program(*words: object, **options) -> subprocess.CompletedProcess[str]:
    """Run ``speechdistill`` or Python, as the environment below has them."""
    command = [str(word) for word in (warm_environment() / "bin" / str(words[0]), *words[1:])]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


@cache
def warm_environment() -> Path:
    """Make a folder like a virtual environment whose programs start the project's commands warm.

    tools/path.sh takes it as VIRTUAL_ENV. What is installed in it is what runs the tests, and
    nothing is installed for them. It stays until this process ends.
    """
    keeper = tempfile.TemporaryDirectory()
    folder, real = Path(keeper.name), Path(sys.prefix)
    (folder / "bin").mkdir()
    for path in (real / "bin").iterdir():
        if not path.name.startswith(("python", "speechdistill")):
            (folder / "bin" / path.name).symlink_to(path)
    (folder / ".speechdistill-setup").write_text(f"{versions()}\n{EXTRAS}\n")
    name = f"speechdistill-warm-python-{os.getpid()}"
    client = Path(__file__).with_name("client.py")
    words = [sys.executable, "-IS", str(client), sys.executable, name, str(ROOT)]
    for program, first in {"python": [], "speechdistill": [str(COMMAND)]}.items():
        path = folder / "bin" / program
        path.write_text(f'#!/bin/sh\nexec {shlex.join([*words, *first])} "$@"\n')
        path.chmod(0o755)
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.warm_python.server", name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert server.stdin and server.stdout
    assert server.stdout.readline() == b"ready\n"
    atexit.register(keeper.cleanup)
    atexit.register(server.wait)
    atexit.register(server.stdin.close)  # the first of the three: it ends the server
    return folder


def versions() -> str:
    """Return what tools/setup.sh writes into an environment that it need not look at again."""
    files = (ROOT / "setup.py", ROOT / "tools/constraints.txt", ROOT / "tools/setup.sh")
    text = b"".join(path.read_bytes() for path in files)
    return (
        subprocess.run(["cksum"], input=text, capture_output=True, check=True)
        .stdout.decode()
        .strip()
    )
