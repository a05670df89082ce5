"""Stages 2 and 7 mapped over cuts by Dask give what one process gives."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools/benchmarks/dask_cuts.py"


@pytest.mark.slow
def test_two_workers_give_what_one_process_gives(prepared, student):
    """The script compares them cut by cut, and ends badly if they differ."""
    pytest.importorskip("distributed", reason="no Dask: tools/setup.sh dask")
    of_set = ["--data", prepared / "data/test", "--student-exp", student, "--cuts", "5"]
    ended = subprocess.run([sys.executable, SCRIPT, *of_set], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("12 cuts in 3 parts")
    apart = re.search(r"qualities are equal; embeddings to (\S+) of the largest", ended.stdout)
    assert float(apart[1]) < 1e-5
