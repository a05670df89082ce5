"""Runs a script of these tests on two processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TORCHRUN = (sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2")


@pytest.fixture
def on_two_processes(tmp_path):
    """Run a script of this folder under torchrun; it writes what it found into the folder given."""

    def run(script: str, *arguments: str) -> Path:
        subprocess.run(
            [*TORCHRUN, str(HERE / script), str(tmp_path), *arguments],
            check=True,
            timeout=300,
            cwd=HERE.parents[1],
            env=os.environ | {"PYTHONPATH": str(HERE.parents[1]), "OMP_NUM_THREADS": "1"},
        )
        return tmp_path

    return run
