import os
import signal
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechdistill.base.errors import InputError
from speechdistill.base.parallel import parallel_map

ENDLESS = """
import os, time
from speechdistill.base.parallel import parallel_map

def work(number):
    time.sleep(0.01)
    return os.getpid()

for pid in parallel_map(work, range(10**9), jobs=2):
    print(pid, flush=True)
"""


def refuse_three(number: int) -> int:
    if number == 3:
        raise InputError("three is not a number")
    return number


@given(st.lists(st.integers(), max_size=30), st.integers(1, 3))
@settings(max_examples=10)
def test_results_come_in_order(numbers, jobs):
    assert list(parallel_map(str, numbers, jobs)) == [str(number) for number in numbers]


@pytest.mark.parametrize("jobs", [1, 2])
def test_only_a_few_jobs_are_under_way(jobs):
    taken = []

    def numbers():
        for number in range(1000):
            taken.append(number)
            yield number

    results = parallel_map(abs, numbers(), jobs)
    assert [next(results) for _ in range(5)] == [0, 1, 2, 3, 4]
    assert len(taken) <= 5 + 4 * jobs
    results.close()


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_reaches_the_caller(jobs):
    with pytest.raises(InputError, match="three is not a number"):
        list(parallel_map(refuse_three, range(100), jobs))


def test_a_killed_worker_is_said_in_one_line():
    """As the system kills one that takes too much memory."""
    with pytest.raises(InputError, match=r"^one of 2 worker processes was killed .*--nj") as caught:
        list(parallel_map(kill_itself_at_three, range(100), jobs=2))
    assert "\n" not in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize("kill", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_run_leaves_no_process_behind(kill):
    run = subprocess.Popen([sys.executable, "-c", ENDLESS], stdout=subprocess.PIPE, text=True)
    workers = {int(run.stdout.readline()) for _ in range(20)}
    run.send_signal(kill)
    run.wait()
    deadline = time.monotonic() + 5
    while any(is_alive(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(is_alive(pid) for pid in workers)


def kill_itself_at_three(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
