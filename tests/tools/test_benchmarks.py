"""Every benchmark still starts; the one that draws what others refuse is run to its end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "tools" / "benchmarks"
TINY = {
    "scoring": "--trials 500 --embeddings 200 --dimension 8 --cohort 40 --top-n 10 --repeats 1",
}

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", sorted(path.stem for path in BENCHMARKS.glob("*.py")))
def test_it_starts(name):
    if name == "dask_cuts":
        pytest.importorskip("distributed")
    words = TINY.get(name, "--help").split()
    process = subprocess.run(
        [sys.executable, BENCHMARKS / f"{name}.py", *words],
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    assert process.returncode == 0, process.stderr
    assert process.stdout
