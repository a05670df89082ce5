"""Long-lived processes: they share jobs, outlive failures, and end with who started them."""

import multiprocessing
import os
import subprocess
import sys
import time

import pytest

from speechdistill.experiments.workers import run_on_workers
from tests.experiments.jobs import answer, fail, nothing, write_process


def test_a_process_does_several_jobs_with_its_share_of_the_cores(tmp_path, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    paths = [tmp_path / str(number) for number in range(6)]
    done = list(run_on_workers(write_process, paths, 2, nothing))
    assert sorted(path for path, _, _ in done) == paths
    assert all(error is None and seconds > 0 for _, error, seconds in done)
    processes, threads = zip(*(path.read_text().split() for path in paths), strict=True)
    assert len(set(processes)) <= 2 and str(os.getpid()) not in processes
    cores = len(os.sched_getaffinity(0))
    assert set(threads) == {str(max(1, cores // 2))}
    assert "OMP_NUM_THREADS" not in os.environ


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_job_that_fails_or_dies_costs_itself_alone(jobs):
    items = ["fine", "dies", "wrong", "leaves", "good"]
    found = {item: error for item, error, _ in run_on_workers(answer, items, jobs, nothing)}
    assert found == {
        "fine": None,
        "dies": "the process ended with SIGKILL",
        "wrong": "it was wrong",
        "leaves": "the process ended with exit code 3",
        "good": None,
    }


def test_processes_that_cannot_begin_are_told():
    found = list(run_on_workers(answer, ["fine", "good"], 1, fail))
    assert {error for _, error, _ in found} == {"the process ended with exit code 1"}


def test_processes_that_are_done_end_by_themselves():
    """What they hold is freed: of a killed one's semaphores Python would complain at the end."""
    ended = []
    for _ in run_on_workers(answer, ["fine", "good"], 2, nothing):
        ended = multiprocessing.active_children()
    for process in ended:
        process.join(30)
    assert [process.exitcode for process in ended] == [0, 0]


def test_no_job_starts_no_process():
    assert list(run_on_workers(answer, [], 4, nothing)) == []


SCRIPT = """
import sys, time
from pathlib import Path
from speechdistill.experiments.workers import run_on_workers
from tests.experiments.jobs import nothing, write_process
if __name__ == "__main__":
    for _ in run_on_workers(write_process, [Path(sys.argv[1])], 1, nothing):
        time.sleep(60)
"""


def test_a_killed_run_leaves_no_process(tmp_path):
    script, path = tmp_path / "run.py", tmp_path / "process"
    script.write_text(SCRIPT)
    run = subprocess.Popen([sys.executable, script, path])
    wait_for(path.exists)
    wait_for(lambda: path.read_text())
    worker = int(path.read_text().split()[0])
    os.kill(worker, 0)
    run.kill()
    run.wait()
    wait_for(lambda: not is_running(worker))


def wait_for(is_there) -> None:
    deadline = time.monotonic() + 60
    while not is_there():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{process}/stat") as state:  # noqa: PTH123 (it may vanish meanwhile)
        return state.read().split(") ")[1][0] != "Z"
