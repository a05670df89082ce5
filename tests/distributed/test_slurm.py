"""Commands as several processes, by submitit's executor for one machine."""

import subprocess
import sys
from pathlib import Path

import pytest

SUBMIT = Path(__file__).parents[2] / "local" / "submit.py"


def submit(tmp_path, program, *options, cluster="local"):
    script = tmp_path / "program.py"
    script.write_text(program)
    words = ["--cluster", cluster, "--tasks-per-node", "2", "--logs", str(tmp_path / "logs")]
    return subprocess.run(
        [sys.executable, str(SUBMIT), *words, "--", str(script), *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


@pytest.mark.slow
def test_every_process_knows_its_rank(tmp_path):
    program = (
        "import os, pathlib, sys\n"
        "names = ('RANK', 'LOCAL_RANK', 'WORLD_SIZE')\n"
        "found = ' '.join(os.environ[name] for name in names)\n"
        "(pathlib.Path(sys.argv[2]) / os.environ['RANK']).write_text(found)\n"
    )
    done = submit(tmp_path, program, "--output", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert [(tmp_path / rank).read_text() for rank in "01"] == ["0 0 2", "1 1 2"]


@pytest.mark.slow
def test_a_process_that_fails_ends_the_others(tmp_path):
    program = (
        "import os, sys, time\n"
        "if os.environ['RANK'] == '1': sys.exit('program.py: error: nothing there')\n"
        "time.sleep(1000)\n"
    )
    done = submit(tmp_path, program)
    assert done.returncode == 1
    assert "process 1 of job" in done.stderr
    assert "failed: program.py: error: nothing there (log: " in done.stderr


def test_where_there_is_no_slurm_a_line_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    done = submit(tmp_path, "", cluster="slurm")
    assert done.returncode == 1
    assert "submit.py: error: cannot submit to slurm: Could not detect" in done.stderr
